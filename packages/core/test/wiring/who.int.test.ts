import { randomUUID } from 'node:crypto'
import { createApiKey } from '@insula/core/access'
import { changeProfile, revokeOtherSessions, revokeSession, signOut } from '@insula/core/identity'
import { hashOf } from '@insula/core/kernel/secret'
import { changeRole, createTenant, leaveTenant, removeMember, switchTenant } from '@insula/core/tenants'
import { revokeApiKey } from '@insula/core/wiring/revoke-api-key'
import { actorOfKey, resolveActor, resolveWho } from '@insula/core/wiring/who'
import { MemberModel, mongoHandles, SessionModel, TenantModel, transaction, UserModel } from '@insula/db'
import { cache, closeCache } from '@insula/providers/cache'
import { forgetAbout, remembered } from '@insula/providers/remembered'
import { aMember, aTenant, onTheLocalCloud, type SomebodySignedIn } from '@insula/testing'
import { afterEach, describe, expect, test, vi } from 'vitest'

onTheLocalCloud()
afterEach(() => vi.unstubAllEnvs())

const origin = { requestId: 'req_who', ipAddress: null, userAgent: null }
const asking = ({ cookie }: SomebodySignedIn) => new Headers({ cookie })
const who = (person: SomebodySignedIn) => resolveWho(asking(person), origin)
const actor = (person: SomebodySignedIn) =>
  resolveActor(asking(person), origin, () => resolveWho(asking(person), origin))
const code = (asked: Promise<unknown>) =>
  asked.then(
    () => 'let in',
    (error: { code: string }) => error.code,
  )

async function twoInATenant() {
  const { tenant, owner, actor: asOwner } = await aTenant({ planId: 'pro' })
  const { person, actor: asAdmin } = await aMember(tenant.id, 'admin')
  const seat = await MemberModel.findOne({ tenantId: tenant.id, userId: person.user.id }).lean()
  return { tenant, owner, asOwner, person, asAdmin, memberId: seat?._id ?? '' }
}
type Two = Awaited<ReturnType<typeof twoInATenant>>

/** Changed beside our models, so that nobody is told. */
const inSecret = (collection: string, filter: object, change: object) =>
  mongoHandles().db.collection(collection).updateOne(filter, { $set: change })

