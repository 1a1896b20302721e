import { platformPermission } from '../word.ts'

export const platformPermissions = {
  'platform:read': platformPermission('See all tenants, queues and health', 'admin', 'support', 'auditor'),
  'platform:operate': platformPermission('Retry and discard jobs', 'admin'),
}

export const actions = ['job.retried', 'job.discarded'] as const
