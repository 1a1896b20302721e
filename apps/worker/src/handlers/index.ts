import { type HandlersOf, type JobContract, type JobRun, jobs } from '@insula/jobs'
import { billingHandlers } from './billing.ts'
import { eventHandlers } from './events.ts'
import { fileHandlers } from './files.ts'
import { identityHandlers } from './identity.ts'
import { notificationHandlers } from './notifications.ts'
import { tenantHandlers } from './tenants.ts'

type Handlers = { readonly [Domain in keyof typeof jobs]: HandlersOf<(typeof jobs)[Domain]> }

/** Every domain's handlers. A job that lacks one, and one that lacks its job, do not compile. */
const handlers: Handlers = {
  events: eventHandlers,
  identity: identityHandlers,
  notifications: notificationHandlers,
  files: fileHandlers,
  billing: billingHandlers,
  tenants: tenantHandlers,
}

export interface Handled {
  contract: JobContract
  handle: (payload: unknown, jobRun: JobRun) => Promise<unknown>
}

/** Job names, as they stand in Redis, with what to do about each. */
export const handled: ReadonlyMap<string, Handled> = new Map(
  Object.entries(jobs).flatMap(([domain, contracts]) =>
    Object.entries(contracts).map(([name, contract]) => {
      const ofDomain = handlers[domain as keyof Handlers] as Record<string, Handled['handle']>
      return [contract.name, { contract, handle: ofDomain[name]! }] as const
    }),
  ),
)
