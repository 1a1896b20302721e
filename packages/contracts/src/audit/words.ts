import { permission } from '../word.ts'

export const permissions = { 'audit:read': permission('See the audit log', 'admin') }

export const ids = { auditEntry: 'aud' } as const

export const features = { 'audit-log': 'the audit log' } as const
