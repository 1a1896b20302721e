import { z } from 'zod'
import { defineJob } from './define.ts'

export const tenantJobs = {
  /** Gives back the seats of invitations whose time is over. */
  sweepInvitations: defineJob('tenants.sweep-invitations', {
    payload: z.strictObject({}),
    attempts: 1,
    backoffMs: [],
    key: () => 'sweep',
  }),
}
