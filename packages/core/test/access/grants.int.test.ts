import { type AuditAction, type Permission, permissionsOf, type Role, roles } from '@insula/contracts'
import { createApiKey, listApiKeys } from '@insula/core/access'
import type { Actor } from '@insula/core/kernel/actor'
import {
  acceptInvitation,
  changeRole,
  inviteMember,
  leaveTenant,
  previewInvitation,
  previewRemoval,
  removeMember,
  resendInvitation,
  revokeInvitation,
} from '@insula/core/tenants'
import { revokeApiKey } from '@insula/core/wiring/revoke-api-key'
import { actorOfKey } from '@insula/core/wiring/who'
import {
  ApiKeyModel,
  AuditEntryModel,
  EventModel,
  InvitationModel,
  MemberModel,
  QuotaModel,
} from '@insula/db'
import { aMember, aPerson, aTenant, onTheLocalCloud } from '@insula/testing'
import { meeting } from '@insula/testing/meeting'
import { invitationTokenFor } from '@insula/testing/things/notifications'
import { describe, expect, test } from 'vitest'

onTheLocalCloud()

const address = () => `${crypto.randomUUID().slice(0, 8)}@example.test`
const memberIdOf = async ({ tenantId, id }: Actor) =>
  (await MemberModel.findOne({ tenantId, userId: id ?? '' }).lean())?._id ?? expect.unreachable()
const usedOf = async (tenantId: string, key: 'seats' | 'api-keys') =>
  (await QuotaModel.findOne({ tenantId, key }).lean())?.used
const audited = (tenantId: string, action: AuditAction) =>
  AuditEntryModel.countDocuments({ tenantId, action })
const stateOf = async (tenantId: string, invitationId: string) =>
  (await InvitationModel.findOne({ tenantId, _id: invitationId }).lean())?.state

async function aKey(maker: Actor, scopes: readonly Permission[], name = 'robot') {
  const { secret, apiKey } = await createApiKey(maker, { name, scopes: [...scopes], expiresInDays: 1 })
  const actor = await actorOfKey(secret, maker.origin)
  return { secret, id: apiKey.id, actor }
}
const works = (secret: string, { origin }: Actor) =>
  actorOfKey(secret, origin).then(
    () => true,
    () => false,
  )
const forbidden = { code: 'forbidden' }

