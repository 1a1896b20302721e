import { serverCaller } from '@insula/api/server-caller'
import { startCheckout } from '@insula/core/billing'
import { isAway } from '@insula/core/kernel/away'
import { AuditEntryModel, effectsSettled, FileModel, reportFailedEffects, TenantModel } from '@insula/db'
import { aPerson, aTenant, onTheLocalCloud, password, type SomebodySignedIn } from '@insula/testing'
import { onALine } from '@insula/testing/line'
import { aSentUpload } from '@insula/testing/things/files'
import { onOwnS3 } from '@insula/testing/vendors'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { anAddress, call, request } from './http.ts'

Object.assign(process.env, { REQUEST_TIMEOUT_MS: '1000', BILLING_TIMEOUT_MS: '1500' })

const mongo = onALine('MONGODB_URI')
const redis = onALine('REDIS_URL', 'REDIS_CACHE_URL')
const store = onOwnS3()
const s3 = onALine('S3_ENDPOINT')
const stripe = onALine('STRIPE_API_BASE')
onTheLocalCloud()

let key: string
let owner: SomebodySignedIn
let tenantId: string
let actor: Awaited<ReturnType<typeof aTenant>>['actor']
beforeAll(async () => {
  const { createApiKey } = await import('@insula/core/access')
  ;({
    owner,
    actor,
    tenant: { id: tenantId },
  } = await aTenant())
  const made = await createApiKey(actor, {
    name: 'a program',
    scopes: [...actor.permissions],
    expiresInDays: 1,
  })
  key = made.secret
  // A first call makes the connections of its own.
  await call('tenants.get', 'query', {}, owner)
})
beforeEach(() => effectsSettled())

interface Told {
  status: number
  code: string
  outcome: string | undefined
  waits: boolean
}

async function told(answer: Response): Promise<Told> {
  const body = await answer.json()
  const problem = body.error ? { ...body.error.data.refusal, ...body.error.data.refusal?.details } : body
  return {
    status: answer.status,
    code: problem.code,
    outcome: problem.outcome,
    waits: Number(answer.headers.get('retry-after')) > 0,
  }
}
const unavailable = { status: 503, code: 'unavailable', outcome: undefined, waits: true }

/** Each way to ask something that reads MongoDB. */
const reads: [string, () => Promise<Response>][] = [
  ['a query', () => call('tenants.get', 'query', {}, owner)],
  ['a REST read', () => request('/api/v1/tenant', { key })],
  ['a list', () => request('/api/v1/audit', { key })],
  [
    'a public query',
    () => call('tenants.previewInvitation', 'query', { token: 'a-token-of-some-length' }, {}),
  ],
]

describe.each(['silent', 'gone'] as const)('while MongoDB is %s', (how) => {
  beforeEach(() => (how === 'silent' ? mongo.hold() : mongo.cut()))

  test.each(reads)('%s is told 503 and when to come back', async (_, ask) => {
    expect(await told(await ask())).toEqual(unavailable)
  })

  test('a password that could not be judged is no guess: nobody is locked out by an outage', async () => {
    mongo.release()
    const { user, cookie } = await aPerson()
    const quiet = how === 'silent' ? mongo.hold : mongo.cut
    quiet()
    const post = (path: string, body: unknown) =>
      request(`/api/auth${path}`, { method: 'POST', body, cookie, address: anAddress() })
    const signIn = () => post('/sign-in/email', { email: user.email, password })
    const change = () =>
      post('/change-password', { currentPassword: password, newPassword: 'another sentence of small words' })

    // No more at once than there are guesses, for each is taken before its password is judged.
    for (let round = 0; round < 4; round += 1) {
      const answers = await Promise.all([signIn(), change(), signIn(), signIn(), signIn()])
      expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503])
    }

    mongo.release()
    await expect.poll(async () => (await signIn()).status).toBe(200)
  })

  test('a page’s own question fails as something that is away, not as signed out', async () => {
    const caller = await serverCaller(new Headers({ cookie: owner.cookie }))
    const error = await caller.identity.me().catch((thrown: unknown) => thrown)
    expect(isAway(error)).toBe(true)
  })
})

test('what does not wait for Stripe is given up sooner than what does', async () => {
  mongo.hold()
  const ended: string[] = []
  await Promise.all([
    call('billing.startCheckout', 'mutation', { planId: 'pro' }, owner).then(() => ended.push('payment')),
    call('tenants.get', 'query', {}, owner).then(() => ended.push('query')),
  ])
  expect(ended).toEqual(['query', 'payment'])
})

