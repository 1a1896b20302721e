import { defineSweep } from './define.ts'

export const tenantJobs = {
  /** Gives back the seats of invitations whose time is over. */
  sweepInvitations: defineSweep('tenants.sweep-invitations', 60_000),
}