describe('a grant needs every permission of what it gives', () => {
  const callers: [string, readonly Permission[], Role[]][] = [
    ['a key with members:write alone', ['members:write'], []],
    ['a key that may invite viewers', ['members:write', ...roles.viewer], ['viewer']],
    ['a key that may invite members', ['members:write', ...roles.member], ['member', 'viewer']],
    ['a key with all that an admin holds', roles.admin, ['admin', 'member', 'viewer']],
    ['a key with all scopes', roles.owner, ['owner', 'admin', 'member', 'viewer']],
  ]
  test.each(callers)('%s invites nobody with more than it holds', async (_who, scopes, may) => {
    const { tenant, actor: owner } = await aTenant({ planId: 'pro' })
    const { actor } = await aKey(owner, scopes)
    for (const role of Object.keys(roles) as Role[]) {
      const invited = inviteMember(actor, { email: address(), role })
      if (may.includes(role)) expect(await invited).toMatchObject({ role })
      else await expect(invited).rejects.toMatchObject({ ...forbidden, details: { field: 'role' } })
    }
    expect(await usedOf(tenant.id, 'seats')).toBe(1 + may.length)
    expect(await audited(tenant.id, 'member.invited')).toBe(may.length)
  })

  test('an admin makes no owner: not by inviting, sending again, promoting, or through a key', async () => {
    const { tenant, actor: owner } = await aTenant({ planId: 'pro' })
    const { actor: admin } = await aMember(tenant.id, 'admin')
    const { actor: member } = await aMember(tenant.id, 'member')
    const ofOwner = await inviteMember(owner, { email: address(), role: 'owner' })
    const tries = [
      () => inviteMember(admin, { email: address(), role: 'owner' }),
      () => resendInvitation(admin, ofOwner.id),
      () => revokeInvitation(admin, ofOwner.id),
      async () => changeRole(admin, await memberIdOf(member), 'owner'),
      async () => changeRole(admin, await memberIdOf(owner), 'viewer'),
      async () => removeMember(admin, await memberIdOf(owner)),
      () => aKey(admin, ['billing:manage']),
    ]
    for (const attempt of tries) await expect(attempt()).rejects.toMatchObject(forbidden)
    expect(await stateOf(tenant.id, ofOwner.id)).toBe('pending')
    expect(await usedOf(tenant.id, 'seats')).toBe(4)
  })

  test('a key makes no key that holds more, and both remember the person behind them', async () => {
    const { tenant, actor: owner } = await aTenant({ planId: 'pro' })
    const first = await aKey(owner, ['api-keys:write', 'files:read', 'members:write', ...roles.viewer])
    await expect(aKey(first.actor, ['files:write'])).rejects.toMatchObject(forbidden)
    const second = await aKey(first.actor, ['files:read'])
    const { id } = await inviteMember(first.actor, { email: address(), role: 'viewer' })
    const behind = { id: first.id, userId: owner.id }
    expect(await ApiKeyModel.findOne({ tenantId: tenant.id, _id: second.id }).lean()).toMatchObject({
      createdBy: behind,
    })
    expect(await InvitationModel.findOne({ tenantId: tenant.id, _id: id }).lean()).toMatchObject({
      invitedBy: behind,
    })
  })
})

