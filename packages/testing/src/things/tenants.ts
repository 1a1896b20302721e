import type { Role } from '@insula/contracts'
import { addMember, inviteMember } from '@insula/core/tenants'
import { MailAllowanceModel, MemberModel, mongoHandles, newId, QuotaModel, SessionModel } from '@insula/db'
import { aMember, aTenant } from '../builders.ts'
import { must } from '../must.ts'
import { actingIn, type DomainThings, makeRoom, type Occasion, unique } from '../occasion.ts'
import { invitationTokenFor } from './notifications.ts'

/** Rows that no code of ours writes, put in by the driver: members and invitations whose fields hold anything or nothing. */
export async function writtenByHand(
  tenantId: string,
): Promise<{ memberIds: string[]; openInvitations: number }> {
  const { db } = mongoHandles()
  const ids = (kind: 'user' | 'member' | 'invitation', count: number) =>
    Array.from({ length: count }, () => newId(kind))
  const users = ids('user', 2)
  await db.collection<{ _id: string }>('users').insertMany([
    { _id: must(users[0]), name: { x: 1 }, email: `${users[0]}@example.test` },
    { _id: must(users[1]), name: null, email: null },
  ] as never)
  const memberIds = ids('member', 5)
  const createdAt = new Date()
  await db.collection<{ _id: string }>('members').insertMany([
    { _id: must(memberIds[0]), tenantId, userId: users[0], role: 'viewer', createdAt },
    { _id: must(memberIds[1]), tenantId, userId: users[1], role: 'superuser', createdAt },
    { _id: must(memberIds[2]), tenantId, userId: newId('user'), role: 'member' },
    { _id: must(memberIds[3]), tenantId, userId: 'someone', role: 7, createdAt: 'yesterday' },
    { _id: must(memberIds[4]), tenantId },
  ] as never)
  await db.collection<{ _id: string }>('invitations').insertMany([
    { _id: newId('invitation'), tenantId, email: 'a@example.test', role: 'chief', state: 'pending' },
    { _id: newId('invitation'), tenantId, email: 'b@example.test', state: 'lost', tokenHash: newId('event') },
    { _id: newId('invitation'), tenantId, tokenHash: newId('event'), invitedBy: 'me', state: 'revoked' },
  ] as never)
  await QuotaModel.updateOne({ tenantId, key: 'seats' }, { $inc: { used: memberIds.length + 1 } })
  return { memberIds, openInvitations: 1 }
}

const conflict = { status: 409, code: 'conflict' }
const missing = { status: 404, code: 'not_found' }

async function invitation({ callers }: Occasion, email = `${unique()}@example.test`) {
  await makeRoom(callers.tenant.id)
  return { invitationId: (await inviteMember(callers.owner, { email, role: 'viewer' })).id }
}

/** An invitation of the caller's own address into a tenant it does not belong to. */
async function ownInvitation({ caller }: Occasion) {
  const { actor } = await aTenant()
  await MailAllowanceModel.deleteMany({})
  const email = caller.person?.user.email ?? `${unique()}@example.test`
  await inviteMember(actor, { email, role: 'viewer' })
  return { token: await invitationTokenFor(email) }
}

async function anotherMember({ callers }: Occasion, role: Role = 'viewer') {
  await makeRoom(callers.tenant.id)
  const { person } = await aMember(callers.tenant.id, role)
  const member = await MemberModel.findOne({
    tenantId: callers.tenant.id,
    userId: person.user.id,
  }).lean()
  return member?._id ?? ''
}

const backInto = ({ caller, callers }: Occasion) =>
  SessionModel.updateOne(
    { _id: caller.person?.sessionId },
    { activeTenantId: caller.name === 'a removed member' ? callers.tenant.id : caller.tenantId },
  )

