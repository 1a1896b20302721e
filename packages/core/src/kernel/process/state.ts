export interface ProcessState {
  /** MongoDB was reached and has its indexes, once since the start. */
  connected: boolean
  /** Somebody asked this process to end: it answers on for a while, and takes no new work. */
  stopping: boolean
  /** X-Forwarded-For arrived although TRUSTED_PROXIES is 0: all clients of that proxy count as one. */
  forwardedUnread: boolean
}

const key = Symbol.for('insula.process')

/** One for the whole process, also where a bundler has made two of this module. */
export function processState(): ProcessState {
  const place = globalThis as { [key]?: ProcessState }
  place[key] ??= { connected: false, stopping: false, forwardedUnread: false }
  return place[key]
}
