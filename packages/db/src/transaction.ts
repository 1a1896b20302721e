import { AsyncLocalStorage } from 'node:async_hooks'
import mongoose, { type ClientSession } from 'mongoose'

interface Running {
  session: ClientSession
  afterCommit: (() => unknown)[]
}
const running = new AsyncLocalStorage<Running>()

/**
 * Runs `work` in one MongoDB transaction; every query of the models inside joins it. Called inside another, it
 * joins that one. `work` may run more than once (write conflicts), so it holds no effect outside MongoDB:
 * those go to `afterCommit`.
 */
export async function transaction<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running.getStore()) return work()
  let state: Running | undefined
  const result = await mongoose.connection.transaction((session) => {
    state = { session, afterCommit: [] }
    return running.run(state, work)
  })
  for (const effect of state?.afterCommit ?? []) await effect()
  return result as Result
}

/** Runs `effect` once the transaction around it has committed; at once when there is none. */
export async function afterCommit(effect: () => unknown): Promise<void> {
  const state = running.getStore()
  if (state) state.afterCommit.push(effect)
  else await effect()
}

/** The session of the transaction that runs, for queries that do not go through the models. */
export const currentSession = (): ClientSession | undefined => running.getStore()?.session
