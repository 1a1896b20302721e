import { type Invitation, type InvitationQuery, idPrefixes, type Page, type People } from '@insula/contracts'
import { InvitationModel, MemberModel } from '@insula/db'
import type { z } from 'zod'
import { nobody, peopleByIds } from '../../identity/service/index.ts'
import type { Actor } from '../../kernel/actor.ts'
import { planUsageOf } from '../../kernel/claims.ts'
import { containing, orderOf, pageOf } from '../../kernel/pages.ts'
import { presentInvitation, presentMember } from '../present.ts'

/** Members and open invitations, with the seats they take. */
export async function listPeople(actor: Actor): Promise<z.infer<typeof People>> {
  const { tenantId } = actor
  const [members, invitations, usage] = await Promise.all([
    MemberModel.find({ tenantId }).sort({ _id: 1 }).lean(),
    InvitationModel.find({ tenantId, state: 'pending' }).sort({ _id: -1 }).lean(),
    planUsageOf(actor),
  ])
  const people = await peopleByIds(members.map((member) => member.userId))
  const seats = usage.find((row) => row.key === 'seats')
  return {
    members: members.map((doc) => presentMember(doc, people.get(doc.userId) ?? nobody)),
    invitations: invitations.map(presentInvitation),
    seats: { used: seats?.used ?? members.length, limit: seats?.limit ?? 0 },
  }
}

/** Invitations, newest first or as `sort` says: the open ones, or those that were declined, revoked or have expired; else all of them. */
export async function listInvitations(
  actor: Actor,
  query: z.output<typeof InvitationQuery>,
): Promise<Page<Invitation>> {
  const now = new Date()
  const states = {
    open: [{ state: 'pending' as const, expiresAt: { $gt: now } }],
    ended: [
      { state: { $in: ['declined' as const, 'revoked' as const, 'expired' as const] } },
      { state: 'pending' as const, expiresAt: { $lte: now } },
    ],
  }
  const order = orderOf(query.sort, { created: '_id', email: 'folded.email' }, idPrefixes.invitation)
  const docs = await InvitationModel.find({
    tenantId: actor.tenantId,
    $and: [
      order.after(query.cursor),
      query.state ? { $or: states[query.state] } : {},
      query.search ? containing(query.search, ['email']) : {},
    ],
  })
    .sort(order.by)
    .limit(query.limit + 1)
    .maxTimeMS(2_000)
    .lean()
  return pageOf(docs, query.limit, presentInvitation, order)
}
