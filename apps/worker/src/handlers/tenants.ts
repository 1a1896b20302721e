import { sweepInvitations } from '@insula/core/tenants'
import type { HandlersOf } from '@insula/jobs'
import { tenantJobs } from '@insula/jobs/tenants'

export const jobs = tenantJobs
export const handlers: HandlersOf<typeof jobs> = {
  sweepInvitations: () => sweepInvitations(),
}