describe('the next call after a change sees it, although who is asking is remembered', () => {
  const changes: [what: string, change: (two: Two) => Promise<unknown>, then: string][] = [
    [
      'a session revoked by its person',
      ({ person }) => revokeSession(person, person.sessionId),
      'unauthenticated',
    ],
    ['signing out', ({ person }) => signOut(person), 'unauthenticated'],
    [
      'a session revoked by another process',
      ({ person }) => SessionModel.deleteOne({ _id: person.sessionId }),
      'unauthenticated',
    ],
    [
      'all sessions of a person ended',
      ({ person }) => SessionModel.deleteMany({ userId: person.user.id }),
      'unauthenticated',
    ],
    ['removal', ({ asOwner, memberId }) => removeMember(asOwner, memberId), 'forbidden'],
    ['leaving', ({ asAdmin }) => leaveTenant(asAdmin), 'forbidden'],
    [
      'all members removed at once',
      ({ tenant }) => MemberModel.deleteMany({ tenantId: tenant.id }),
      'forbidden',
    ],
  ]
  test.each(changes)('%s', async (_what, change, then) => {
    const two = await twoInATenant()
    expect(await code(actor(two.person))).toBe('let in')
    await change(two)
    expect(await code(actor(two.person))).toBe(then)
  })

  test('a role, a plan, a name, and the tenant that a session works in', async () => {
    const { tenant, asOwner, person, memberId } = await twoInATenant()
    expect(await actor(person)).toMatchObject({ role: 'admin', entitlements: { seats: 50 } })
    await changeRole(asOwner, memberId, 'viewer')
    expect((await actor(person)).role).toBe('viewer')
    expect((await actor(person)).permissions.has('files:write')).toBe(false)
    await TenantModel.updateOne({ _id: tenant.id }, { planId: 'free' })
    expect((await actor(person)).entitlements).toMatchObject({ seats: 5 })
    await changeProfile(await who(person).then((one) => one.person), 'Renamed')
    expect((await who(person)).person.user.name).toBe('Renamed')
    const slug = `second-${randomUUID().slice(0, 8)}`
    const { id } = await createTenant(person, { name: 'Second', slug })
    expect(await actor(person)).toMatchObject({ tenantId: id, role: 'owner' })
    await switchTenant(person, tenant.id)
    expect(await actor(person)).toMatchObject({ tenantId: tenant.id, role: 'viewer' })
  })

  test('the seat is that of the tenant the session works in, not of another of the person’s', async () => {
    const { tenant, owner } = await aTenant()
    const { person } = await aMember(tenant.id, 'viewer')
    await createTenant(person, { name: 'Own', slug: `own-${randomUUID().slice(0, 8)}` })
    await switchTenant(person, tenant.id)
    expect(await actor(person)).toMatchObject({ tenantId: tenant.id, role: 'viewer' })
    expect((await actor(owner)).role).toBe('owner')
  })

  test('who has just joined is in', async () => {
    const { tenant } = await aTenant()
    const { person } = await aMember((await aTenant()).tenant.id, 'viewer')
    await SessionModel.updateOne({ _id: person.sessionId }, { activeTenantId: tenant.id })
    expect(await code(actor(person))).toBe('forbidden')
    await MemberModel.create([{ tenantId: tenant.id, userId: person.user.id, role: 'member' }])
    expect((await actor(person)).role).toBe('member')
  })

  test('a change of rows that names nobody is about everybody', async () => {
    const { owner } = await aTenant()
    const before = await who(owner)
    expect(before.person.user.name).not.toBe('Everybody')
    await UserModel.updateMany({ email: owner.user.email }, { name: 'Everybody' })
    expect((await who(owner)).person.user.name).toBe('Everybody')
  })

  test('other sessions, when they are ended from one', async () => {
    const { owner } = await aTenant()
    const before = await who(owner)
    await revokeOtherSessions(before.person)
    expect(await code(who(owner))).toBe('let in')
    await revokeOtherSessions({ ...before.person, sessionId: 'ses_another' })
    expect(await code(who(owner))).toBe('unauthenticated')
  })

  test('an API key revoked, and one whose maker may less', async () => {
    const { asOwner, asAdmin, memberId } = await twoInATenant()
    const make = { name: 'a', scopes: ['files:read', 'files:write'] as const, expiresInDays: null }
    const key = await createApiKey(asAdmin, { ...make, scopes: [...make.scopes] })
    const other = await createApiKey(asOwner, { ...make, scopes: [...make.scopes] })
    expect((await actorOfKey(key.secret, origin)).permissions.size).toBe(2)
    // The rows of the key stay as they are: what its maker holds has changed.
    await MemberModel.updateOne({ tenantId: asOwner.tenantId, _id: memberId }, { role: 'viewer' })
    expect([...(await actorOfKey(key.secret, origin)).permissions]).toEqual(['files:read'])
    expect(await code(actorOfKey(other.secret, origin))).toBe('let in')
    await revokeApiKey(asOwner, other.apiKey.id)
    expect(await code(actorOfKey(other.secret, origin))).toBe('unauthenticated')
  })
})

