import { billingJobs } from './billing.ts'
import { eventJobs } from './events.ts'
import { fileJobs } from './files.ts'
import { identityJobs } from './identity.ts'
import { notificationJobs } from './notifications.ts'
import { tenantJobs } from './tenants.ts'

/** Every job there is, by domain. The worker does not compile while one of them lacks its handler. */
export const jobs = {
  events: eventJobs,
  identity: identityJobs,
  notifications: notificationJobs,
  files: fileJobs,
  billing: billingJobs,
  tenants: tenantJobs,
} as const
