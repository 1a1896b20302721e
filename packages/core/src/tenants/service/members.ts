import {
  events,
  type Member,
  permissionsOf,
  Refusal,
  type RemovalPreview,
  type Role,
} from '@insula/contracts'
import { type MemberDoc, MemberModel, TenantModel, transaction } from '@insula/db'
import type { z } from 'zod'
import { nobody, peopleByIds } from '../../identity/service/index.ts'
import type { Actor } from '../../kernel/actor.ts'
import { release } from '../../kernel/claims.ts'
import { emit } from '../../kernel/emit.ts'
import { requireMayGive } from '../../kernel/grants.ts'
import { record } from '../../kernel/record.ts'
import { presentMember } from '../present.ts'
import { endGiven, givenBeyond } from './given.ts'

export async function changeRole(actor: Actor, memberId: string, role: Role): Promise<Member> {
  return transaction(async () => {
    const member = await findMember(actor, memberId)
    const before = member.role
    await requireMayGive(actor, 'members:write', before, role)
    const people = await peopleByIds([member.userId])
    const person = people.get(member.userId) ?? nobody
    if (before === role) return presentMember(member, person)
    await MemberModel.updateOne({ tenantId: actor.tenantId, _id: memberId }, { role })
    if (before === 'owner') await keepAnOwner(actor.tenantId)
    await endGiven(actor, member.userId, permissionsOf(role))
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

/**
 * Takes someone out of the tenant; what they could do there ends with their next request, and so do the keys they made and
 * the invitations they sent.
 */
export async function removeMember(actor: Actor, memberId: string): Promise<void> {
  await transaction(async () => {
    const member = await findMember(actor, memberId)
    await requireMayGive(actor, 'members:write', member.role)
    await takeOut(actor, member)
  })
}

/**
 * The keys and open invitations that would end with a member's removal, or with a change to `role`: for whoever is about to
 * decide.
 */
export async function previewRemoval(
  actor: Actor,
  { memberId, role }: { memberId: string; role?: Role | undefined },
): Promise<z.infer<typeof RemovalPreview>> {
  const member = await findMember(actor, memberId)
  const remaining = role === undefined ? null : permissionsOf(role)
  const { keys, invitations } = await givenBeyond(actor.tenantId, member.userId, remaining)
  return {
    apiKeys: keys.map((key) => ({ id: key._id, name: key.name })),
    invitations: invitations.map(({ _id, email, role: given }) => ({ id: _id, email, role: given })),
  }
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
  await endGiven(actor, member.userId ?? 'nobody')
  const people = await peopleByIds([member.userId])
  const name = people.get(member.userId)?.name ?? null
  await record(
    actor,
    'member.removed',
    { kind: 'member', id: member._id, name },
    { before: { role: member.role } },
  )
  await emit(actor, events.memberRemoved, { memberId: member._id, userId: member.userId ?? '' })
}

/**
 * Says that who is in, or invited, changes. Two changes at once each see only their own snapshot; both write to the tenant's
 * row, so one of them meets a write conflict, runs again and sees the truth.
 */
export async function changePeople(tenantId: string): Promise<void> {
  await TenantModel.updateOne({ _id: tenantId }, { $inc: { peopleVersion: 1 } })
}

/** Refuses when no owner would be left. */
async function keepAnOwner(tenantId: string): Promise<void> {
  await changePeople(tenantId)
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
