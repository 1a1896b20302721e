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

interface Deadlines {
  current(): Deadline | undefined
  /** Runs `work` without one. */
  leave<Result>(work: () => Result): Result
}

// On the process rather than in this module: a host may evaluate it more than once, and all must see the same.
const slot = Symbol.for('insula.deadlines')
const processWide = globalThis as { [slot]?: Deadlines }

/** Says how the current deadline is found and left. What runs requests sets it; what runs jobs need not. */
export function keepDeadlinesIn(deadlines: Deadlines): void {
  processWide[slot] = deadlines
}

/** The deadline of the request that is being served; undefined outside of one. */
export const currentDeadline = (): Deadline | undefined => processWide[slot]?.current()

/** Runs what outlives the request that happens to start it. */
export const withoutDeadline = <Result>(work: () => Result): Result => {
  const deadlines = processWide[slot]
  return deadlines ? deadlines.leave(work) : work()
}

/** How many milliseconds a call out may take: `mostMs`, or what is left of the request if that is less. At least 1. */
export function timeLeftMs(mostMs: number): number {
  const deadline = currentDeadline()
  return deadline ? Math.max(1, Math.min(mostMs, deadline.at - Date.now())) : mostMs
}

/** Something that we stand on did not answer in time, or not at all. Trying again later makes sense. */
export class Away extends Error {
  override readonly name: string = 'Away'
}

/** The same, and nobody knows whether what was asked for has been done. */
export class OutcomeUnknown extends Away {
  override readonly name = 'OutcomeUnknown'
}

/**
 * The result of `asked`, or `Away` when `mostMs` or the request's own time is over before. For what cannot be stopped;
 * it goes on, and nobody hears of it.
 */
export async function answeredInTime<Result>(
  asked: Promise<Result>,
  mostMs: number,
  what: string,
): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  // What has arrived while this process was busy is read before anybody is told that it did not.
  const timer = setTimeout(
    () => setImmediate(() => reject(new Away(`${what} did not answer in time.`))),
    timeLeftMs(mostMs),
  )
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
  }
}
