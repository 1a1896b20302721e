import { AsyncLocalStorage } from 'node:async_hooks'
import { Away, currentDeadline, type Deadline, findDeadlineBy } from '@insula/contracts/deadline'

// On the process, for the same reason as in contracts.
const slot = Symbol.for('insula.deadline-store')
const process = globalThis as { [slot]?: AsyncLocalStorage<Deadline> }
process[slot] ??= new AsyncLocalStorage<Deadline>()
const store = process[slot]
findDeadlineBy(() => store.getStore())

/**
 * Runs `work` with a deadline that everything it calls can see, and rejects with `Away` when the time is over, whatever
 * still hangs. Inside of another, the time is counted from when the request came.
 */
export async function withDeadline<Result>(
  given: { ms: number; requestId: string },
  work: () => Promise<Result>,
): Promise<Result> {
  const since = store.getStore()?.since ?? Date.now()
  const at = since + given.ms
  const abort = new AbortController()
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => {
      const error = new Away('The time for this request is over.')
      abort.abort(error)
      reject(error)
    },
    Math.max(0, at - Date.now()),
  )
  const deadline: Deadline = { since, at, signal: abort.signal, requestId: given.requestId }
  try {
    return await store.run(deadline, () => Promise.race([work(), late]))
  } finally {
    clearTimeout(timer)
  }
}

/** Runs what outlives the request that happens to start it. */
export const withoutDeadline = <Result>(work: () => Result): Result => store.exit(work)

/** The id of the request that is being served, for logs and errors far from the door. */
export const currentRequestId = (): string | null => currentDeadline()?.requestId ?? null
