import { Refusal, roles } from '@insula/contracts'
import type { Actor, Person } from '@insula/core/kernel/actor'
import {
  acceptInvitation,
  addMember,
  declineInvitation,
  inviteMember,
  leaveTenant,
  listInvitations,
  listOwnInvitations,
  listPeople,
  previewInvitation,
  removeMember,
  resendInvitation,
  revokeInvitation,
  signUpByInvitation,
  sweepInvitations,
} from '@insula/core/tenants'
import {
  AuditEntryModel,
  EventModel,
  InvitationModel,
  MailAllowanceModel,
  MailModel,
  MemberModel,
  QuotaModel,
  SessionModel,
} from '@insula/db'
import { aMember, aPerson, aTenant, onTheLocalCloud } from '@insula/testing'
import { meeting } from '@insula/testing/meeting'
import { seededRandom } from '@insula/testing/random'
import { invitationTokenFor } from '@insula/testing/things/notifications'
import { writtenByHand } from '@insula/testing/things/tenants'
import mongoose from 'mongoose'
import { describe, expect, test } from 'vitest'

onTheLocalCloud()

const address = () => `${crypto.randomUUID().slice(0, 8)}@example.test`
const seatsOf = async (tenantId: string) =>
  (await QuotaModel.findOne({ tenantId, key: 'seats' }).lean())?.used
const past = new Date(Date.now() - 1_000)
const expire = (tenantId: string, _id: string) =>
  InvitationModel.updateOne({ tenantId, _id, state: 'pending' }, { expiresAt: past })

describe('expired invitations', () => {
  test('the sweep gives their seats back, once, with an audit entry and an event each', async () => {
    const { tenant, actor } = await aTenant()
    const tenantId = tenant.id
    const stays = await inviteMember(actor, { email: address(), role: 'viewer' })
    const over: string[] = []
    for (let count = 0; count < 3; count += 1) {
      over.push((await inviteMember(actor, { email: address(), role: 'viewer' })).id)
    }
    for (const id of over) await expire(tenantId, id)
    const events = await EventModel.countDocuments({ tenantId, type: 'invitation.changed' })
    expect(await seatsOf(tenantId)).toBe(5)
    const ended = await Promise.all([sweepInvitations(), sweepInvitations(), sweepInvitations()])
    expect(ended.reduce((sum, count) => sum + count)).toBe(3)
    expect(await seatsOf(tenantId)).toBe(2)
    expect(await AuditEntryModel.countDocuments({ tenantId, action: 'invitation.expired' })).toBe(3)
    expect(await EventModel.countDocuments({ tenantId, type: 'invitation.changed' })).toBe(events + 3)
    const listed = await listInvitations(actor, { state: 'ended', limit: 50 })
    expect(listed.items.map(({ state }) => state)).toEqual(['expired', 'expired', 'expired'])
    expect((await listInvitations(actor, { state: 'open', limit: 50 })).items.map(({ id }) => id)).toEqual([
      stays.id,
    ])
  })

  test('before any sweep one is neither shown to its holder, nor listed as open, nor a proof of anything', async () => {
    const { tenant, actor } = await aTenant()
    const email = address()
    const { id } = await inviteMember(actor, { email, role: 'viewer' })
    const token = await invitationTokenFor(email)
    await expire(tenant.id, id)
    const gone = { code: 'gone' }
    await expect(previewInvitation(token)).rejects.toMatchObject(gone)
    const origin = (await aPerson()).origin
    // Whoever holds an old link does not learn by it which password would do, or whether the address has an account.
    for (const password of ['1q2w3e4r5t6y7u8i9o0p', 'a sentence of small words']) {
      const joining = signUpByInvitation({ token, name: 'Late', password }, origin)
      await expect(joining).rejects.toMatchObject(gone)
    }
    expect((await listInvitations(actor, { state: 'open', limit: 50 })).items).toEqual([])
    expect((await listInvitations(actor, { state: 'ended', limit: 50 })).items.map((one) => one.id)).toEqual([
      id,
    ])
  })

  test('their seats are there for who invites next, before any sweep', async () => {
    const { tenant, actor } = await aTenant()
    for (let count = 0; count < 4; count += 1) {
      await inviteMember(actor, { email: address(), role: 'viewer' })
    }
    await InvitationModel.updateMany({ tenantId: tenant.id }, { expiresAt: past })
    await inviteMember(actor, { email: address(), role: 'viewer' })
    expect(await seatsOf(tenant.id)).toBe(2)
  })

  test('one is not sent again beside the open one of the same address, and takes no seat', async () => {
    const { tenant, actor } = await aTenant()
    const email = address()
    const { id } = await inviteMember(actor, { email, role: 'viewer' })
    await expire(tenant.id, id)
    await sweepInvitations()
    await inviteMember(actor, { email, role: 'viewer' })
    await expect(resendInvitation(actor, id)).rejects.toMatchObject({
      code: 'conflict',
      details: { field: 'email' },
    })
    expect(await seatsOf(tenant.id)).toBe(2)
  })

  test('one sent again is open anew and takes a seat, if there is one', async () => {
    const { tenant, actor } = await aTenant()
    const { id } = await inviteMember(actor, { email: address(), role: 'viewer' })
    await expire(tenant.id, id)
    await sweepInvitations()
    expect(await resendInvitation(actor, id)).toMatchObject({ state: 'pending' })
    expect(await seatsOf(tenant.id)).toBe(2)
    await expire(tenant.id, id)
    await sweepInvitations()
    for (let count = 0; count < 4; count += 1) {
      await inviteMember(actor, { email: address(), role: 'viewer' })
    }
    await expect(resendInvitation(actor, id)).rejects.toMatchObject({ code: 'limit_reached' })
    expect(await seatsOf(tenant.id)).toBe(5)
  })
})