describe('a change that MongoDB does not answer', () => {
  const rename = (name: string) => call('tenants.change', 'mutation', { name }, owner)
  const renamed = async () => (await TenantModel.findById(tenantId).lean())?.name

  test('before the commit is told as not done, and is not done later either', async () => {
    const before = await renamed()
    const entries = await AuditEntryModel.countDocuments({ tenantId })
    mongo.holdRepliesTo(AuditEntryModel.collection.name)
    const answer = await told(await rename('held'))
    expect(answer).toEqual(unavailable)
    mongo.release()
    // Writes to the same row, so it is done once the former one is over, whichever way it ended.
    expect((await rename('afterwards')).status).toBe(200)
    const [last] = await AuditEntryModel.find({ tenantId, action: 'tenant.changed' })
      .sort({ at: -1, _id: -1 })
      .limit(1)
      .lean()
    expect(last).toMatchObject({ before: { name: before }, after: { name: 'afterwards' } })
    expect(await AuditEntryModel.countDocuments({ tenantId })).toBe(entries + 1)
  })

  test('while it commits is told as unknown, over tRPC and REST', async () => {
    mongo.holdRepliesTo('commitTransaction')
    expect(await told(await rename('perhaps'))).toEqual({ ...unavailable, outcome: 'unknown' })
    mongo.release()
    expect(await renamed()).toBe('perhaps')

    mongo.holdRepliesTo('commitTransaction')
    const patch = request('/api/v1/tenant', { method: 'PATCH', key, body: { name: 'perhaps again' } })
    expect(await told(await patch)).toEqual({ ...unavailable, outcome: 'unknown' })
    mongo.release()
    expect(await renamed()).toBe('perhaps again')
  })
})

test('a single write that MongoDB does not answer is told as unknown', async () => {
  mongo.holdRepliesTo('updates')
  const answer = call('tenants.switch', 'mutation', { tenantId }, owner)
  expect(await told(await answer)).toEqual({ ...unavailable, outcome: 'unknown' })
})

/** More often than the client asks again by itself. */
const everyTry = 10
const outages: [string, () => unknown][] = [
  ['is silent', () => s3.hold()],
  ['is gone', () => s3.cut()],
  ['answers 500', () => store().failNext(everyTry, 500)],
  ['answers 503', () => store().failNext(everyTry, 503)],
]
describe.each(outages)('while the object store %s', (_, away) => {
  test('an upload that is confirmed is told 503 and stays as it was', async () => {
    const { file } = await aSentUpload(actor)
    await away()
    const input = { fileId: file.id }
    expect(await told(await call('files.completeUpload', 'mutation', input, owner))).toEqual(unavailable)
    expect((await FileModel.findOne({ tenantId, _id: file.id }).lean())?.state).toBe('uploading')
    s3.release()
    await store().disarm('failNext')
    expect((await call('files.completeUpload', 'mutation', input, owner)).status).toBe(200)
  })

  test('what does not need it goes on', async () => {
    await away()
    expect((await request('/api/v1/files', { key })).status).toBe(200)
  })
})

describe('while Stripe is silent', () => {
  test('the way to pay is told 503 over both doors, and nothing is charged twice afterwards', async () => {
    stripe.hold()
    const asked = call('billing.startCheckout', 'mutation', { planId: 'pro' }, owner)
    expect(await told(await asked)).toEqual(unavailable)
    const restCall = request('/api/v1/billing/checkouts', { method: 'POST', key, body: { planId: 'pro' } })
    expect(await told(await restCall)).toEqual(unavailable)
    stripe.release()
    const { url } = await startCheckout(actor, { planId: 'pro' })
    expect(await startCheckout(actor, { planId: 'pro' })).toEqual({ url })
  })
})

describe('while Redis is silent', () => {
  test('reads and changes go on; only what was to be queued is reported', async () => {
    const failures: unknown[] = []
    reportFailedEffects((error) => failures.push(error))
    redis.hold()
    expect((await call('tenants.get', 'query', {}, owner)).status).toBe(200)
    expect((await request('/api/v1/tenant', { key })).status).toBe(200)
    const body = { name: 'photo.jpg', bytes: 10, contentType: 'image/jpeg' }
    expect((await request('/api/v1/files', { method: 'POST', key, body })).status).toBe(200)
    expect((await call('tenants.change', 'mutation', { name: 'Meanwhile' }, owner)).status).toBe(200)
    await effectsSettled()
    expect(failures.map(isAway)).toEqual([true])
    reportFailedEffects(() => {})
  })

  test('what asks Redis itself is told 503', async () => {
    const operator = await aPerson({ platformRole: 'admin' })
    redis.hold()
    expect(await told(await call('platform.listQueues', 'query', {}, operator))).toEqual(unavailable)
  })
})
