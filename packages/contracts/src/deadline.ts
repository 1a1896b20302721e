/** Until when the work around us is wanted, and by which request. */
export interface Deadline {
  /** When the request came, in milliseconds since 1970. */
  since: number
  /** Milliseconds since 1970. */
  at: number
  /** Aborts when the time is over. */
  signal: AbortSignal
  requestId: string
}

// On the process rather than in this module: a host may evaluate it more than once, and all must see the same.
const slot = Symbol.for('insula.deadline')
const process = globalThis as { [slot]?: () => Deadline | undefined }

/** Says how the current deadline is found. What runs requests sets it; what runs jobs need not. */
export function findDeadlineBy(find: () => Deadline | undefined): void {
  process[slot] = find
}

/** The deadline of the request that is being served; undefined outside of one. */
export const currentDeadline = (): Deadline | undefined => process[slot]?.()

/** How many milliseconds a call out may take: `mostMs`, or what is left of the request if that is less. At least 1. */
export function timeLeftMs(mostMs: number): number {
  const deadline = currentDeadline()
  return deadline ? Math.max(1, Math.min(mostMs, deadline.at - Date.now())) : mostMs
}

/** Something that we stand on did not answer in time, or not at all. Trying again later makes sense. */
export class Away extends Error {
  override readonly name: string = 'Away'
}
