import { createHash, randomBytes } from 'node:crypto'
import {
  events,
  type Invitation,
  type InvitationPreview,
  type NewInvitation,
  Refusal,
  type Role,
  roles,
} from '@insula/contracts'
import {
  acrossTenants,
  type InvitationDoc,
  InvitationModel,
  MemberModel,
  newId,
  transaction,
} from '@insula/db'
import type { z } from 'zod'
import type { Actor, Person } from '../../access/actor.ts'
import { record } from '../../audit/record.ts'
import { claim, release } from '../../billing/quota.ts'
import { coreEnv } from '../../env.ts'
import { emit } from '../../events/emit.ts'
import { isRegistered, peopleByIds, workIn } from '../../identity/people.ts'
import { queueMail } from '../../notifications/service.ts'
import { presentInvitation } from '../present.ts'
import { requireMayGrant } from './members.ts'
import { nameOfTenant } from './tenant.ts'

const lifetimeMs = 7 * 86_400_000
const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

/** Invites an address with a role. The seat is taken now, so that accepting never fails for want of one. */
export async function inviteMember(actor: Actor, input: z.output<typeof NewInvitation>): Promise<Invitation> {
  requireMayGrant(actor, input.role)
  await refuseIfMember(actor.tenantId, input.email)
  const token = randomBytes(32).toString('base64url')
  try {
    return await transaction(async () => {
      await closeExpired(actor.tenantId)
      await claim(actor.tenantId, 'seats', 1)
      const [doc] = await InvitationModel.create([
        {
          tenantId: actor.tenantId,
          email: input.email,
          role: input.role,
          tokenHash: hashOf(token),
          invitedBy: { id: actor.id ?? 'system', name: actor.name },
          expiresAt: new Date(Date.now() + lifetimeMs),
        },
      ])
      if (!doc) throw new Error('MongoDB returned no document for an insert')
      await record(actor, 'member.invited', targetOf(doc), { after: { email: doc.email, role: doc.role } })
      await emit(actor, events.memberInvited, { invitationId: doc._id })
      await mailInvitation(doc.toObject(), token)
      return presentInvitation(doc.toObject())
    })
  } catch (error) {
    if ((error as { code?: number }).code !== 11000) throw error
    throw new Refusal('conflict', 'This address already has an open invitation. Resend or revoke that one.', {
      field: 'email',
    })
  }
}

/** Sends a fresh link; the one mailed before stops working. */
export async function resendInvitation(actor: Actor, invitationId: string): Promise<Invitation> {
  const token = randomBytes(32).toString('base64url')
  return transaction(async () => {
    const doc = await InvitationModel.findOneAndUpdate(
      { tenantId: actor.tenantId, _id: invitationId, state: 'pending' },
      { tokenHash: hashOf(token), expiresAt: new Date(Date.now() + lifetimeMs) },
      { returnDocument: 'after' },
    ).lean()
    if (!doc) throw notFound()
    await mailInvitation(doc, token)
    await record(actor, 'invitation.resent', targetOf(doc))
    await emit(actor, events.invitationChanged, { invitationId })
    return presentInvitation(doc)
  })
}

export async function revokeInvitation(actor: Actor, invitationId: string): Promise<void> {
  await transaction(async () => {
    const doc = await close({ tenantId: actor.tenantId, _id: invitationId }, 'revoked')
    if (!doc) throw notFound()
    await record(actor, 'invitation.revoked', targetOf(doc), { before: { email: doc.email, role: doc.role } })
    await emit(actor, events.invitationChanged, { invitationId })
  })
}

/** What the holder of a mailed link may see before deciding. */
export async function previewInvitation(token: string): Promise<z.infer<typeof InvitationPreview>> {
  const doc = await findByToken(token)
  return {
    tenantName: await nameOfTenant(doc.tenantId),
    invitedBy: doc.invitedBy.name ?? 'Somebody',
    email: doc.email,
    role: doc.role as Role,
    expiresAt: doc.expiresAt.toISOString(),
    hasAccount: await isRegistered(doc.email),
  }
}

