import Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aCustomer, aPrice, type Running, runStripe } from './stripe-server.ts'

let running: Running
let stripe: Stripe

beforeAll(async () => {
  running = await runStripe()
  stripe = running.stripe
})
afterAll(() => running.stop())
beforeEach(() => running.control.reset())

const at = (iso: string): number => Date.parse(iso) / 1000
const daySeconds = 86_400

interface Scene {
  clock: Stripe.TestHelpers.TestClock
  customer: Stripe.Customer
  price: Stripe.Price
  /** Moves the scene's clock and gives the subscription as it then stands. */
  to(iso: string): Promise<Stripe.Subscription>
}

/** A customer on a test clock with a subscription to be made. */
async function aScene(
  start: string,
  card = 'pm_card_visa',
  price: Partial<Stripe.PriceCreateParams> = {},
): Promise<Scene> {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: at(start) })
  const customer = await aCustomer(stripe, card, { test_clock: clock.id })
  return {
    clock,
    customer,
    price: await aPrice(stripe, price),
    to: async (iso) => {
      const moved = await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: at(iso) })
      expect(moved.status).toBe('ready')
      const { data } = await stripe.subscriptions.list({ customer: customer.id, status: 'all' })
      return data[0]!
    },
  }
}

const subscribe = (
  scene: Scene,
  more: Partial<Stripe.SubscriptionCreateParams> = {},
): Promise<Stripe.Subscription> =>
  stripe.subscriptions.create({ customer: scene.customer.id, items: [{ price: scene.price.id }], ...more })

const periodEnd = (subscription: Stripe.Subscription): string =>
  new Date(subscription.items.data[0]!.current_period_end * 1000).toISOString().slice(0, 10)

const invoicesOf = async (scene: Scene): Promise<Stripe.Invoice[]> =>
  (await stripe.invoices.list({ customer: scene.customer.id, limit: 100 })).data

const types = async (): Promise<string[]> =>
  (await stripe.events.list({ limit: 100 })).data.map((event) => event.type).reverse()

describe('a declined card', () => {
  it('leaves no subscription behind when told to error', async () => {
    const scene = await aScene('2026-01-31T00:00:00Z', 'pm_card_chargeCustomerFail')
    const call = subscribe(scene, { payment_behavior: 'error_if_incomplete' })
    await expect(call).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' })
    expect((await stripe.subscriptions.list({ status: 'all' })).data).toEqual([])
  })

  it('leaves an incomplete subscription that expires after 23 hours', async () => {
    const scene = await aScene('2026-01-31T00:00:00Z', 'pm_card_chargeCustomerFail')
    expect((await subscribe(scene)).status).toBe('incomplete')
    expect((await scene.to('2026-01-31T23:30:00Z')).status).toBe('incomplete_expired')
  })

  it('is refused by the bank when it is first saved', async () => {
    const customer = await stripe.customers.create({})
    const call = stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id })
    await expect(call).rejects.toMatchObject({ type: 'StripeCardError', decline_code: 'generic_decline' })
  })
})

describe('renewal', () => {
  it('keeps the anchor’s day through short months', async () => {
    const scene = await aScene('2027-12-31T10:00:00Z')
    expect(periodEnd(await subscribe(scene))).toBe('2028-01-31')
    expect(periodEnd(await scene.to('2028-01-31T12:00:00Z'))).toBe('2028-02-29')
    expect(periodEnd(await scene.to('2028-02-29T12:00:00Z'))).toBe('2028-03-31')
    expect(periodEnd(await scene.to('2028-04-01T12:00:00Z'))).toBe('2028-04-30')
  })

  it('drafts an invoice and collects it an hour later', async () => {
    const scene = await aScene('2026-03-15T10:00:00Z')
    await subscribe(scene)
    const renewed = await scene.to('2026-04-15T10:30:00Z')
    expect(renewed.status).toBe('active')
    expect((await invoicesOf(scene))[0]).toMatchObject({
      status: 'draft',
      billing_reason: 'subscription_cycle',
    })
    await scene.to('2026-04-15T11:30:00Z')
    const [latest, first] = await invoicesOf(scene)
    expect(latest).toMatchObject({ status: 'paid', amount_paid: 2900, attempt_count: 1 })
    expect(first).toMatchObject({ status: 'paid', billing_reason: 'subscription_create' })
    expect(latest?.number).not.toBe(first?.number)
  })

  it('catches up over many periods in one step, one invoice each', async () => {
    const scene = await aScene('2026-01-10T00:00:00Z')
    await subscribe(scene)
    await scene.to('2027-01-10T02:00:00Z')
    const invoices = await invoicesOf(scene)
    expect(invoices).toHaveLength(13)
    expect(new Set(invoices.map((one) => one.status))).toEqual(new Set(['paid']))
    expect(
      invoices.every((one) => one.lines.data.reduce((sum, line) => sum + line.amount, 0) === one.total),
    ).toBe(true)
  })
})

