import { createHmac, randomUUID } from 'node:crypto'
import { createApp } from '@insula/api/app'
import { applyStripeEvent, ensureCustomer } from '@insula/core/billing'
import { BillingInvoiceModel, EventModel, StripeEventModel } from '@insula/db'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { must } from '@insula/testing/must'
import { seededRandom } from '@insula/testing/random'
import { onOwnStripe, stripeClient } from '@insula/testing/vendors'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'

onTheLocalCloud()
onOwnStripe()

beforeEach(() => StripeEventModel.deleteMany({}))

const now = () => Math.floor(Date.now() / 1_000)
const anEvent = (more: Record<string, unknown> = {}, object: Record<string, unknown> = {}) => ({
  id: `evt_${randomUUID().replaceAll('-', '')}`,
  object: 'event',
  api_version: '2026-10-28.endive',
  created: now(),
  data: { object: { id: 'sub_1', object: 'subscription', customer: 'cus_1', ...object } },
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type: 'customer.subscription.updated',
  ...more,
})

// Stripe sends indented JSON: whoever parses and writes it anew signs something else.
const bodyOf = (event: unknown) => JSON.stringify(event, null, 2)
const webhookSecret = () => process.env.STRIPE_WEBHOOK_SECRET ?? ''
const v1 = (body: string, at: number, key = webhookSecret()) =>
  createHmac('sha256', key).update(`${at}.${body}`).digest('hex')
const signed = (body: string, at = now(), key = webhookSecret()) => `t=${at},v1=${v1(body, at, key)}`

let app: ReturnType<typeof createApp> | undefined
function deliver(body: string | Uint8Array<ArrayBuffer>, signature?: string): Promise<Response> {
  app ??= createApp()
  const headers = new Headers({ 'content-type': 'application/json; charset=utf-8' })
  if (signature !== undefined) headers.set('stripe-signature', signature)
  const init = { method: 'POST', headers, body }
  return Promise.resolve(
    app.request('http://localhost/api/webhooks/stripe', init, { remoteAddress: '127.0.0.1' }),
  )
}
const send = (event: unknown) => deliver(bodyOf(event), signed(bodyOf(event)))

describe('a call that Stripe did not sign', () => {
  const event = anEvent()
  const body = bodyOf(event)
  const forgeries: [string, string, () => string | undefined][] = [
    ['has no signature', body, () => undefined],
    ['has an empty signature', body, () => ''],
    ['has a signature that is none', body, () => 'let me in'],
    ['has no time', body, () => `v1=${v1(body, now())}`],
    ['is signed with another secret', body, () => signed(body, now(), 'whsec_another')],
    ['is signed with the empty secret', body, () => signed(body, now(), '')],
    ['is older than five minutes', body, () => signed(body, now() - 301)],
    ['carries the signature of another body', body, () => signed(bodyOf(anEvent()))],
    ['carries the signature of another time', body, () => `t=${now()},v1=${v1(body, now() - 10)}`],
    ['was parsed and written anew', JSON.stringify(event), () => signed(body)],
    ['has a byte more', `${body}\n`, () => signed(body)],
    ['offers a scheme that is no longer used', body, () => `t=${now()},v0=${v1(body, now())}`],
  ]

  test.each(forgeries)('because it %s is refused, and nothing is stored', async (_why, sent, signature) => {
    expect((await deliver(sent, signature())).status).toBe(400)
    expect(await StripeEventModel.countDocuments({})).toBe(0)
  })

  test('because any one bit was changed is refused, five hundred times', async () => {
    const random = seededRandom('changed bits')
    for (let round = 0; round < 500; round += 1) {
      const bytes = new Uint8Array(Buffer.from(body))
      const index = Math.floor(random() * bytes.length)
      bytes[index] = must(bytes[index]) ^ (1 << Math.floor(random() * 8))
      expect((await deliver(bytes, signed(body))).status).toBe(400)
    }
    expect(await StripeEventModel.countDocuments({})).toBe(0)
  })
})

test('one good signature among several is enough, as while a secret is changed', async () => {
  const event = anEvent()
  const body = bodyOf(event)
  const at = now()
  const both = `t=${at},v1=${v1(body, at, 'whsec_old')},v1=${v1(body, at)}`
  expect((await deliver(body, both)).status).toBe(200)
  expect(await StripeEventModel.findById(event.id).lean()).toMatchObject({
    state: 'received',
    heardBy: 'webhook',
  })
})

test('a body above one mebibyte is refused before it is read', async () => {
  const body = bodyOf(anEvent({ padding: 'x'.repeat(1024 * 1024) }))
  expect((await deliver(body, signed(body))).status).toBe(413)
  expect(await StripeEventModel.countDocuments({})).toBe(0)
})

test('the same event a hundred times at once is thanked for each time and stored once', async () => {
  const event = anEvent()
  const responses = await Promise.all(Array.from({ length: 100 }, () => send(event)))
  expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
  expect(await StripeEventModel.countDocuments({})).toBe(1)
})