describe('a grant is judged by who the giver is now', () => {
  const demoted = async () => {
    const { tenant, actor: owner } = await aTenant({ planId: 'pro' })
    const { actor } = await aMember(tenant.id, 'owner')
    const { actor: other } = await aMember(tenant.id, 'viewer')
    const ofOwner = await inviteMember(owner, { email: address(), role: 'viewer' })
    return { tenant, owner, actor, other, ofOwner }
  }

  test('a key makes no key that lasts longer than itself, nor does one that it made', async () => {
    const { actor: owner } = await aTenant({ planId: 'pro' })
    const scopes: Permission[] = ['files:read', 'api-keys:write']
    const makeBy = async (maker: Actor, expiresInDays: number | null) => {
      const { secret, apiKey } = await createApiKey(maker, { name: 'robot', scopes, expiresInDays })
      return { ends: apiKey.expiresAt, actor: await actorOfKey(secret, maker.origin) }
    }
    const forADay = await makeBy(owner, 1)
    for (const days of [null, 365, 2]) {
      const made = await makeBy(forADay.actor, days)
      expect(made.ends).toBe(forADay.ends)
      expect((await makeBy(made.actor, days)).ends).toBe(forADay.ends)
    }
    const forAYear = await makeBy(owner, 365)
    const shorter = await makeBy(forAYear.actor, 1)
    expect(Date.parse(shorter.ends ?? '')).toBeLessThan(Date.parse(forAYear.ends ?? ''))
    const forEver = await makeBy(owner, null)
    expect((await makeBy(forEver.actor, null)).ends).toBeNull()
  })

  test('a request that was let in before its caller was demoted or removed gives nothing', async () => {
    for (const fall of ['demoted', 'removed'] as const) {
      const { owner, actor, other, ofOwner } = await demoted()
      const memberId = await memberIdOf(actor)
      if (fall === 'demoted') await changeRole(owner, memberId, 'viewer')
      else await removeMember(owner, memberId)
      const tries = [
        () => inviteMember(actor, { email: address(), role: 'viewer' }),
        () => resendInvitation(actor, ofOwner.id),
        () => revokeInvitation(actor, ofOwner.id),
        async () => changeRole(actor, await memberIdOf(other), 'member'),
        async () => removeMember(actor, await memberIdOf(other)),
        () => aKey(actor, ['files:read']),
      ]
      for (const attempt of tries) await expect(attempt()).rejects.toMatchObject(forbidden)
    }
  })

  test('a key’s open request gives nothing that its maker does not hold any more, whoever wrote that', async () => {
    const { tenant, actor: owner } = await aTenant()
    const { actor } = await aKey(owner, roles.owner)
    await MemberModel.updateOne({ tenantId: tenant.id, userId: owner.id ?? '' }, { role: 'viewer' })
    await expect(inviteMember(actor, { email: address(), role: 'viewer' })).rejects.toMatchObject(forbidden)
    await expect(aKey(actor, ['files:read'])).rejects.toMatchObject(forbidden)
  })

  test('a revoked key’s open request gives nothing', async () => {
    const { actor: owner } = await aTenant()
    const { actor, id } = await aKey(owner, roles.owner)
    await revokeApiKey(owner, id)
    await expect(inviteMember(actor, { email: address(), role: 'viewer' })).rejects.toMatchObject(forbidden)
    await expect(aKey(actor, ['files:read'])).rejects.toMatchObject(forbidden)
  })

  describe.each(['demoted', 'removed'] as const)('while its giver is being %s', (fall) => {
    const fallOf = async (owner: Actor, actor: Actor): Promise<() => Promise<unknown>> => {
      const memberId = await memberIdOf(actor)
      return fall === 'demoted'
        ? () => changeRole(owner, memberId, 'viewer')
        : () => removeMember(owner, memberId)
    }

    const grants: [string, (actor: Actor) => Promise<() => Promise<unknown>>][] = [
      ['an invitation', async (actor) => () => inviteMember(actor, { email: address(), role: 'admin' })],
      [
        'a key',
        async (actor) => () =>
          createApiKey(actor, { name: 'robot', scopes: ['members:write'], expiresInDays: 1 }),
      ],
    ]
    test.each(grants)('%s is not given, and one that was given first ends', async (_, grantOf) => {
      for (const order of ['fall first', 'grant first'] as const) {
        const { tenant, actor: owner } = await aTenant({ planId: 'pro' })
        const { actor } = await aMember(tenant.id, 'admin')
        const [falls, gives] = [await fallOf(owner, actor), await grantOf(actor)]
        const [first, second] = await (order === 'fall first' ? meeting(falls, gives) : meeting(gives, falls))
        expect(first.status).toBe('fulfilled')
        if (order === 'fall first') expect(second).toMatchObject({ reason: forbidden })
        else expect(second.status).toBe('fulfilled')
        const tenantId = tenant.id
        expect(await InvitationModel.countDocuments({ tenantId, state: 'pending' })).toBe(0)
        expect(await ApiKeyModel.countDocuments({ tenantId, revokedAt: null })).toBe(0)
      }
    })
  })

  test('an owner who invites owners and makes keys while being demoted leaves neither behind', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { tenant, owner, actor } = await demoted()
      const memberId = await memberIdOf(actor)
      const { actor: key } = await aKey(actor, roles.owner)
      await Promise.allSettled([
        inviteMember(actor, { email: address(), role: 'owner' }),
        inviteMember(key, { email: address(), role: 'admin' }),
        changeRole(owner, memberId, 'member'),
        aKey(actor, ['billing:manage']),
        aKey(key, ['members:write']),
      ])
      const tenantId = tenant.id
      const open = await InvitationModel.find({ tenantId, state: 'pending' }).lean()
      expect(open.map((invitation) => invitation.role)).toEqual(['viewer'])
      expect(await ApiKeyModel.countDocuments({ tenantId, revokedAt: null })).toBe(0)
      expect(await usedOf(tenantId, 'api-keys')).toBe(0)
      expect(await usedOf(tenantId, 'seats')).toBe(4)
    }
  })

  test('an invitation whose giver fell in a way that did not end it is no longer good', async () => {
    const { tenant, actor } = await demoted()
    const invited = await aPerson()
    await inviteMember(actor, { email: invited.user.email, role: 'owner' })
    const token = await invitationTokenFor(invited.user.email)
    await MemberModel.updateOne({ tenantId: tenant.id, userId: actor.id ?? '' }, { role: 'admin' })
    const gone = { code: 'gone', message: expect.stringContaining('Ask for a new one') }
    await expect(previewInvitation(token)).rejects.toMatchObject(gone)
    await expect(acceptInvitation(invited, { token })).rejects.toMatchObject(gone)
    expect(await MemberModel.countDocuments({ tenantId: tenant.id, userId: invited.user.id })).toBe(0)
  })

  test('a key holds no more than the person behind it does now, however the row came to be', async () => {
    const { tenant, actor } = await demoted()
    const { secret } = await aKey(actor, ['files:read', 'files:write', 'billing:manage'])
    await MemberModel.updateOne({ tenantId: tenant.id, userId: actor.id ?? '' }, { role: 'viewer' })
    expect([...(await actorOfKey(secret, actor.origin)).permissions]).toEqual(['files:read'])
    await MemberModel.deleteOne({ tenantId: tenant.id, userId: actor.id ?? '' })
    await expect(actorOfKey(secret, actor.origin)).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})

