import { createApp } from '@insula/api/app'
import { log } from '@insula/api/http/log'
import type { MailTemplate } from '@insula/contracts'
import { createApiKey, listApiKeys, looksLikeApiKey } from '@insula/core/access'
import { startUpload } from '@insula/core/files'
import { requestPasswordReset, sessionTokenOf, signUp } from '@insula/core/identity'
import { claim, release } from '@insula/core/kernel/claims'
import { acceptInvitation, inviteMember } from '@insula/core/tenants'
import { revokeApiKey } from '@insula/core/wiring/revoke-api-key'
import {
  ApiKeyModel,
  AuditEntryModel,
  InvitationModel,
  mongoHandles,
  QuotaModel,
  UserModel,
} from '@insula/db'
import { cache } from '@insula/providers/cache'
import { aPerson, aTenant, onTheLocalCloud } from '@insula/testing'
import { withCallers } from '@insula/testing/callers'
import { send } from '@insula/testing/things/files'
import { invitationTokenFor, mailedLink } from '@insula/testing/things/notifications'
import { pino } from 'pino'
import { describe, expect, test, vi } from 'vitest'
import { anAddress, call } from './http/http.ts'

onTheLocalCloud()
const callers = withCallers()
// Read once, when the app is made; every other call of this file comes from an address of its own.
process.env.RATE_LIMIT_PER_MINUTE = '3'

const oneDay = { name: 'a key', scopes: ['files:read' as const], expiresInDays: 1 }

describe('an API key', () => {
  test('acts for itself, also where a cookie is sent beside it', async () => {
    const { cookie = '' } = await callers().as('owner')
    const { key = '' } = await callers().as('a key of another tenant')
    const answer = await call('tenants.get', 'query', undefined, { cookie, key, address: anAddress() })
    expect((await answer.json()).result.data.id).toBe(callers().other.tenant.id)
  })

  test('stands in the audit log as a key, not as who made it', async () => {
    const { key = '' } = await callers().as('a key with the scope')
    const name = `Renamed ${crypto.randomUUID().slice(0, 8)}`
    const changed = await call('tenants.change', 'mutation', { name }, { key, address: anAddress() })
    expect(changed.status).toBe(200)
    const tenantId = callers().tenant.id
    const entry = await AuditEntryModel.findOne({ tenantId, 'after.name': name }).lean()
    expect(entry?.actor).toMatchObject({ kind: 'api-key', id: expect.stringMatching(/^key_/) })
  })

  test('ends on the day that was chosen', async () => {
    const { actor } = await aTenant()
    const before = Date.now()
    await createApiKey(actor, oneDay)
    const [listed] = await listApiKeys(actor)
    const lifeMs = new Date(listed?.expiresAt ?? 0).getTime() - before
    expect(Math.round(lifeMs / 86_400_000)).toBe(1)
  })

  test('with a letter mistyped is told apart without a look-up', async () => {
    const { actor } = await aTenant()
    const { secret } = await createApiKey(actor, oneDay)
    expect(looksLikeApiKey(secret)).toBe(true)
    for (let index = 4; index < secret.length; index += 1) {
      const other = secret[index] === 'A' ? 'B' : 'A'
      expect(looksLikeApiKey(secret.slice(0, index) + other + secret.slice(index + 1))).toBe(false)
    }
  })

  test('beyond those of the plan is refused, until one is revoked', async () => {
    const { actor } = await aTenant()
    const first = await createApiKey(actor, oneDay)
    await createApiKey(actor, oneDay)
    await expect(createApiKey(actor, oneDay)).rejects.toMatchObject({
      code: 'limit_reached',
      details: { limit: { key: 'api-keys', used: 2, limit: 2 } },
    })
    await revokeApiKey(actor, first.apiKey.id)
    await createApiKey(actor, oneDay)
    expect(await ApiKeyModel.countDocuments({ tenantId: actor.tenantId, revokedAt: null })).toBe(2)
  })
})

test('what is given back twice makes no room beyond the plan', async () => {
  const { tenant } = await aTenant()
  await claim({ tenantId: tenant.id }, 'api-keys', 1)
  await release(tenant.id, 'api-keys', 1)
  await release(tenant.id, 'api-keys', 1)
  expect((await QuotaModel.findOne({ tenantId: tenant.id, key: 'api-keys' }).lean())?.used).toBe(0)
})

test('a session of who has not proven the address opens nothing', async () => {
  const person = await aPerson()
  const me = () => call('identity.me', 'query', undefined, { ...person, address: anAddress() })
  expect((await me()).status).toBe(200)
  await UserModel.updateOne({ _id: person.user.id }, { emailVerified: false })
  expect((await me()).status).toBe(401)
})