describe('a trial', () => {
  it('warns three days ahead, then bills', async () => {
    const scene = await aScene('2026-05-01T00:00:00Z')
    const trial = await subscribe(scene, { trial_period_days: 14 })
    expect(trial).toMatchObject({ status: 'trialing', trial_end: at('2026-05-15T00:00:00Z') })
    expect((await invoicesOf(scene))[0]).toMatchObject({ total: 0, status: 'paid' })
    await scene.to('2026-05-12T01:00:00Z')
    expect(await types()).toContain('customer.subscription.trial_will_end')
    const after = await scene.to('2026-05-15T02:00:00Z')
    expect(after).toMatchObject({ status: 'active' })
    expect(periodEnd(after)).toBe('2026-06-15')
    expect((await invoicesOf(scene))[0]).toMatchObject({ total: 2900, status: 'paid' })
  })

  it('pauses without a card where asked to', async () => {
    const scene = await aScene('2026-05-01T00:00:00Z')
    await stripe.paymentMethods.detach(scene.customer.invoice_settings.default_payment_method as string)
    await subscribe(scene, {
      trial_period_days: 7,
      trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
    })
    expect((await scene.to('2026-05-09T00:00:00Z')).status).toBe('paused')
  })
})

describe('dunning', () => {
  it('retries after 3, 5 and 7 days, then cancels', async () => {
    const scene = await aScene('2026-02-01T00:00:00Z')
    await subscribe(scene)
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: scene.customer.id,
    })
    await stripe.customers.update(scene.customer.id, { invoice_settings: { default_payment_method: bad.id } })
    expect((await scene.to('2026-03-01T02:00:00Z')).status).toBe('past_due')
    await scene.to('2026-03-04T02:00:00Z')
    expect((await invoicesOf(scene))[0]).toMatchObject({ status: 'open', attempt_count: 2 })
    await scene.to('2026-03-09T02:00:00Z')
    const ended = await scene.to('2026-03-16T02:00:00Z')
    expect(ended).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'payment_failed' } })
    expect((await invoicesOf(scene))[0]).toMatchObject({ attempt_count: 4, next_payment_attempt: null })
    expect((await types()).filter((type) => type === 'invoice.payment_failed')).toHaveLength(4)
  })

  it('ends well when a good card comes in time', async () => {
    const scene = await aScene('2026-02-01T00:00:00Z')
    await subscribe(scene)
    await running.control.declineNextCard('insufficient_funds')
    expect((await scene.to('2026-03-01T02:00:00Z')).status).toBe('past_due')
    const healed = await scene.to('2026-03-04T02:00:00Z')
    expect(healed.status).toBe('active')
    expect(await stripe.customers.retrieve(scene.customer.id)).toMatchObject({ delinquent: false })
  })
})

