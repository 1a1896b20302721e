import { AsyncLocalStorage } from 'node:async_hooks'
import mongoose from 'mongoose'

interface Running {
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
  let state: Running = { afterCommit: [] }
  const result = await mongoose.connection.transaction(() => {
    state = { afterCommit: [] }
    return running.run(state, work)
  })
  for (const effect of state.afterCommit) await effect()
  return result as Result
}

/** Runs `effect` once the transaction around it has committed; at once when there is none. */
export async function afterCommit(effect: () => unknown): Promise<void> {
  const state = running.getStore()
  if (state) state.afterCommit.push(effect)
  else await effect()
}
