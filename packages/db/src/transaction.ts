import { AsyncLocalStorage } from 'node:async_hooks'
import {
  Away,
  currentDeadline,
  OutcomeUnknown,
  timeLeftMs,
  withoutDeadline,
} from '@insula/contracts/deadline'
import mongoose, { type ClientSession } from 'mongoose'
import { isDuplicate } from './duplicate.ts'
import { turn } from './turns.ts'

interface Running {
  session: ClientSession
  afterCommit: (() => unknown)[]
  /** Whom the changes so far are about, and who is told once they are committed. */
  changed: Map<(about: string[]) => unknown, Set<string>>
}
// On the process, since the models' hooks may be those of another evaluation of this package.
const slot = Symbol.for('insula.transactions')
const place = globalThis as { [slot]?: AsyncLocalStorage<Running> }
place[slot] ??= new AsyncLocalStorage<Running>()
const running = place[slot]

/**
 * Runs `work` in one MongoDB transaction; every query of the models inside joins it. Called inside another, it
 * joins that one. `work` may run more than once (write conflicts; from the second time on in turn, see `turn`), so it
 * holds no effect outside MongoDB: those go to `afterCommit`. When the time of the request is over nothing is committed any
 * more, and it throws `Away`, or `OutcomeUnknown` if the commit was under way.
 */
export async function transaction<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running.getStore()) return work()
  const deadline = currentDeadline()
  let state: Running | undefined
  let committing = false
  let runs = 0
  let inTurn: Awaited<ReturnType<typeof turn>> | undefined
  const attempt = async (session: ClientSession) => {
    committing = false
    runs += 1
    if (runs > 1) inTurn ??= await turn()
    deadline?.signal.throwIfAborted()
    state = { session, afterCommit: [], changed: new Map() }
    const result = await running.run(state, work)
    // Whoever asked has been told that it was not done.
    deadline?.signal.throwIfAborted()
    committing = true
    return result
  }
  const committed = mongoose.connection
    .transaction(attempt, deadline && { maxTimeMS: timeLeftMs(longestMs) })
    .then(async (result) => {
      for (const effect of state?.afterCommit ?? []) start(effect)
      for (const [tell, about] of state?.changed ?? []) await tell([...about])
      return result as Result
    }, toldHonestly)
    .finally(() => inTurn?.leave())
  if (!deadline) return committed
  const { promise: late, reject } = Promise.withResolvers<never>()
  const giveUp = () =>
    reject(
      committing
        ? new OutcomeUnknown('MongoDB did not say in time whether the change was committed.')
        : new Away('MongoDB did not answer in time. Nothing was changed.'),
    )
  deadline.signal.addEventListener('abort', giveUp, { once: true })
  try {
    if (deadline.signal.aborted) giveUp()
    return await Promise.race([committed, late])
  } finally {
    deadline.signal.removeEventListener('abort', giveUp)
    inTurn?.leave()
    // Nobody may be listening any more when it fails after all.
    committed.catch(() => {})
  }
}

const longestMs = 60_000

function toldHonestly(error: unknown): never {
  const unknown =
    error instanceof mongoose.mongo.MongoError && error.hasErrorLabel('UnknownTransactionCommitResult')
  throw unknown ? new OutcomeUnknown(error.message, { cause: error }) : error
}

let report: (error: unknown) => void = () => {}

/** Says where failures of what `afterCommit` started are told; by default nowhere, for sweeps make up for them. */
export function reportFailedEffects(to: (error: unknown) => void): void {
  report = to
}

const underway = new Set<Promise<unknown>>()

/** The change stands, whatever becomes of this: nobody waits for it, and its failure is nobody's but the log's. */
function start(effect: () => unknown): void {
  const run = withoutDeadline(async () => effect()).catch((error: unknown) => report(error))
  underway.add(run)
  void run.finally(() => underway.delete(run))
}

/**
 * Starts `effect` once the transaction around it has committed; at once when there is none. It is not waited for, and its
 * failure is reported, not thrown.
 */
export function afterCommit(effect: () => unknown): void {
  const state = running.getStore()
  if (state) state.afterCommit.push(effect)
  else start(effect)
}

/**
 * Tells whom a change was about: when the transaction around it has committed, before its result is known to whoever asked
 * for it; at once when there is none. `tell` must not throw, and is called once with all that one transaction changed.
 */
export async function afterChange(about: string[], tell: (about: string[]) => unknown): Promise<void> {
  const state = running.getStore()
  if (!state) return void (await tell(about))
  const known = state.changed.get(tell) ?? new Set()
  for (const one of about) known.add(one)
  state.changed.set(tell, known)
}

/** Resolves when everything that `afterCommit` started is over. For shutting down, and for tests. */
export async function effectsSettled(): Promise<void> {
  while (underway.size > 0) await Promise.all(underway)
}

/** The session of the transaction that runs, for queries that do not go through the models. */
export const currentSession = (): ClientSession | undefined => running.getStore()?.session

/**
 * Throws what an upsert threw. When somebody else made its row between the transaction's snapshot and now, the transaction
 * is run again and finds it.
 */
export function runAgainWhenMade(error: unknown): never {
  if (isDuplicate(error)) error.addErrorLabel('TransientTransactionError')
  throw error
}
