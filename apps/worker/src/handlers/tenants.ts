import { sweepInvitations } from '@insula/core/tenants/service/index'
import type { HandlersOf, tenantJobs } from '@insula/jobs'

export const tenantHandlers: HandlersOf<typeof tenantJobs> = {
  sweepInvitations: () => sweepInvitations(),
}