describe('a change in mid-period', () => {
  it('gives back the unused part and asks for the rest, to the second', async () => {
    const scene = await aScene('2026-04-01T00:00:00Z')
    const subscription = await subscribe(scene)
    await scene.to('2026-04-16T00:00:00Z')
    const bigger = await aPrice(stripe, { unit_amount: 9900, product_data: { name: 'Business' } })
    const items = [{ id: subscription.items.data[0]!.id, price: bigger.id }]
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: { items, proration_behavior: 'always_invoice' },
    })
    expect(preview.lines.data.map((line) => line.amount)).toEqual([-1450, 4950])
    expect((await stripe.invoiceItems.list({ pending: true })).data).toEqual([])
    const changed = await stripe.subscriptions.update(subscription.id, {
      items,
      proration_behavior: 'always_invoice',
      expand: ['latest_invoice'],
    })
    expect(changed.latest_invoice).toMatchObject({
      total: 3500,
      status: 'paid',
      billing_reason: 'subscription_update',
    })
    expect(changed.items.data[0]).toMatchObject({
      price: { id: bigger.id },
      current_period_end: at('2026-05-01T00:00:00Z'),
    })
  })

  it('waits for the next invoice by default', async () => {
    const scene = await aScene('2026-04-01T00:00:00Z')
    const subscription = await subscribe(scene)
    await scene.to('2026-04-16T00:00:00Z')
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, quantity: 3 }],
    })
    expect(await invoicesOf(scene)).toHaveLength(1)
    await scene.to('2026-05-01T02:00:00Z')
    const [latest] = await invoicesOf(scene)
    expect(latest?.lines.data.map((line) => line.amount)).toEqual([-1450, 4350, 8700])
    expect(latest).toMatchObject({ total: 11_600, status: 'paid' })
  })

  it('starts a new cycle when the interval changes', async () => {
    const scene = await aScene('2026-04-01T00:00:00Z')
    const subscription = await subscribe(scene)
    await scene.to('2026-04-16T00:00:00Z')
    const yearly = await aPrice(stripe, { unit_amount: 29_000, recurring: { interval: 'year' } })
    const changed = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, price: yearly.id }],
      expand: ['latest_invoice'],
    })
    expect(periodEnd(changed)).toBe('2027-04-16')
    expect(changed.latest_invoice).toMatchObject({ total: 29_000 - 1450, status: 'paid' })
  })
})

describe('cancellation', () => {
  it('at period end keeps the subscription until then, and can be taken back', async () => {
    const scene = await aScene('2026-04-01T00:00:00Z')
    const { id } = await subscribe(scene)
    const marked = await stripe.subscriptions.update(id, { cancel_at_period_end: true })
    expect(marked).toMatchObject({ status: 'active', cancel_at: at('2026-05-01T00:00:00Z') })
    const kept = await stripe.subscriptions.update(id, { cancel_at_period_end: false })
    expect(kept).toMatchObject({ cancel_at: null, canceled_at: null })
    await stripe.subscriptions.update(id, { cancel_at_period_end: true })
    const ended = await scene.to('2026-05-01T00:00:01Z')
    expect(ended).toMatchObject({ status: 'canceled', ended_at: at('2026-05-01T00:00:00Z') })
    expect(await invoicesOf(scene)).toHaveLength(1)
    expect(await types()).toContain('customer.subscription.deleted')
  })

  it('now is final', async () => {
    const scene = await aScene('2026-04-01T00:00:00Z')
    const { id } = await subscribe(scene)
    expect(await stripe.subscriptions.cancel(id)).toMatchObject({ status: 'canceled' })
    await expect(stripe.subscriptions.cancel(id)).rejects.toMatchObject({ statusCode: 404 })
    expect((await stripe.subscriptions.list()).data).toEqual([])
  })
})

describe('coupons', () => {
  it('take their share off as long as they last, to the cent', async () => {
    const scene = await aScene('2026-01-01T00:00:00Z', 'pm_card_visa', { unit_amount: 999 })
    const coupon = await stripe.coupons.create({
      percent_off: 33.3,
      duration: 'repeating',
      duration_in_months: 2,
    })
    const code = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      code: 'THIRD',
    })
    await subscribe(scene, { discounts: [{ promotion_code: code.id }] })
    await scene.to('2026-03-01T02:00:00Z')
    const totals = (await invoicesOf(scene)).map((one) => one.total)
    expect(totals).toEqual([999, 666, 666])
    expect(await stripe.coupons.retrieve(coupon.id)).toMatchObject({ times_redeemed: 1 })
  })

  it('for once count once', async () => {
    const scene = await aScene('2026-01-01T00:00:00Z')
    const coupon = await stripe.coupons.create({
      amount_off: 1000,
      currency: 'usd',
      duration: 'once',
      max_redemptions: 1,
    })
    await subscribe(scene, { discounts: [{ coupon: coupon.id }] })
    await scene.to('2026-02-01T02:00:00Z')
    expect((await invoicesOf(scene)).map((one) => one.total)).toEqual([2900, 1900])
    await expect(subscribe(scene, { discounts: [{ coupon: coupon.id }] })).rejects.toMatchObject({
      code: 'coupon_expired',
    })
  })
})

