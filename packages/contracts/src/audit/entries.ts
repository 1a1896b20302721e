import { z } from 'zod'
import { id } from '../ids.ts'
import { GivenInstant, Instant, PageInput } from '../page.ts'
import { stored } from '../stored.ts'
import { SearchText } from '../text.ts'

/** What can stand in the log: a past-tense verb on a kind of thing. */
export const auditActions = [
  'user.registered',
  'user.email-verified',
  'user.signed-in',
  'user.sign-in-failed',
  'user.locked',
  'user.signed-out',
  'user.password-changed',
  'user.password-reset',
  'user.profile-changed',
  'session.revoked',
  'tenant.created',
  'tenant.changed',
  'member.invited',
  'member.joined',
  'member.role-changed',
  'member.removed',
  'invitation.revoked',
  'invitation.resent',
  'invitation.declined',
  'invitation.expired',
  'api-key.created',
  'api-key.revoked',
  'file.upload-started',
  'file.uploaded',
  'file.ready',
  'file.failed',
  'file.retried',
  'file.renamed',
  'file.trashed',
  'file.restored',
  'file.downloaded',
  'file.purged',
  'file.discarded',
  'file.upload-resumed',
  'checkout.started',
  'subscription.activated',
  'subscription.changed',
  'subscription.ended',
  'subscription.resumed',
  'billing-invoice.paid',
  'billing-invoice.payment-failed',
  'billing-customer.deleted',
  'mail.resent',
  'job.retried',
  'job.discarded',
] as const
export const AuditAction = z.enum(auditActions)
export type AuditAction = z.infer<typeof AuditAction>

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
export const AuditQuery = PageInput.extend({
  /** Also one that only another release knows, since rows with it are listed. */
  action: z.string().max(64).optional(),
  actorId: z.string().max(64).optional(),
  targetId: z.string().max(64).optional(),
  search: SearchText.optional().describe('Looks in the names of who did it and of what it was done to'),
  from: GivenInstant.optional(),
  to: GivenInstant.optional(),
})
