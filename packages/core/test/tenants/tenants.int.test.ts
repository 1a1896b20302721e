import {
  acceptInvitation,
  changeRole,
  checkSlug,
  createTenant,
  inviteMember,
  leaveTenant,
  listPeople,
  previewInvitation,
  removeMember,
  resendInvitation,
  revokeInvitation,
  switchTenant,
} from '@insula/core/tenants'
import { AuditEntryModel, MemberModel, QuotaModel } from '@insula/db'
import { aMember, aPerson, aTenant, onTheLocalCloud } from '@insula/testing'
import { invitationTokenFor } from '@insula/testing/things/notifications'
import { describe, expect, test } from 'vitest'

onTheLocalCloud()

const memberIdOf = async (tenantId: string, userId: string) =>
  (await MemberModel.findOne({ tenantId, userId }).lean())?._id ?? ''
const seatsOf = async (tenantId: string) =>
  (await QuotaModel.findOne({ tenantId, key: 'seats' }).lean())?.used

describe('founding a tenant', () => {
  test('a taken slug is refused at its field, with one that is free', async () => {
    const { tenant } = await aTenant()
    const person = await aPerson()
    await expect(createTenant(person, { name: 'Other', slug: tenant.slug })).rejects.toMatchObject({
      code: 'conflict',
      details: { field: 'slug' },
      message: expect.stringContaining(`${tenant.slug}-2`),
    })
    expect(await checkSlug(tenant.slug)).toMatchObject({ available: false, suggestion: `${tenant.slug}-2` })
  })

  test('of twenty who want the same slug at once one gets it', async () => {
    const person = await aPerson()
    const slug = `race-${crypto.randomUUID().slice(0, 8)}`
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => createTenant(person, { name: 'Race', slug })),
    )
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })

  test('one cannot switch into a tenant one is not in', async () => {
    const { tenant } = await aTenant()
    await expect(switchTenant(await aPerson(), tenant.id)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('inviting', () => {
  test('nobody invites above their own role', async () => {
    const { tenant } = await aTenant()
    const { actor } = await aMember(tenant.id, 'admin')
    await expect(inviteMember(actor, { email: 'new@example.test', role: 'owner' })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  test('a member, and an address that is invited already, are refused', async () => {
    const { tenant, actor } = await aTenant()
    const { person } = await aMember(tenant.id, 'member')
    await expect(inviteMember(actor, { email: person.user.email, role: 'viewer' })).rejects.toMatchObject({
      code: 'conflict',
    })
    await inviteMember(actor, { email: 'twice@example.test', role: 'viewer' })
    await expect(inviteMember(actor, { email: 'twice@example.test', role: 'viewer' })).rejects.toMatchObject({
      code: 'conflict',
      details: { field: 'email' },
    })
    expect(await seatsOf(tenant.id)).toBe(3)
  })

  test('the plan’s seats are claimed, not counted: of ten at once only the free ones are had', async () => {
    const { tenant, actor } = await aTenant()
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        inviteMember(actor, { email: `p${index}@example.test`, role: 'viewer' }),
      ),
    )
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(4)
    const refused = results.find((result) => result.status === 'rejected')
    expect(refused?.reason).toMatchObject({
      code: 'limit_reached',
      details: { limit: { key: 'seats', limit: 5 }, upgradeTo: 'pro' },
    })
    expect(await seatsOf(tenant.id)).toBe(5)
  })

  test('a withdrawn invitation gives its seat back and its link no longer works', async () => {
    const { tenant, actor } = await aTenant()
    const invitation = await inviteMember(actor, { email: 'gone@example.test', role: 'viewer' })
    const token = await invitationTokenFor('gone@example.test')
    await revokeInvitation(actor, invitation.id)
    await expect(previewInvitation(token)).rejects.toMatchObject({ code: 'gone' })
    expect(await seatsOf(tenant.id)).toBe(1)
  })

  test('sending again makes the earlier link useless', async () => {
    const { actor } = await aTenant()
    const email = `again-${crypto.randomUUID().slice(0, 8)}@example.test`
    const invitation = await inviteMember(actor, { email, role: 'member' })
    const first = await invitationTokenFor(email)
    await resendInvitation(actor, invitation.id)
    const second = await invitationTokenFor(email)
    expect(second).not.toBe(first)
    await expect(previewInvitation(first)).rejects.toMatchObject({ code: 'gone' })
    expect(await previewInvitation(second)).toMatchObject({ email, role: 'member', hasAccount: false })
  })

  test('only the invited address can accept, and fifty clicks at once are one acceptance', async () => {
    const { tenant, actor } = await aTenant()
    const invited = await aPerson()
    await inviteMember(actor, { email: invited.user.email, role: 'member' })
    const token = await invitationTokenFor(invited.user.email)
    await expect(acceptInvitation(await aPerson(), { token })).rejects.toMatchObject({ code: 'forbidden' })
    const tries = await Promise.all(Array.from({ length: 50 }, () => acceptInvitation(invited, { token })))
    expect(new Set(tries.map(({ tenantId }) => tenantId))).toEqual(new Set([tenant.id]))
    const joined = { tenantId: tenant.id, action: 'member.joined' } as const
    expect(await AuditEntryModel.countDocuments(joined)).toBe(1)
    expect(await MemberModel.countDocuments({ tenantId: tenant.id, userId: invited.user.id })).toBe(1)
    expect(await seatsOf(tenant.id)).toBe(2)
  })
})

describe('owners', () => {
  test('the last owner can neither leave, nor be removed, nor step down', async () => {
    const { tenant, owner, actor } = await aTenant()
    const memberId = await memberIdOf(tenant.id, owner.user.id)
    await expect(leaveTenant(actor)).rejects.toMatchObject({ code: 'conflict' })
    await expect(removeMember(actor, memberId)).rejects.toMatchObject({ code: 'conflict' })
    await expect(changeRole(actor, memberId, 'admin')).rejects.toMatchObject({ code: 'conflict' })
  })

  test('an admin cannot touch an owner or make themselves one', async () => {
    const { tenant, owner } = await aTenant()
    const { actor, person } = await aMember(tenant.id, 'admin')
    await expect(
      changeRole(actor, await memberIdOf(tenant.id, owner.user.id), 'viewer'),
    ).rejects.toMatchObject({ code: 'forbidden' })
    await expect(
      changeRole(actor, await memberIdOf(tenant.id, person.user.id), 'owner'),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('when all owners step down at once one stays', async () => {
    const { tenant, actor } = await aTenant()
    const others = [await aMember(tenant.id, 'owner'), await aMember(tenant.id, 'owner')]
    const actors = [actor, ...others.map((other) => other.actor)]
    await Promise.allSettled(
      actors.map(async (one) => changeRole(one, await memberIdOf(tenant.id, one.id ?? ''), 'viewer')),
    )
    expect(await MemberModel.countDocuments({ tenantId: tenant.id, role: 'owner' })).toBeGreaterThanOrEqual(1)
  })

  test('removing a member gives the seat back and shows in the list', async () => {
    const { tenant, actor } = await aTenant()
    const { person } = await aMember(tenant.id, 'member')
    await removeMember(actor, await memberIdOf(tenant.id, person.user.id))
    expect(await listPeople(actor)).toMatchObject({
      members: [{ role: 'owner' }],
      seats: { used: 1, limit: 5 },
    })
  })
})
