import type { QueueName } from '@insula/contracts'
import type { HandlersOf, JobContract, JobRun } from '@insula/jobs'
import * as domains from './domains.ts'

export interface Handled {
  contract: JobContract
  handle: (payload: unknown, run: JobRun) => Promise<unknown>
}

type Domains = typeof domains

/** A queue without jobs does not compile, nor does a job that lacks its handler or a handler that lacks its job. */
const everyDomain: {
  readonly [Name in QueueName]: { jobs: Domains[Name]['jobs']; handlers: HandlersOf<Domains[Name]['jobs']> }
} = domains

/** Job names, as they stand in Redis, with what to do about each. */
export const handled: ReadonlyMap<string, Handled> = new Map(
  Object.values(everyDomain).flatMap(({ jobs, handlers }) =>
    Object.entries<JobContract>(jobs).flatMap(([name, contract]) => {
      const handle = (handlers as Record<string, Handled['handle']>)[name]
      return handle ? [[contract.name, { contract, handle }] as const] : []
    }),
  ),
)
