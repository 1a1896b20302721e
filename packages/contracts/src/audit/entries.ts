import { z } from 'zod'
import { auditActions } from '../actions.ts'
import { id } from '../ids.ts'
import { GivenInstant, Instant, PageInput, sortBy } from '../page.ts'
import { stored } from '../stored.ts'
import { SearchText } from '../text.ts'

export const AuditEntry = z.object({
  id: id('auditEntry'),
  at: Instant,
  action: stored(auditActions),
  actor: z.object({
    kind: stored(['user', 'api-key', 'system']),
    id: z.string().nullable(),
    name: z.string(),
  }),
  target: z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() }),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  requestId: z.string().nullable(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

export const AuditRef = z.strictObject({ auditEntryId: id('auditEntry') })
export const auditSorts = ['at'] as const
export const AuditQuery = PageInput.extend({
  sort: sortBy(auditSorts),
  /** Also one that only another release knows, since rows with it are listed. */
  action: z.string().max(64).optional(),
  actorId: z.string().max(64).optional(),
  targetId: z.string().max(64).optional(),
  search: SearchText.optional().describe('Looks in the names of who did it and of what it was done to'),
  from: GivenInstant.optional(),
  to: GivenInstant.optional(),
})