describe('what somebody gave ends with what they held', () => {
  const scene = async () => {
    const { tenant, actor: owner } = await aTenant({ planId: 'pro' })
    const { actor: admin, person } = await aMember(tenant.id, 'admin')
    const strong = await aKey(admin, roles.admin, 'strong')
    const grandchild = await aKey(
      strong.actor,
      ['members:write', 'api-keys:write', ...roles.member],
      'grandchild',
    )
    const weak = await aKey(grandchild.actor, ['files:read'], 'weak')
    const ofOwner = await aKey(owner, ['files:read'], 'of the owner')
    const invite = async (by: Actor, role: Role) => (await inviteMember(by, { email: address(), role })).id
    return {
      tenantId: tenant.id,
      owner,
      admin,
      person,
      secrets: [strong.secret, grandchild.secret, weak.secret],
      strong,
      weak,
      ofOwner,
      exceeding: [await invite(admin, 'admin'), await invite(strong.actor, 'admin')],
      within: [await invite(admin, 'viewer'), await invite(grandchild.actor, 'member')],
      foreign: await invite(owner, 'admin'),
    }
  }

  test('demotion ends what exceeds the rest and nothing else, with an audit entry, a seat and an event each', async () => {
    const { tenantId, owner, admin, weak, ofOwner, secrets, ...given } = await scene()
    const events = await EventModel.countDocuments({ tenantId, type: 'invitation.changed' })
    const told = await previewRemoval(owner, { memberId: await memberIdOf(admin), role: 'member' })
    expect(told.apiKeys.map(({ name }) => name)).toEqual(['strong', 'grandchild'])
    expect(told.invitations.map(({ id }) => id)).toEqual(given.exceeding)
    await changeRole(owner, await memberIdOf(admin), 'member')
    expect(await Promise.all(secrets.map((secret) => works(secret, admin)))).toEqual([false, false, true])
    expect(await works(ofOwner.secret, owner)).toBe(true)
    for (const id of given.exceeding) expect(await stateOf(tenantId, id)).toBe('revoked')
    for (const id of [...given.within, given.foreign]) expect(await stateOf(tenantId, id)).toBe('pending')
    expect(await usedOf(tenantId, 'seats')).toBe(2 + 3)
    expect(await usedOf(tenantId, 'api-keys')).toBe(2)
    expect(await audited(tenantId, 'api-key.revoked')).toBe(2)
    expect(await audited(tenantId, 'invitation.revoked')).toBe(2)
    expect(await audited(tenantId, 'member.role-changed')).toBe(1)
    expect(await EventModel.countDocuments({ tenantId, type: 'invitation.changed' })).toBe(events + 2)
    expect(weak.id).toBe((await listApiKeys(owner)).find(({ name }) => name === 'weak')?.id)
  })

  test.each(['removed', 'leaving'] as const)(
    'a person %s: all keys and open invitations end',
    async (how) => {
      const { tenantId, owner, admin, secrets, ofOwner, ...given } = await scene()
      const memberId = await memberIdOf(admin)
      const told = await previewRemoval(owner, { memberId })
      expect(told.apiKeys).toHaveLength(3)
      expect(told.invitations).toHaveLength(4)
      if (how === 'removed') await removeMember(owner, memberId)
      else await leaveTenant(admin)
      expect(await Promise.all(secrets.map((secret) => works(secret, admin)))).toEqual([false, false, false])
      expect(await works(ofOwner.secret, owner)).toBe(true)
      for (const id of [...given.exceeding, ...given.within])
        expect(await stateOf(tenantId, id)).toBe('revoked')
      expect(await stateOf(tenantId, given.foreign)).toBe('pending')
      expect(await usedOf(tenantId, 'seats')).toBe(1 + 1)
      expect(await usedOf(tenantId, 'api-keys')).toBe(1)
      expect(await audited(tenantId, 'api-key.revoked')).toBe(3)
      expect(await audited(tenantId, 'invitation.revoked')).toBe(4)
      expect(await audited(tenantId, 'member.removed')).toBe(1)
    },
  )

  test('a removed admin’s key does not invite its maker back, also when it is asked at the same time', async () => {
    const { tenantId, owner, admin, person, strong } = await scene()
    await Promise.allSettled([
      removeMember(owner, await memberIdOf(admin)),
      inviteMember(strong.actor, { email: person.user.email, role: 'admin' }),
    ])
    await expect(
      inviteMember(strong.actor, { email: person.user.email, role: 'admin' }),
    ).rejects.toMatchObject(forbidden)
    expect(
      await InvitationModel.countDocuments({ tenantId, email: person.user.email, state: 'pending' }),
    ).toBe(0)
  })

  test('a demoted admin’s key does not give its maker the old role back', async () => {
    const { owner, admin, strong } = await scene()
    const memberId = await memberIdOf(admin)
    await changeRole(owner, memberId, 'viewer')
    await expect(changeRole(strong.actor, memberId, 'admin')).rejects.toMatchObject(forbidden)
    expect(await works(strong.secret, admin)).toBe(false)
  })

  test('a promotion ends nothing', async () => {
    const { tenantId, owner, admin } = await scene()
    await changeRole(owner, await memberIdOf(admin), 'owner')
    expect(await audited(tenantId, 'api-key.revoked')).toBe(0)
    expect(await usedOf(tenantId, 'seats')).toBe(2 + 5)
  })

  test('a revoked key takes along the keys it made and the invitations it sent', async () => {
    const { tenantId, owner, admin, secrets, strong, exceeding, within } = await scene()
    await revokeApiKey(owner, strong.id)
    expect(await Promise.all(secrets.map((secret) => works(secret, admin)))).toEqual([false, false, false])
    expect(await Promise.all([...exceeding, ...within].map((id) => stateOf(tenantId, id)))).toEqual([
      'pending',
      'revoked',
      'pending',
      'revoked',
    ])
    expect(await usedOf(tenantId, 'api-keys')).toBe(1)
    expect(await usedOf(tenantId, 'seats')).toBe(2 + 3)
  })

  test('who sends an invitation again stands behind it from then on', async () => {
    const { tenantId, owner, admin, exceeding } = await scene()
    const [id = expect.unreachable()] = exceeding
    await resendInvitation(owner, id)
    await removeMember(owner, await memberIdOf(admin))
    expect(await stateOf(tenantId, id)).toBe('pending')
  })
})

test('a role that this release does not know holds nothing', () => {
  expect(permissionsOf('superuser')).toEqual([])
  expect(permissionsOf('constructor')).toEqual([])
})