describe('what is remembered', () => {
  test('costs no look at MongoDB, and is over after a second also where nobody was told of the change', async () => {
    const { owner, tenant } = await aTenant()
    expect((await actor(owner)).role).toBe('owner')
    await inSecret('members', { userId: owner.user.id }, { role: 'viewer' })
    const token = decodeURIComponent(owner.cookie.split('=')[1] ?? '').split('.')[0] ?? ''
    const key = `{remembered}:session:${hashOf(token)}`
    const entry = await cache().get(key)
    const life = await cache().pttl(key)
    expect(entry).toMatch(/^\d{16} everybody ses_\w+ usr_\w+ ten_\w+\n\{/)
    expect(life).toBeLessThanOrEqual(1_000)
    // As it would be a second later, if Redis had not let go of it by then.
    const [since = ''] = /^\d+/.exec(entry ?? '') ?? []
    await cache().set(key, (entry ?? '').replace(since, String(Number(since) - 1_000_001)))
    expect((await actor(owner)).role).toBe('viewer')
    expect((await actor(owner)).tenantId).toBe(tenant.id)
  })

  test('is what MongoDB says, although it has changed in secret, while its second lasts', async () => {
    const read = vi.fn(async () => ({ value: 'read', about: ['usr_a'] }))
    const key = `test:${randomUUID()}`
    expect(await remembered(key, read)).toBe('read')
    await expect.poll(() => cache().exists(`{remembered}:${key}`)).toBe(1)
    expect(await remembered(key, read)).toBe('read')
    expect(read).toHaveBeenCalledTimes(1)
  })

  test('is not what was read before a change that came while it was being read', async () => {
    const key = `test:${randomUUID()}`
    const read = vi.fn(async () => ({ value: 'new', about: ['usr_b'] }))
    const readWhileChanged = async () => {
      await forgetAbout(['usr_b'])
      return { value: 'old', about: ['usr_b'] }
    }
    expect(await remembered(key, readWhileChanged)).toBe('old')
    await expect.poll(() => cache().exists(`{remembered}:${key}`)).toBe(1)
    expect(await remembered(key, read)).toBe('new')
  })

  test('is not read from an entry that is older than a second, whoever has kept it', async () => {
    const key = `test:${randomUUID()}`
    const read = vi.fn(async () => ({ value: 'new', about: ['usr_c'] }))
    const [seconds, micros] = await cache().time()
    const entryOf = (ageUs: number) =>
      `${Number(seconds) * 1_000_000 + Number(micros) - ageUs} usr_c\n${JSON.stringify('old')}`
    await cache().set(`{remembered}:${key}`, entryOf(0))
    expect(await remembered(key, read)).toBe('old')
    await cache().set(`{remembered}:${key}`, entryOf(1_000_001))
    expect(await remembered(key, read)).toBe('new')
  })

  test('is nothing that has no subject', async () => {
    const read = vi.fn(async () => ({ value: null, about: null }))
    const key = `test:${randomUUID()}`
    for (let time = 1; time <= 2; time += 1) {
      expect(await remembered(key, read)).toBeNull()
      expect(read).toHaveBeenCalledTimes(time)
    }
  })

  test('is forgotten by a transaction once it is committed, and not by one that fails', async () => {
    const { owner, tenant } = await aTenant()
    const change = (role: 'viewer' | 'member') =>
      MemberModel.updateOne({ tenantId: tenant.id, userId: owner.user.id }, { role })
    expect((await actor(owner)).role).toBe('owner')
    await expect(
      transaction(async () => {
        await change('viewer')
        throw new Error('not to be')
      }),
    ).rejects.toThrow('not to be')
    expect((await actor(owner)).role).toBe('owner')
    await transaction(async () => {
      await change('member')
      // Read outside of the transaction, before its commit.
      expect(await MemberModel.countDocuments({ tenantId: tenant.id, role: 'member' })).toBe(1)
    })
    expect((await actor(owner)).role).toBe('member')
  })
})

test('without Redis who is asking is read from MongoDB, at once', async () => {
  const { owner } = await aTenant()
  await closeCache()
  vi.stubEnv('REDIS_CACHE_URL', 'redis://127.0.0.1:1')
  expect((await actor(owner)).role).toBe('owner')
  await SessionModel.deleteOne({ _id: owner.sessionId })
  expect(await code(who(owner))).toBe('unauthenticated')
  await closeCache()
})
