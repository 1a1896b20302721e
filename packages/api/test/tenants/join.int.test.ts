import { inviteMember, revokeInvitation } from '@insula/core/tenants'
import {
  AuditEntryModel,
  acrossTenants,
  MailModel,
  MemberModel,
  mongoHandles,
  PendingSignUpModel,
  QuotaModel,
  SessionModel,
  UserModel,
} from '@insula/db'
import { aPerson, aTenant, onTheLocalCloud, password } from '@insula/testing'
import { invitationTokenFor } from '@insula/testing/things/notifications'
import { beforeEach, expect, test } from 'vitest'
import { anAddress, call, request } from '../http/http.ts'

onTheLocalCloud()

let email: string
beforeEach(() => {
  email = `bob-${crypto.randomUUID().slice(0, 8)}@example.test`
})

async function invited(to = email) {
  const { tenant, actor } = await aTenant()
  const { id } = await inviteMember(actor, { email: to, role: 'member' })
  return { tenantId: tenant.id, actor, id, token: await invitationTokenFor(to) }
}
const post = (path: string, body: object) =>
  request(`/api/auth${path}`, { method: 'POST', body, address: anAddress() })
const join = (token: string, more: object = {}) =>
  post('/sign-up/invitation', { token, name: 'Bob', password, ...more })
const codeOf = async (response: Response) => [response.status, (await response.json()).code]
const left = async (tenantId: string) => ({
  users: await UserModel.countDocuments({ email }),
  members: await MemberModel.countDocuments({ tenantId }),
  sessions: await SessionModel.countDocuments({}),
  seats: (await QuotaModel.findOne({ tenantId, key: 'seats' }).lean())?.used,
})

test('what does not make an account leaves nothing: a weak password, an ended invitation, a token of no one', async () => {
  const { tenantId, actor, id, token } = await invited()
  const before = await left(tenantId)
  const weak = await join(token, { password: 'short' })
  expect(await weak.clone().json()).toMatchObject({ errors: [{ field: 'password' }] })
  expect(await codeOf(weak)).toEqual([400, 'invalid'])
  for (const password of ['1q2w3e4r5t6y7u8i9o0p', email]) {
    expect(await codeOf(await join(token, { password }))).toEqual([400, 'invalid'])
  }
  expect(await codeOf(await join('none'.repeat(8)))).toEqual([410, 'gone'])
  expect(await codeOf(await join(token, { email: 'other@example.test' }))).toEqual([400, 'invalid'])
  expect(await left(tenantId)).toEqual(before)
  await revokeInvitation(actor, id)
  expect(await codeOf(await join(token))).toEqual([410, 'gone'])
  expect(await left(tenantId)).toEqual({ ...before, seats: 1 })
})

test('an account is made with its membership or not at all', async () => {
  const { tenantId, token } = await invited()
  const before = await left(tenantId)
  const refuseWrites = (validator: object) =>
    mongoHandles().db.command({ collMod: AuditEntryModel.collection.name, validator })
  await refuseWrites({ action: { $ne: 'member.joined' } })
  try {
    expect((await join(token)).status).toBe(500)
  } finally {
    await refuseWrites({})
  }
  expect(await left(tenantId)).toEqual(before)
  expect((await join(token)).status).toBe(200)
})

test('an address that has an account is told to sign in, and its password stays', async () => {
  const { user } = await aPerson()
  const { token } = await invited(user.email)
  expect(await codeOf(await join(token, { password: 'another sentence of small words' }))).toEqual([
    409,
    'conflict',
  ])
  const signedIn = await post('/sign-in/email', { email: user.email, password })
  expect(signedIn.status).toBe(200)
})

test('the token proves the address: one call makes the account, opens the session and joins, with no second mail', async () => {
  const { tenantId, token } = await invited()
  const response = await join(token)
  expect(response.status).toBe(200)
  const cookie = response.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const me = (await (await call('identity.me', 'query', {}, { cookie })).json()).result.data
  expect(me).toMatchObject({ user: { email, name: 'Bob', emailVerified: true }, tenant: { id: tenantId } })
  expect(await left(tenantId)).toMatchObject({ users: 1, members: 2, seats: 2 })
  const mails = await acrossTenants(MailModel.find({ to: email }).lean(), 'a test')
  expect(mails.map(({ template }) => template)).not.toContain('verify-email')
  const entries = await acrossTenants(AuditEntryModel.find({ 'actor.id': me.user.id }).lean(), 'a test')
  expect(entries.map(({ action }) => action).sort()).toEqual([
    'member.joined',
    'user.email-verified',
    'user.registered',
    'user.signed-in',
  ])
  expect((await post('/sign-in/email', { email, password })).status).toBe(200)
})

test('a double click makes one person and one member', async () => {
  const { tenantId, token } = await invited()
  const statuses = (await Promise.all(Array.from({ length: 5 }, () => join(token)))).map(
    ({ status }) => status,
  )
  expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  expect(statuses.filter((status) => status >= 500)).toEqual([])
  expect(await left(tenantId)).toMatchObject({ users: 1, members: 2, seats: 2 })
})

test('what a stranger had set for the address ends with it', async () => {
  const strangers = 'the sentence of a stranger here'
  await post('/sign-up/email', { name: 'Eve', email, password: strangers })
  const { token } = await invited()
  expect((await join(token)).status).toBe(200)
  expect(await PendingSignUpModel.countDocuments({ _id: email })).toBe(0)
  expect((await post('/sign-in/email', { email, password: strangers })).status).toBe(401)
})
