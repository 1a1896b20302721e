import { faultOf } from './refusal.ts'

/** Seconds after which the server asked to be called again, or null where asking again would change nothing. */
export const askedToWait = (error: unknown): number | null => {
  const { code, details } = faultOf(error)
  const passing = code === 'rate_limited' || code === 'unavailable'
  return passing ? (details.retryAfterSeconds ?? null) : null
}

const mostTries = 3
const mostToldTries = 8

/**
 * Whether a read is worth asking again: under a limit as often as the server says when; else only after silence and
 * crashes. Of an outage each try takes seconds, so it is told after the second. A refusal stays one however often it is
 * asked.
 */
export const worthRetrying = (failures: number, error: unknown) => {
  const { code } = faultOf(error)
  if (code === 'unavailable') return failures < 1
  if (askedToWait(error) !== null) return failures < mostToldTries - 1
  return failures < mostTries - 1 && (code === 'unreachable' || code === 'internal')
}

/** Milliseconds until the next try: what the server asked for and a little of one's own, so that not all come at once. */
export const retryDelay = (failures: number, error: unknown) => {
  const seconds = askedToWait(error)
  return seconds === null ? Math.min(1_000 * 2 ** failures, 30_000) : seconds * 1_000 + Math.random() * 500
}

const pause = (seconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, seconds * 1_000)
    signal.addEventListener('abort', stop, { once: true })
  })

/**
 * Makes a call, and makes it again when the server says when, until it is done or refused for good. `twiceIsOnce` lets it
 * be made again although nobody knows whether it was done.
 */
export const asTold = async <Result>(
  call: () => Promise<Result>,
  given: {
    signal: AbortSignal
    twiceIsOnce: boolean
    onWait?: (seconds: number) => void
    wait?: typeof pause
  },
): Promise<Result> => {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      const seconds = askedToWait(error)
      const unknown = faultOf(error).details.outcome === 'unknown'
      if (seconds === null || (unknown && !given.twiceIsOnce)) throw error
      given.onWait?.(seconds)
      await (given.wait ?? pause)(seconds, given.signal)
    }
  }
}