describe('an invitation and its address', () => {
  const invited = async () => {
    const { tenant, actor } = await aTenant()
    const person = await aPerson()
    const { id } = await inviteMember(actor, { email: person.user.email, role: 'member' })
    const token = await invitationTokenFor(person.user.email)
    return { tenantId: tenant.id, actor, person, id, token }
  }
  const workedIn = async ({ sessionId }: Person) =>
    (await SessionModel.findById(sessionId).lean())?.activeTenantId

  test('only its own proven address sees, accepts or declines it by id', async () => {
    const { id, person } = await invited()
    const other = await aPerson()
    const unproven = { ...person, user: { ...person.user, emailVerified: false } }
    for (const stranger of [other, unproven]) {
      expect(await listOwnInvitations(stranger)).toEqual([])
      for (const act of [acceptInvitation, declineInvitation]) {
        await expect(act(stranger, { invitationId: id })).rejects.toMatchObject({ code: 'not_found' })
      }
    }
  })

  test('it waits wherever the address arrives, and is accepted there without its mail', async () => {
    const { id, person, tenantId } = await invited()
    expect(await listOwnInvitations(person)).toMatchObject([{ id, role: 'member' }])
    expect(await acceptInvitation(person, { invitationId: id })).toEqual({ tenantId })
    expect(await workedIn(person)).toBe(tenantId)
    expect(await listOwnInvitations(person)).toEqual([])
  })

  test('a used one leads in who accepted it, and nobody else; not after they were removed', async () => {
    const { actor, person, tenantId, token } = await invited()
    await acceptInvitation(person, { token })
    const second = await aTenant()
    await SessionModel.updateOne({ _id: person.sessionId }, { activeTenantId: second.tenant.id })
    expect(await previewInvitation(token)).toMatchObject({ accepted: true })
    expect(await acceptInvitation(person, { token })).toEqual({ tenantId })
    expect(await workedIn(person)).toBe(tenantId)
    expect(await AuditEntryModel.countDocuments({ tenantId, action: 'member.joined' })).toBe(1)
    await expect(acceptInvitation(await aPerson(), { token })).rejects.toMatchObject({ code: 'forbidden' })
    const member = await MemberModel.findOne({ tenantId, userId: person.user.id }).lean()
    await removeMember(actor, member?._id ?? '')
    await expect(acceptInvitation(person, { token })).rejects.toMatchObject({ code: 'gone' })
    expect(await seatsOf(tenantId)).toBe(1)
  })

  test('looking at it changes nothing, however often', async () => {
    const { id, person, tenantId, token } = await invited()
    const before = await InvitationModel.findOne({ tenantId, _id: id }).lean()
    for (let count = 0; count < 3; count += 1) await previewInvitation(token)
    await listOwnInvitations(person)
    expect(await InvitationModel.findOne({ tenantId, _id: id }).lean()).toEqual(before)
  })

  test('one that was accepted cannot be declined any more', async () => {
    const { person, tenantId, token } = await invited()
    await acceptInvitation(person, { token })
    await expect(declineInvitation(person, { token })).rejects.toMatchObject({ code: 'gone' })
    expect(await seatsOf(tenantId)).toBe(2)
    expect(await AuditEntryModel.countDocuments({ tenantId, action: 'invitation.declined' })).toBe(0)
  })

  test('who came in another way meanwhile is led in, and the second seat goes back', async () => {
    const { person, tenantId, token, id } = await invited()
    await addMember(tenantId, person.user, 'viewer')
    expect(await seatsOf(tenantId)).toBe(3)
    expect(await acceptInvitation(person, { token })).toEqual({ tenantId })
    expect(await seatsOf(tenantId)).toBe(2)
    expect((await InvitationModel.findOne({ tenantId, _id: id }).lean())?.state).toBe('revoked')
    const member = await MemberModel.findOne({ tenantId, userId: person.user.id }).lean()
    expect(member?.role).toBe('viewer')
  })

  test('declined twice it is declined once', async () => {
    const { person, tenantId, token } = await invited()
    await Promise.all([declineInvitation(person, { token }), declineInvitation(person, { token })])
    expect(await seatsOf(tenantId)).toBe(1)
    expect(await AuditEntryModel.countDocuments({ tenantId, action: 'invitation.declined' })).toBe(1)
    await expect(acceptInvitation(person, { token })).rejects.toMatchObject({ code: 'gone' })
  })

  test('who is accepting just now is not invited again, nor accepts what is just sent again', async () => {
    const conflict = { status: 'rejected', reason: { code: 'conflict' } }
    const { tenantId, person, token, id } = await invited()
    const { actor: second } = await aMember(tenantId, 'owner')
    const again = { email: person.user.email, role: 'viewer' } as const
    const seats = await seatsOf(tenantId)
    const accepts = () => acceptInvitation(person, { token })

    const resent = await invited()
    const [sent, late] = await meeting(
      () => resendInvitation(resent.actor, resent.id),
      () => acceptInvitation(resent.person, { token: resent.token }),
    )
    expect(sent.status).toBe('fulfilled')
    expect(late).toMatchObject({ status: 'rejected', reason: { code: 'gone' } })

    const [accepted, invitedAgain] = await meeting(accepts, () => inviteMember(second, again))
    expect(accepted.status).toBe('fulfilled')
    expect(invitedAgain).toMatchObject(conflict)
    expect(await InvitationModel.countDocuments({ tenantId, state: 'pending' })).toBe(0)
    expect(await seatsOf(tenantId)).toBe(seats)
    expect((await InvitationModel.findOne({ tenantId, _id: id }).lean())?.state).toBe('accepted')
  })

  test('two who invite one address at once make one invitation, and take one seat', async () => {
    const { tenant, actor } = await aTenant({ planId: 'pro' })
    const { actor: second } = await aMember(tenant.id, 'owner')
    const seats = (await seatsOf(tenant.id)) ?? 0
    const input = { email: address(), role: 'viewer' } as const
    const [first, late] = await meeting(
      () => inviteMember(actor, input),
      () => inviteMember(second, input),
    )
    expect(first.status).toBe('fulfilled')
    expect(late).toMatchObject({ status: 'rejected', reason: { code: 'conflict' } })
    expect(await seatsOf(tenant.id)).toBe(seats + 1)
  })

  test('inviting again while it is accepted leaves one member, no open invitation and no seat lost', async () => {
    for (let round = 0; round < 25; round += 1) {
      const { tenantId, actor, person, token } = await invited()
      const again = { email: person.user.email, role: 'viewer' } as const
      const results = await Promise.allSettled([
        acceptInvitation(person, { token }),
        inviteMember(actor, again),
        acceptInvitation(person, { token }),
        inviteMember(actor, again),
      ])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' })
      }
      expect(await InvitationModel.countDocuments({ tenantId, state: 'pending' })).toBe(0)
      expect(await seatsOf(tenantId)).toBe(2)
    }
  })
})