describe('what is signed but not for us is thanked for and parked', () => {
  test.each([
    ['a live event', { livemode: true }, /live event/],
    ['an event of a connected account', { account: 'acct_1' }, /another account/],
    ['a type that is not acted on', { type: 'radar.early_fraud_warning.created' }, /not acted on/],
    ['a type that nobody has heard of', { type: 'x'.repeat(300) }, /not acted on/],
  ])('%s', async (_what, more, reason) => {
    const event = anEvent(more)
    expect((await send(event)).status).toBe(200)
    expect(await StripeEventModel.findById(event.id).lean()).toMatchObject({
      state: 'parked',
      reason: expect.stringMatching(reason),
      dueAt: null,
    })
  })

  test('an event about no customer', async () => {
    const event = anEvent({}, { customer: null })
    expect((await send(event)).status).toBe(200)
    expect(await StripeEventModel.findById(event.id).lean()).toMatchObject({ state: 'parked' })
  })

  test('an event about somebody else’s customer, once it is looked at', async () => {
    const event = anEvent({}, { customer: 'cus_of_nobody' })
    await send(event)
    await applyStripeEvent(event.id)
    expect(await StripeEventModel.findById(event.id).lean()).toMatchObject({ state: 'parked' })
  })

  test('an event in the words of another API version is read anew in ours', async () => {
    const { actor } = await aTenant()
    const customer = await ensureCustomer(actor)
    const event = anEvent({ api_version: '2019-01-01' }, { customer, plan: 'free', status: 'active' })
    await send(event)
    await applyStripeEvent(event.id)
    expect(await StripeEventModel.findById(event.id).lean()).toMatchObject({ state: 'applied' })
  })
})

describe('what is signed but has not the shape of an event is thanked for, stored once and parked', () => {
  test.each<[string, unknown]>([
    ['no object at all', [1, 2, 3]],
    ['a bare text', 'evt_1'],
    ['an event about nothing', anEvent({ data: null })],
    ['an event about a list', anEvent({ data: { object: ['sub_1'] } })],
    ['an event about a number', anEvent({ data: { object: 7 } })],
    ['an event without a time', anEvent({ created: null })],
    ['an event without a type', anEvent({ type: { $ne: 1 } })],
    ['an event whose id is an object', anEvent({ id: { $gt: '' } })],
    ['an event of an unknown live mode', anEvent({ livemode: 1 })],
    ['an event of an account that is an object', anEvent({ account: {} })],
  ])('%s', async (_what, event) => {
    for (const _twice of [1, 2]) expect((await send(event)).status).toBe(200)
    expect(await StripeEventModel.find({}).lean()).toMatchObject([
      { state: 'parked', reason: expect.stringMatching(/not the shape of an event: /), dueAt: null },
    ])
  })

  test('a body that is not JSON, or nested without end', async () => {
    for (const body of ['{', '[]', `${'['.repeat(200_000)}${']'.repeat(200_000)}`]) {
      expect((await deliver(body, signed(body))).status).toBe(200)
    }
    expect(await StripeEventModel.countDocuments({ state: 'parked' })).toBe(3)
  })

  test('whatever the fields are, three hundred times', async () => {
    const odd = fc.record(
      {
        id: fc.oneof(fc.constant('evt_fuzzed'), fc.jsonValue()),
        type: fc.oneof(fc.constant('invoice.paid'), fc.jsonValue()),
        created: fc.oneof(fc.constant(1_790_000_000), fc.jsonValue()),
        livemode: fc.oneof(fc.constant(false), fc.jsonValue()),
        account: fc.jsonValue(),
        api_version: fc.jsonValue(),
        data: fc.oneof(fc.jsonValue(), fc.record({ object: fc.jsonValue() })),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(odd, async (event) => {
        await StripeEventModel.deleteMany({})
        expect((await send(event)).status).toBe(200)
        expect(await StripeEventModel.countDocuments({ state: 'parked', reason: { $ne: null } })).toBe(1)
      }),
      { numRuns: 300 },
    )
  })
})

test('an event about an object that Stripe no longer has is applied, and tried no more', async () => {
  const { actor } = await aTenant()
  const customer = await ensureCustomer(actor)
  for (const type of ['invoice.paid', 'checkout.session.completed', 'customer.subscription.deleted']) {
    const event = anEvent({ type }, { id: 'gone_1', customer })
    await send(event)
    await applyStripeEvent(event.id)
    expect(await StripeEventModel.findById(event.id).lean()).toMatchObject({ state: 'applied' })
  }
})

test('what a signed event claims about a subscription is not believed', async () => {
  const { actor, tenant } = await aTenant()
  const customer = await ensureCustomer(actor)
  const claims = { customer, status: 'active', items: { data: [{ price: { product: 'insula_pro' } }] } }
  const event = anEvent({}, claims)
  await send(event)
  await applyStripeEvent(event.id)
  expect(await EventModel.countDocuments({ tenantId: tenant.id, type: 'subscription.activated' })).toBe(0)
})

test('an invoice of another customer’s is not taken over', async () => {
  const [{ actor: ours }, { actor: theirs }] = await Promise.all([aTenant(), aTenant()])
  const [customer, other] = [await ensureCustomer(ours), await ensureCustomer(theirs)]
  const invoice = await stripeClient().invoices.create({ customer: other })
  const event = anEvent({ type: 'invoice.updated' }, { id: invoice.id, object: 'invoice', customer })
  await send(event)
  await applyStripeEvent(event.id)
  expect(await BillingInvoiceModel.countDocuments({ tenantId: ours.tenantId })).toBe(0)
})
