import {
  type Invitation,
  invitationMachine,
  type NewInvitation,
  permissionsOf,
  Refusal,
  refusalIn,
  requirePossible,
} from '@insula/contracts'
import { type InvitationDoc, InvitationModel, isDuplicate, MemberModel, newId, transaction } from '@insula/db'
import type { z } from 'zod'
import { userIdOf } from '../../identity/service/index.ts'
import type { Actor } from '../../kernel/actor.ts'
import { claim } from '../../kernel/claims.ts'
import { coreEnv } from '../../kernel/env.ts'
import { giverOf, requireMayGive } from '../../kernel/grants.ts'
import { make, move } from '../../kernel/move.ts'
import { hashOf, newSecret } from '../../kernel/secret.ts'
import { queueMail } from '../../notifications/service/index.ts'
import { anInvitation } from '../kinds.ts'
import { presentInvitation } from '../present.ts'
import { endExpired, endInvitation } from './end-invitation.ts'
import { changePeople } from './members.ts'
import { nameOfTenant } from './tenant.ts'

const lifetimeMs = 7 * 86_400_000

/** Invites an address with a role. The seat is taken now, so that accepting never fails for want of one. */
export async function inviteMember(actor: Actor, input: z.output<typeof NewInvitation>): Promise<Invitation> {
  const { tenantId } = actor
  return onceAnAddress(async () => {
    await requireMayGive(actor, 'members:write', input.role)
    await changePeople(tenantId)
    await refuseIfMember(tenantId, input.email)
    await endExpired(tenantId)
    if (await InvitationModel.exists({ tenantId, email: input.email, state: 'pending' }))
      throw invitedAlready()
    await claim(actor, 'seats', 1)
    const fresh = freshLink()
    const fields = {
      _id: newId('invitation'),
      email: input.email,
      role: input.role,
      invitedBy: await giverOf(actor),
      ...fresh.stored,
    }
    const doc = await make(actor, anInvitation, 'invite', fields, {
      change: ({ email, role }) => ({ after: { email, role } }),
    })
    await mailInvitation(doc, fresh.token)
    return presentInvitation(doc)
  })
}

/**
 * Sends a fresh link, given by who sends it; the one mailed before stops working. One that has expired is opened again, if
 * there is a seat for it.
 */
export async function resendInvitation(actor: Actor, invitationId: string): Promise<Invitation> {
  const { tenantId } = actor
  return onceAnAddress(async () => {
    const before = await findInvitation(tenantId, invitationId)
    requirePossible(invitationMachine, 'resend', before.state)
    if (permissionsOf(before.role).length === 0) {
      throw new Refusal('conflict', 'This release knows no such role. Revoke the invitation and invite anew.')
    }
    await requireMayGive(actor, 'members:write', before.role)
    await changePeople(tenantId)
    await refuseIfMember(tenantId, before.email)
    if (before.state === 'expired') {
      await endExpired(tenantId)
      await claim(actor, 'seats', 1)
    }
    const fresh = freshLink()
    const sent = await move(actor, anInvitation, 'resend', invitationId, {
      still: { state: before.state },
      set: { invitedBy: await giverOf(actor), ...fresh.stored },
    })
    if (!sent) throw refusalIn(invitationMachine, 'resend', before.state)
    await mailInvitation(sent.is, fresh.token)
    return presentInvitation(sent.is)
  })
}

export async function revokeInvitation(actor: Actor, invitationId: string): Promise<void> {
  const { tenantId } = actor
  await transaction(async () => {
    const { role, state } = await findInvitation(tenantId, invitationId)
    requirePossible(invitationMachine, 'revoke', state)
    await requireMayGive(actor, 'members:write', role)
    if (!(await endInvitation(actor, invitationId, 'revoke'))) throw notFound()
  })
}

async function findInvitation(tenantId: string, invitationId: string): Promise<InvitationDoc> {
  const doc = await InvitationModel.findOne({ tenantId, _id: invitationId }).lean()
  if (!doc) throw notFound()
  return doc
}

function freshLink() {
  const token = newSecret()
  return { token, stored: { tokenHash: hashOf(token), expiresAt: new Date(Date.now() + lifetimeMs) } }
}

/** The unique index has the last word on two invitations of one address. */
async function onceAnAddress<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await transaction(work)
  } catch (error) {
    if (!isDuplicate(error, 'tenantId', 'email')) throw error
    throw invitedAlready()
  }
}

async function refuseIfMember(tenantId: string, email: string): Promise<void> {
  const userId = await userIdOf(email)
  if (userId && (await MemberModel.exists({ tenantId, userId }))) {
    throw new Refusal('conflict', 'This person is already a member.', { field: 'email' })
  }
}

async function mailInvitation(doc: InvitationDoc, token: string): Promise<void> {
  await queueMail({
    tenantId: doc.tenantId,
    to: doc.email,
    template: 'invitation',
    variables: {
      tenantName: await nameOfTenant(doc.tenantId),
      invitedBy: doc.invitedBy.name ?? 'Somebody',
      role: doc.role,
    },
    link: `${coreEnv().APP_URL}/invitation?token=${encodeURIComponent(token)}`,
    dedupeKey: `invitation:${doc.tokenHash.slice(0, 22)}`,
  })
}

const notFound = () => new Refusal('not_found', 'There is no such invitation.')
const invitedAlready = () =>
  new Refusal('conflict', 'This address already has an open invitation. Resend or revoke that one.', {
    field: 'email',
  })