test('seats are members and open invitations, through fifty rounds of everything at once', async () => {
  const random = seededRandom('seats')
  const below = (count: number) => Math.floor(random() * count)
  const { tenant, actor } = await aTenant()
  const tenantId = tenant.id
  const { actor: second } = await aMember(tenantId, 'owner')
  const people = [await aPerson(), await aPerson(), await aPerson()]
  const tokens = new Map<string, string>()
  const anyOf = <Item>(items: readonly Item[]) => items[below(items.length)] ?? expect.unreachable()
  const pendingId = async () =>
    anyOf([
      ...(await InvitationModel.find({ tenantId, state: 'pending' }).lean()).map(({ _id }) => _id),
      'inv_01h455vb4pex5vsknk084sn02q',
    ])
  const asMember = (person: Person): Actor => ({ ...actor, id: person.user.id, role: 'viewer' })
  const acts: ((by: Actor, person: Person) => Promise<unknown>)[] = [
    (by, { user }) => inviteMember(by, { email: user.email, role: 'viewer' }),
    (by, { user }) => inviteMember(by, { email: user.email, role: 'viewer' }),
    (_by, person) => acceptInvitation(person, { token: tokens.get(person.user.email) ?? 'none'.repeat(8) }),
    async (_by, person) =>
      acceptInvitation(person, { invitationId: (await listOwnInvitations(person))[0]?.id ?? 'none' }),
    (_by, person) => declineInvitation(person, { token: tokens.get(person.user.email) ?? 'none'.repeat(8) }),
    async (by) => revokeInvitation(by, await pendingId()),
    async (by) => resendInvitation(by, await pendingId()),
    async () => expire(tenantId, await pendingId()),
    () => sweepInvitations(),
    (_by, person) => leaveTenant(asMember(person)),
    async (by, { user }) =>
      removeMember(by, (await MemberModel.findOne({ tenantId, userId: user.id }).lean())?._id ?? 'none'),
  ]
  let joined = 0
  for (let round = 0; round < 50; round += 1) {
    await MailAllowanceModel.deleteMany({})
    for (const { user } of people) {
      tokens.set(user.email, await invitationTokenFor(user.email).catch(() => 'none'.repeat(8)))
    }
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => anyOf(acts)(anyOf([actor, second]), anyOf(people))),
    )
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(Refusal)
    }
    const members = await MemberModel.countDocuments({ tenantId })
    const open = await InvitationModel.find({ tenantId, state: 'pending' }).lean()
    expect(`round ${round}: ${await seatsOf(tenantId)}`).toBe(`round ${round}: ${members + open.length}`)
    expect(new Set(open.map(({ email }) => email)).size).toBe(open.length)
    joined = Math.max(joined, members)
  }
  expect(joined).toBeGreaterThan(2)
}, 120_000)

