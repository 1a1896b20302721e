import { events, type Member, mayGrant, type People, Refusal, type Role } from '@insula/contracts'
import { InvitationModel, type MemberDoc, MemberModel, TenantModel, transaction } from '@insula/db'
import type { z } from 'zod'
import type { Actor } from '../../access/actor.ts'
import { record } from '../../audit/record.ts'
import { release, usageOf } from '../../billing/quota.ts'
import { emit } from '../../events/emit.ts'
import { peopleByIds } from '../../identity/people.ts'
import { presentInvitation, presentMember } from '../present.ts'

const unknown = { name: 'Deleted account', email: '' }

/** Members and open invitations, with the seats they take. */
export async function listPeople(actor: Actor): Promise<z.infer<typeof People>> {
  const { tenantId } = actor
  const [members, invitations, usage] = await Promise.all([
    MemberModel.find({ tenantId }).sort({ _id: 1 }).lean(),
    InvitationModel.find({ tenantId, state: 'pending' }).sort({ _id: -1 }).lean(),
    usageOf(tenantId),
  ])
  const people = await peopleByIds(members.map((member) => member.userId))
  const seats = usage.find((row) => row.key === 'seats')
  return {
    members: members.map((doc) => presentMember(doc, people.get(doc.userId) ?? unknown)),
    invitations: invitations.map(presentInvitation),
    seats: { used: seats?.used ?? members.length, limit: seats?.limit ?? 0 },
  }
}

/** A key has no role of its own and hands out no more than an admin may. */
export const ownRank = (actor: Actor): Role => actor.role ?? 'admin'

export function requireMayGrant(actor: Actor, role: Role): void {
  if (mayGrant(ownRank(actor), role)) return
  throw new Refusal('forbidden', `Your role does not reach as far as ${role}; only an owner can do this.`, {
    field: 'role',
    grantedBy: ['owner'],
  })
}

export async function changeRole(actor: Actor, memberId: string, role: Role): Promise<Member> {
  return transaction(async () => {
    const member = await findMember(actor, memberId)
    const before = member.role as Role
    requireMayGrant(actor, before)
    requireMayGrant(actor, role)
    const people = await peopleByIds([member.userId])
    const person = people.get(member.userId) ?? unknown
    if (before === role) return presentMember(member, person)
    await MemberModel.updateOne({ tenantId: actor.tenantId, _id: memberId }, { role })
    if (before === 'owner') await keepAnOwner(actor.tenantId)
    await record(
      actor,
      'member.role-changed',
      { kind: 'member', id: memberId, name: person.name },
      {
        before: { role: before },
        after: { role },
      },
    )
    await emit(actor, events.memberChanged, { memberId })
    return presentMember({ ...member, role }, person)
  })
}

/** Takes someone out of the tenant; what they could do there ends with their next request. */
export async function removeMember(actor: Actor, memberId: string): Promise<void> {
  await transaction(async () => {
    const member = await findMember(actor, memberId)
    requireMayGrant(actor, member.role as Role)
    await takeOut(actor, member)
  })
}

/** Everyone may leave, except the last owner. */
export async function leaveTenant(actor: Actor): Promise<void> {
  await transaction(async () => {
    const member = await MemberModel.findOne({ tenantId: actor.tenantId, userId: actor.id ?? '' }).lean()
    if (!member) throw new Refusal('not_found', 'You are not a member of this tenant.')
    await takeOut(actor, member)
  })
}

async function takeOut(actor: Actor, member: MemberDoc): Promise<void> {
  await MemberModel.deleteOne({ tenantId: actor.tenantId, _id: member._id })
  if (member.role === 'owner') await keepAnOwner(actor.tenantId)
  await release(actor.tenantId, 'seats', 1)
  const people = await peopleByIds([member.userId])
  const name = people.get(member.userId)?.name ?? null
  await record(
    actor,
    'member.removed',
    { kind: 'member', id: member._id, name },
    { before: { role: member.role } },
  )
  await emit(actor, events.memberRemoved, { memberId: member._id, userId: member.userId })
}

/**
 * Refuses when no owner would be left. Two owners who leave at once each still see the other in their own
 * snapshot; both touch the tenant's row, so one of them meets a write conflict, runs again and sees the truth.
 */
async function keepAnOwner(tenantId: string): Promise<void> {
  await TenantModel.updateOne({ _id: tenantId }, { $inc: { ownersVersion: 1 } })
  if ((await MemberModel.countDocuments({ tenantId, role: 'owner' })) > 0) return
  throw new Refusal('conflict', 'A tenant needs an owner. Make someone else owner first.', {
    field: 'memberId',
  })
}

async function findMember(actor: Actor, memberId: string): Promise<MemberDoc> {
  const member = await MemberModel.findOne({ tenantId: actor.tenantId, _id: memberId }).lean()
  if (!member) throw new Refusal('not_found', 'There is no such member.')
  return member
}

/** The user ids of those who hold one of these roles, for mails that concern them. */
export async function usersWithRoles(tenantId: string, wanted: Role[]): Promise<string[]> {
  const members = await MemberModel.find({ tenantId, role: { $in: wanted } }, { userId: 1 }).lean()
  return members.map((member) => member.userId)
}
