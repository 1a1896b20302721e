import { AuditEntryModel } from '@insula/db'
import type { DomainThings } from '../occasion.ts'

const anEntryOf = async (tenantId: string) => (await AuditEntryModel.findOne({ tenantId }).lean())?._id ?? ''

export const things: DomainThings = {
  calls: {
    get: {
      input: async ({ callers }) => ({ auditEntryId: await anEntryOf(callers.tenant.id) }),
      thing: true,
    },
    list: { input: () => ({ limit: 1 }) },
  },
  rows: async ({ tenantId }) => ({ auditEntryId: await anEntryOf(tenantId) }),
}