test('a bad row fails neither the lists nor a removal', async () => {
  const { tenant, actor } = await aTenant({ planId: 'pro' })
  const tenantId = tenant.id
  const bad = await writtenByHand(tenantId)
  const { members, invitations } = await listPeople(actor)
  expect(members).toHaveLength(1 + bad.memberIds.length)
  expect(invitations).toHaveLength(bad.openInvitations)
  await listInvitations(actor, { limit: 50 })
  for (const memberId of bad.memberIds) await removeMember(actor, memberId)
  expect((await listPeople(actor)).members.map(({ userId }) => userId)).toEqual([actor.id])
  expect(await AuditEntryModel.countDocuments({ tenantId, action: 'member.removed' })).toBe(
    bad.memberIds.length,
  )
})

test('every mutation leaves its audit entries, events and mails, and no more', async () => {
  const { tenant, actor } = await aTenant({ planId: 'pro' })
  const tenantId = tenant.id
  const count = async () => ({
    audit: await AuditEntryModel.countDocuments({ tenantId }),
    events: await EventModel.countDocuments({ tenantId }),
    mails: await MailModel.countDocuments({ tenantId }),
  })
  const leaves = async (act: () => Promise<unknown>) => {
    const before = await count()
    await act()
    const after = await count()
    return [after.audit - before.audit, after.events - before.events, after.mails - before.mails]
  }
  const person = await aPerson()
  const { email } = person.user
  let id = ''
  const invite = async () => {
    id = (await inviteMember(actor, { email, role: 'viewer' })).id
  }
  expect(await leaves(invite)).toEqual([1, 1, 1])
  expect(await leaves(() => resendInvitation(actor, id))).toEqual([1, 1, 1])
  expect(await leaves(() => revokeInvitation(actor, id))).toEqual([1, 1, 0])
  await invite()
  expect(await leaves(() => declineInvitation(person, { invitationId: id }))).toEqual([1, 1, 0])
  expect(await leaves(() => declineInvitation(person, { invitationId: id }))).toEqual([0, 0, 0])
  await invite()
  expect(await leaves(() => acceptInvitation(person, { invitationId: id }))).toEqual([1, 1, 0])
  expect(await leaves(() => acceptInvitation(person, { invitationId: id }))).toEqual([0, 0, 0])
  const self = { ...actor, id: person.user.id, role: 'viewer', permissions: new Set(roles.viewer) } as Actor
  expect(await leaves(() => leaveTenant(self))).toEqual([1, 1, 0])
})

