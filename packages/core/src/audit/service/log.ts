import {
  type AuditAction,
  type AuditEntry,
  type AuditQuery,
  idPrefixes,
  type Page,
  Refusal,
} from '@insula/contracts'
import { type AuditEntryDoc, AuditEntryModel, acrossTenants } from '@insula/db'
import type { z } from 'zod'
import type { Actor, Person } from '../../kernel/actor.ts'
import { containing, orderOf, pageOf } from '../../kernel/pages.ts'

/** The tenant's log, newest first or, with `sort: 'at'`, oldest first. */
export async function listAudit(actor: Actor, query: z.output<typeof AuditQuery>): Promise<Page<AuditEntry>> {
  const { limit, cursor, action, actorId, targetId, search, from, to } = query
  // Ids rise with time, so that no other index is needed.
  const order = orderOf(query.sort, { at: '_id' }, idPrefixes.auditEntry)
  const docs = await AuditEntryModel.find({
    tenantId: actor.tenantId,
    ...order.after(cursor),
    ...(action && { action: action as AuditAction }),
    ...(actorId && { 'actor.id': actorId }),
    ...(targetId && { 'target.id': targetId }),
    ...(search && containing(search, ['actor.name', 'target.name'])),
    ...((from || to) && { at: { ...(from && { $gte: new Date(from) }), ...(to && { $lte: new Date(to) }) } }),
  })
    .sort(order.by)
    .limit(limit + 1)
    .maxTimeMS(5_000)
    .lean()
  return pageOf(docs, limit, present, order)
}

/** One entry of the tenant's log. */
export async function getAuditEntry(actor: Actor, auditEntryId: string): Promise<AuditEntry> {
  const entry = await AuditEntryModel.findOne({ tenantId: actor.tenantId, _id: auditEntryId }).lean()
  if (!entry) throw new Refusal('not_found', 'There is no such entry.')
  return present(entry)
}

/** What a person did with their own account, outside any tenant. */
export async function listOwnActivity(person: Person): Promise<AuditEntry[]> {
  const docs = await acrossTenants(
    AuditEntryModel.find({ tenantId: null, 'actor.id': person.user.id }).sort({ _id: -1 }).limit(50).lean(),
    'entries that belong to no tenant, of this person alone',
  )
  return docs.map(present)
}

const present = (doc: AuditEntryDoc): AuditEntry => ({
  id: doc._id,
  at: doc.at.toISOString(),
  action: doc.action,
  actor: {
    kind: doc.actor.kind ?? 'system',
    id: doc.actor.id ?? null,
    name: doc.actor.name ?? 'Unknown',
  },
  target: { kind: doc.target.kind ?? '', id: doc.target.id ?? '', name: doc.target.name ?? null },
  ipAddress: doc.ipAddress ?? null,
  userAgent: doc.userAgent ?? null,
  requestId: doc.requestId ?? null,
  before: (doc.before as Record<string, unknown> | null) ?? null,
  after: (doc.after as Record<string, unknown> | null) ?? null,
})
