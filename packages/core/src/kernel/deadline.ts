import { AsyncLocalStorage } from 'node:async_hooks'
import {
  Away,
  currentDeadline,
  type Deadline,
  keepDeadlinesIn,
  OutcomeUnknown,
} from '@insula/contracts/deadline'

// On the process, for the same reason as in contracts.
const slot = Symbol.for('insula.deadline-store')
const processWide = globalThis as { [slot]?: AsyncLocalStorage<Deadline> }
processWide[slot] ??= new AsyncLocalStorage<Deadline>()
const store = processWide[slot]

/** What heeds the deadline's signal has this long to say itself what it gave up. */
const graceMs = 50

keepDeadlinesIn({ current: () => store.getStore(), leave: (work) => store.exit(work) })

/**
 * Runs `work` with a deadline that everything it calls can see, and rejects with `Away` when the time is over, whatever
 * still hangs; with `OutcomeUnknown` when it `changes` something. Inside of another, the time is counted from when the request came.
 */
export async function withDeadline<Result>(
  given: { ms: number; requestId: string; changes?: boolean },
  work: () => Promise<Result>,
): Promise<Result> {
  const since = store.getStore()?.since ?? Date.now()
  const at = since + given.ms
  const abort = new AbortController()
  const { promise: late, reject } = Promise.withResolvers<never>()
  let grace: NodeJS.Timeout | undefined
  const timer = setTimeout(
    () => {
      const error = new Away('The time for this request is over.')
      abort.abort(error)
      // Nobody knows what became of a change that does not even say that it was given up.
      const told = given.changes ? new OutcomeUnknown(error.message) : error
      grace = setTimeout(reject, graceMs, told)
    },
    Math.max(0, at - Date.now()),
  )
  const deadline: Deadline = { since, at, signal: abort.signal, requestId: given.requestId }
  try {
    return await store.run(deadline, () => Promise.race([work(), late]))
  } finally {
    clearTimeout(timer)
    clearTimeout(grace)
  }
}

/** The id of the request that is being served, for logs and errors far from the door. */
export const currentRequestId = (): string | null => currentDeadline()?.requestId ?? null