describe('usage', () => {
  it('is billed behind, at the period’s end', async () => {
    const meter = await stripe.billing.meters.create({
      display_name: 'API calls',
      event_name: 'api_calls',
      default_aggregation: { formula: 'sum' },
    })
    const recurring = { interval: 'month', usage_type: 'metered', meter: meter.id } as const
    const scene = await aScene('2026-06-01T00:00:00Z', 'pm_card_visa', {
      unit_amount_decimal: Stripe.Decimal.from('0.5'),
      unit_amount: undefined as never,
      recurring,
    })
    await subscribe(scene)
    await scene.to('2026-06-10T00:00:00Z')
    const payload = { stripe_customer_id: scene.customer.id, value: '301' }
    const event = {
      event_name: 'api_calls',
      payload,
      identifier: 'once',
      timestamp: at('2026-06-09T00:00:00Z'),
    }
    await stripe.billing.meterEvents.create(event)
    await expect(stripe.billing.meterEvents.create(event)).rejects.toMatchObject({ param: 'identifier' })
    await scene.to('2026-07-01T02:00:00Z')
    expect((await invoicesOf(scene))[0]).toMatchObject({ total: 151, lines: { data: [{ quantity: 301 }] } })
  })
})

describe('money back', () => {
  it('never exceeds what was paid', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
    })
    await stripe.refunds.create({ payment_intent: intent.id, amount: 300 })
    await expect(stripe.refunds.create({ payment_intent: intent.id, amount: 300 })).rejects.toMatchObject({
      statusCode: 400,
    })
    await stripe.refunds.create({ payment_intent: intent.id })
    const charge = await stripe.charges.retrieve(intent.latest_charge as string)
    expect(charge).toMatchObject({ amount_refunded: 500, refunded: true })
  })

  it('goes through a credit note for a paid invoice', async () => {
    const scene = await aScene('2026-04-01T00:00:00Z')
    const { latest_invoice } = await subscribe(scene)
    const note = await stripe.creditNotes.create({
      invoice: latest_invoice as string,
      amount: 900,
      refund_amount: 900,
    })
    expect(note).toMatchObject({ total: 900, status: 'issued', refunds: [{ amount_refunded: 900 }] })
    expect(await stripe.invoices.retrieve(latest_invoice as string)).toMatchObject({
      post_payment_credit_notes_amount: 900,
    })
  })

  it('is taken by the bank in a dispute', async () => {
    const paid = { amount: 500, currency: 'usd', confirm: true, payment_method: 'pm_card_createDispute' }
    const intent = await stripe.paymentIntents.create(paid)
    const [dispute] = (await stripe.disputes.list({ payment_intent: intent.id })).data
    expect(dispute).toMatchObject({ amount: 500, status: 'needs_response', reason: 'fraudulent' })
    const evidence = { uncategorized_text: 'winning_evidence' }
    expect(await stripe.disputes.update(dispute!.id, { evidence })).toMatchObject({ status: 'won' })
  })
})

describe('the server’s own clock', () => {
  it('renews everyone who is on no test clock', async () => {
    const price = await aPrice(stripe)
    const customer = await aCustomer(stripe)
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
    const before = await running.control.clock.now()
    await running.control.clock.advance('1 month')
    await running.control.clock.advance('2 hours')
    expect((await running.control.clock.now()) - before).toBeGreaterThan(28 * daySeconds)
    expect((await running.control.invoices()).map((one) => one.status)).toEqual(['paid', 'paid'])
  })
})