test('one’s own open invitations are read in as many queries, however many they are', async () => {
  const guest = await aPerson()
  const queriesOf = async () => {
    const queries: string[] = []
    mongoose.set('debug', (collection: string, method: string) => queries.push(`${collection}.${method}`))
    try {
      return { own: await listOwnInvitations(guest), queries }
    } finally {
      mongoose.set('debug', false)
    }
  }
  const invited = async () => {
    const { tenant, actor } = await aTenant()
    const { id } = await inviteMember(actor, { email: guest.user.email, role: 'viewer' })
    return { id, tenantName: tenant.name, invitedBy: actor.name, role: 'viewer' }
  }
  const first = await invited()
  const one = await queriesOf()
  expect(one.own).toMatchObject([first])
  const others = [await invited(), await invited(), await invited()]
  const { tenant } = await aTenant()
  const { actor: demoted } = await aMember(tenant.id, 'admin')
  await inviteMember(demoted, { email: guest.user.email, role: 'admin' })
  await MemberModel.updateOne({ tenantId: tenant.id, userId: demoted.id ?? '' }, { role: 'viewer' })
  const many = await queriesOf()
  expect(many.own).toMatchObject([...others].reverse().concat(first))
  expect(many.queries.sort()).toEqual(one.queries.sort())
  expect(many.queries.length).toBeGreaterThan(0)
})