/** Joins the tenant. Only the invited address can, once; the session moves into the tenant. */
export async function acceptInvitation(person: Person, token: string): Promise<{ tenantId: string }> {
  const invitation = await findByToken(token)
  requireAddress(person, invitation)
  return transaction(async () => {
    const { tenantId } = invitation
    const doc = await close({ tenantId, _id: invitation._id, tokenHash: hashOf(token) }, 'accepted')
    if (!doc) throw spent()
    const memberId = newId('member')
    await MemberModel.create([{ _id: memberId, tenantId, userId: person.user.id, role: doc.role }])
    await workIn(person.sessionId, tenantId)
    const actor = actorFor(person, doc)
    await record(
      actor,
      'member.joined',
      { kind: 'member', id: memberId, name: person.user.name },
      {
        after: { email: doc.email, role: doc.role },
      },
    )
    await emit(actor, events.memberJoined, { memberId, userId: person.user.id })
    return { tenantId }
  })
}

export async function declineInvitation(person: Person, token: string): Promise<void> {
  const invitation = await findByToken(token)
  requireAddress(person, invitation)
  await transaction(async () => {
    const doc = await close({ tenantId: invitation.tenantId, _id: invitation._id }, 'declined')
    if (!doc) throw spent()
    await record(actorFor(person, doc), 'invitation.declined', targetOf(doc))
    await emit(actorFor(person, doc), events.invitationChanged, { invitationId: doc._id })
  })
}

/** Gives back the seats of invitations whose time is over. Safe to run at any time. */
export async function closeExpired(tenantId: string): Promise<void> {
  const expired = await InvitationModel.find({
    tenantId,
    state: 'pending',
    expiresAt: { $lte: new Date() },
  }).lean()
  for (const { _id } of expired) await close({ tenantId, _id }, 'expired')
}

/** Ends a pending invitation one way or another, in one conditional update. Accepting keeps the seat. */
async function close(
  filter: { tenantId: string; _id: string; tokenHash?: string },
  state: 'accepted' | 'declined' | 'revoked' | 'expired',
): Promise<InvitationDoc | null> {
  const doc = await InvitationModel.findOneAndUpdate({ ...filter, state: 'pending' }, { state }).lean()
  if (doc && state !== 'accepted') await release(filter.tenantId, 'seats', 1)
  return doc
}

async function findByToken(token: string): Promise<InvitationDoc> {
  const doc = await acrossTenants(
    InvitationModel.findOne({ tokenHash: hashOf(token) }).lean(),
    'the token is what tells the tenant',
  )
  if (doc?.state !== 'pending' || doc.expiresAt <= new Date()) throw spent()
  return doc
}

function requireAddress(person: Person, invitation: InvitationDoc): void {
  if (person.user.email === invitation.email && person.user.emailVerified) return
  throw new Refusal('forbidden', `This invitation is for ${invitation.email}. Sign in with that address.`)
}

async function refuseIfMember(tenantId: string, email: string): Promise<void> {
  const members = await MemberModel.find({ tenantId }, { userId: 1 }).lean()
  const people = await peopleByIds(members.map((member) => member.userId))
  if ([...people.values()].some((person) => person.email === email)) {
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

const actorFor = (person: Person, doc: InvitationDoc): Actor => ({
  kind: 'user',
  id: person.user.id,
  name: person.user.name,
  tenantId: doc.tenantId,
  role: doc.role as Role,
  permissions: new Set(roles[doc.role as Role]),
  origin: person.origin,
})

const targetOf = (doc: { _id: string; email: string }) => ({
  kind: 'invitation',
  id: doc._id,
  name: doc.email,
})
const notFound = () => new Refusal('not_found', 'There is no such open invitation.')
const spent = () =>
  new Refusal('gone', 'This invitation was used, withdrawn or is too old. Ask for a new one to be sent.')