async function rejoin({ caller, callers }: Occasion) {
  const role = caller.name as Role
  if (!caller.person || !(['viewer', 'member', 'admin'] as string[]).includes(role)) return
  await makeRoom(callers.tenant.id)
  await addMember(callers.tenant.id, caller.person.user, role)
  await backInto({ caller, callers })
}

export const things: DomainThings = {
  calls: {
    acceptInvitation: {
      input: ownInvitation,
      after: backInto,
      leaves: { audit: ['member.joined'], events: ['member.joined'] },
    },
    change: {
      input: () => ({ name: `Renamed ${unique()}` }),
      leaves: { audit: ['tenant.changed'], events: ['tenant.changed'] },
    },
    changeRole: {
      thing: true,
      input: async (occasion) => ({ memberId: await anotherMember(occasion), role: 'member' }),
      leaves: { audit: ['member.role-changed'], events: ['member.changed'] },
    },
    checkSlug: { input: () => ({ slug: `free-${unique()}` }) },
    create: {
      input: () => ({ name: 'Founded', slug: `founded-${unique()}` }),
      after: backInto,
      leaves: { audit: ['tenant.created'], events: ['tenant.created'] },
    },
    declineInvitation: {
      input: ownInvitation,
      leaves: { audit: ['invitation.declined'], events: ['invitation.changed'] },
    },
    get: {},
    invite: {
      async input(occasion) {
        await makeRoom(actingIn(occasion).tenantId)
        return { email: `${unique()}@example.test`, role: 'viewer' }
      },
      leaves: {
        audit: ['member.invited'],
        events: ['member.invited'],
        hints: ['mail.changed'],
        mails: ['invitation'],
        claims: ['seats'],
      },
    },
    leave: {
      // A key is nobody's seat, and an owner who is the last one stays.
      async input({ callers }) {
        const { tenant, owner } = callers
        await MemberModel.updateMany(
          { tenantId: tenant.id, role: 'owner', userId: { $ne: owner.id ?? '' } },
          { role: 'viewer' },
        )
      },
      told: ({ name }) =>
        name.includes('key') ? missing : name === 'owner' || name.includes('another') ? conflict : null,
      after: rejoin,
      leaves: { audit: ['member.removed'], events: ['member.removed'] },
    },
    listInvitations: { input: () => ({ limit: 1 }) },
    listOwnInvitations: {},
    people: {},
    previewRemoval: {
      thing: true,
      input: async (occasion) => ({ memberId: await anotherMember(occasion, 'member'), role: 'viewer' }),
    },
    previewInvitation: { input: ownInvitation },
    removeMember: {
      thing: true,
      input: async (occasion) => ({ memberId: await anotherMember(occasion) }),
      leaves: { audit: ['member.removed'], events: ['member.removed'] },
    },
    resendInvitation: {
      thing: true,
      input: invitation,
      leaves: {
        audit: ['invitation.resent'],
        events: ['invitation.changed'],
        hints: ['mail.changed'],
        mails: ['invitation'],
      },
      leavesAgain: {
        audit: ['invitation.resent'],
        events: ['invitation.changed'],
        hints: ['mail.changed'],
        mails: ['invitation'],
      },
    },
    revokeInvitation: {
      thing: true,
      input: invitation,
      leaves: { audit: ['invitation.revoked'], events: ['invitation.changed'] },
    },
    switch: {
      input: ({ callers }) => ({ tenantId: callers.tenant.id }),
      told: ({ tenantId, name }) =>
        tenantId && name !== 'a removed member' && !name.includes('another') ? null : missing,
    },
  },
  async rows(owner, canary) {
    const { tenantId } = owner
    const { person } = await aMember(tenantId, 'member')
    const member = await MemberModel.findOne({ tenantId, userId: person.user.id }).lean()
    const invited = await inviteMember(owner, { email: `${canary}@example.test`, role: 'viewer' })
    return { tenantId, memberId: member?._id ?? '', invitationId: invited.id }
  },
  shownIn: ['people'],
}
