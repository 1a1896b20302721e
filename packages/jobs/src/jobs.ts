import { billingJobs } from './billing.ts'
import { eventJobs } from './events.ts'
import { fileJobs } from './files.ts'
import { notificationJobs } from './notifications.ts'
import { tenantJobs } from './tenants.ts'

/** Every job there is, by domain. The worker does not compile while one of them lacks its handler. */
export const jobs = {
  events: eventJobs,
  notifications: notificationJobs,
  files: fileJobs,
  billing: billingJobs,
  tenants: tenantJobs,
} as const
