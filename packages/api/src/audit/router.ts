import { AuditEntry, AuditQuery, pageOf } from '@insula/contracts'
import { listAudit } from '@insula/core/audit/service'
import { allow, rest, router } from '../trpc.ts'

export const auditRouter = router({
  list: allow('audit:read')
    .meta(rest('GET', '/audit', 'List audit entries, newest first', 'Audit'))
    .input(AuditQuery)
    .output(pageOf(AuditEntry))
    .query(({ ctx, input }) => listAudit(ctx.actor, input)),
})
