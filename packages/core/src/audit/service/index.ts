export { getAuditEntry, listAudit, listOwnActivity } from './log.ts'