describe('an invitation', () => {
  const invited = async () => {
    const { actor } = await aTenant()
    const person = await aPerson()
    const { id } = await inviteMember(actor, { email: person.user.email, role: 'viewer' })
    return { actor, person, id, token: await invitationTokenFor(person.user.email) }
  }

  test('that has expired is not accepted, by its link or without it', async () => {
    const { actor, person, id, token } = await invited()
    await InvitationModel.updateOne(
      { tenantId: actor.tenantId, _id: id },
      { expiresAt: new Date(Date.now() - 1) },
    )
    await expect(acceptInvitation(person, { token })).rejects.toMatchObject({ code: 'gone' })
    await expect(acceptInvitation(person, { invitationId: id })).rejects.toMatchObject({ code: 'gone' })
  })

  test('is not accepted by who has not proven the address', async () => {
    const { person, id, token } = await invited()
    const unproven = { ...person, user: { ...person.user, emailVerified: false } }
    await expect(acceptInvitation(unproven, { token })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(acceptInvitation(unproven, { invitationId: id })).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})

test('no key, and no token of a session or a mailed link, lies anywhere in the clear', async () => {
  const { actor, owner } = await aTenant()
  const { secret } = await createApiKey(actor, oneDay)
  const email = `${crypto.randomUUID().slice(0, 8)}@example.test`
  await inviteMember(actor, { email, role: 'viewer' })
  await requestPasswordReset(owner.user.email, actor.origin)
  const newcomer = `${crypto.randomUUID().slice(0, 8)}@example.test`
  const strong = 'four newcomers row upstream'
  const { browserSecret } = await signUp({ name: 'New', email: newcomer, password: strong }, actor.origin)
  const tokenOf = async (to: string, template: MailTemplate) =>
    (await mailedLink(to, template)).searchParams.get('token') ?? ''
  const secrets = [
    secret,
    browserSecret,
    sessionTokenOf(new Headers({ cookie: owner.cookie })) ?? '',
    await tokenOf(email, 'invitation'),
    await tokenOf(owner.user.email, 'reset-password'),
    await tokenOf(newcomer, 'verify-email'),
  ]
  for (const one of secrets) expect(one.length).toBeGreaterThan(30)
  const holds = (text: string) => secrets.some((one) => text.includes(one))
  await call('files.list', 'query', {}, { key: secret, address: anAddress() })
  const { db } = mongoHandles()
  const holding: string[] = []
  for (const { name } of await db.listCollections().toArray()) {
    const text = JSON.stringify(await db.collection(name).find().toArray())
    if (holds(text)) holding.push(name)
  }
  for (const key of await cache().keys('*')) {
    const dump = String((await cache().dump(key)) ?? '')
    if (holds(`${key}${dump}`)) holding.push(key)
  }
  expect(holding).toEqual([])
})

describe('at the door', () => {
  const address = anAddress()
  const at = (headers: Record<string, string> = {}, from: string | undefined = anAddress()) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' }
    const bindings = from === 'nowhere' ? {} : { remoteAddress: from }
    return createApp().request('http://localhost/api/trpc/identity.changeProfile?batch=1', init, bindings)
  }

  test('exactly as many calls a minute pass as are allowed, and the next is told when to come back', async () => {
    const statuses: number[] = []
    for (let index = 0; index < 3; index += 1) statuses.push((await at({}, address)).status)
    expect(statuses).toEqual([401, 401, 401])
    const refused = await at({}, address)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    expect((await at({}, anAddress())).status).toBe(401)
  })

  test.each([
    ['with its origin', { origin: 'https://evil.example' }],
    ['with no origin but its own word', { 'sec-fetch-site': 'cross-site' }],
  ])('a change from a page of another site %s is refused', async (_how, headers) => {
    const refused = await at(headers as unknown as Record<string, string>)
    expect(refused.status).toBe(403)
    expect(await refused.text()).toContain('another origin')
  })

  test('who comes from no address at all is not served, since nobody could count the calls', async () => {
    expect((await at({}, 'nowhere')).status).toBe(503)
  })
})

describe('the log', () => {
  const names = [
    'authorization',
    'cookie',
    'password',
    'newPassword',
    'currentPassword',
    'token',
    'secret',
    'secretHash',
    'sealedLink',
    'html',
    'text',
    'url',
  ]
  const canary = 'canary-in-the-log'

  test.each(names)('blanks %s, however deep it lies', (name) => {
    const stream = (log() as unknown as Record<symbol, { write(line: string): void }>)[pino.symbols.streamSym]
    if (!stream) return expect.unreachable('the logger writes somewhere')
    const lines: string[] = []
    const spy = vi.spyOn(stream, 'write').mockImplementation((line) => void lines.push(line))
    const level = log().level
    log().level = 'info'
    const kept = { [name]: canary }
    log().info({ ...kept, body: kept, request: { headers: kept } }, 'a call')
    log().error({ err: Object.assign(new Error('failed'), kept) }, 'a failure')
    log().level = level
    spy.mockRestore()
    expect(lines).toHaveLength(2)
    expect(lines.join('')).not.toContain(canary)
  })
})

test('the form of an upload takes the type and the size that were signed, and no other', async () => {
  const { actor } = await aTenant()
  const bytes = new Uint8Array(10)
  const { post } = await startUpload(actor, { name: 'a.png', bytes: 10, contentType: 'image/png' })
  const other = { post: { ...post, fields: { ...post.fields, 'Content-Type': 'text/html' } } }
  expect((await send(other, bytes)).status).toBe(403)
  expect((await send({ post }, new Uint8Array(11))).status).toBe(400)
  expect((await send({ post }, bytes)).ok).toBe(true)
})
