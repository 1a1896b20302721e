import { z } from 'zod'
import { gatherList } from './gather.ts'

/** What can stand in the audit log: a past-tense verb on a kind of thing. */
export const auditActions = gatherList('actions')
export const AuditAction = z.enum(auditActions)
export type AuditAction = z.infer<typeof AuditAction>
