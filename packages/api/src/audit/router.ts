import { AuditEntry, AuditQuery, AuditRef, pageSchema } from '@insula/contracts'
import { getAuditEntry, listAudit } from '@insula/core/audit'
import { allow, rest, router } from '../trpc.ts'

export const auditRouter = router({
  list: allow('audit:read', 'audit-log')
    .meta(rest('GET', '/audit', 'List audit entries, newest first', 'Audit'))
    .input(AuditQuery)
    .output(pageSchema(AuditEntry))
    .query(({ ctx, input }) => listAudit(ctx.actor, input)),
  get: allow('audit:read', 'audit-log')
    .meta(rest('GET', '/audit/{auditEntryId}', 'Read an audit entry', 'Audit'))
    .input(AuditRef)
    .output(AuditEntry)
    .query(({ ctx, input }) => getAuditEntry(ctx.actor, input.auditEntryId)),
})
