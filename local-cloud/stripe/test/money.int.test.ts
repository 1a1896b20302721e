import Stripe from 'stripe'
import { beforeAll, describe, expect, it } from 'vitest'
import { aScene, at, periodEnd } from './scene.ts'
import { aPrice, ownStripe } from './server.ts'

const running = ownStripe()
let stripe: Stripe

beforeAll(() => {
  stripe = running.stripe
})

describe('a change in mid-period', () => {
  it('gives back the unused part and asks for the rest, to the second', async () => {
    const scene = await aScene(stripe, '2026-04-01T00:00:00Z')
    const subscription = await scene.subscribe()
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
    const scene = await aScene(stripe, '2026-04-01T00:00:00Z')
    const subscription = await scene.subscribe()
    await scene.to('2026-04-16T00:00:00Z')
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, quantity: 3 }],
    })
    expect(await scene.invoices()).toHaveLength(1)
    await scene.to('2026-05-01T02:00:00Z')
    const [latest] = await scene.invoices()
    expect(latest?.lines.data.map((line) => line.amount)).toEqual([-1450, 4350, 8700])
    expect(latest).toMatchObject({ total: 11_600, status: 'paid' })
  })

  it('starts a new cycle when the interval changes', async () => {
    const scene = await aScene(stripe, '2026-04-01T00:00:00Z')
    const subscription = await scene.subscribe()
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

describe('a payment that fails on a change', () => {
  it('undoes the change where told to error', async () => {
    const scene = await aScene(stripe, '2026-04-01T00:00:00Z')
    const subscription = await scene.subscribe()
    await scene.to('2026-04-16T00:00:00Z')
    await running.control.declineNextCard()
    const items = [{ id: subscription.items.data[0]!.id, quantity: 5 }]
    const how = {
      items,
      proration_behavior: 'always_invoice',
      payment_behavior: 'error_if_incomplete',
    } as const
    await expect(stripe.subscriptions.update(subscription.id, how)).rejects.toMatchObject({ statusCode: 402 })
    const after = await stripe.subscriptions.retrieve(subscription.id)
    expect(after).toMatchObject({ status: 'active', items: { data: [{ quantity: 1 }] } })
    expect(await scene.invoices()).toHaveLength(1)
  })
})

describe('a first period cut short', () => {
  it('costs its share', async () => {
    const scene = await aScene(stripe, '2026-04-16T00:00:00Z')
    const subscription = await scene.subscribe({ billing_cycle_anchor: at('2026-05-01T00:00:00Z') })
    expect((await scene.invoices())[0]).toMatchObject({ total: 1450, status: 'paid' })
    expect(subscription.items.data[0]?.current_period_end).toBe(at('2026-05-01T00:00:00Z'))
    await scene.to('2026-05-01T02:00:00Z')
    expect((await scene.invoices())[0]).toMatchObject({ total: 2900, status: 'paid' })
  })
})

describe('coupons', () => {
  it('take their share off as long as they last, to the cent', async () => {
    const scene = await aScene(stripe, '2026-01-01T00:00:00Z', 'pm_card_visa', { unit_amount: 999 })
    const coupon = await stripe.coupons.create({
      percent_off: 33.3,
      duration: 'repeating',
      duration_in_months: 2,
    })
    const code = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      code: 'THIRD',
    })
    await scene.subscribe({ discounts: [{ promotion_code: code.id }] })
    await scene.to('2026-03-01T02:00:00Z')
    const totals = (await scene.invoices()).map((one) => one.total)
    expect(totals).toEqual([999, 666, 666])
    expect(await stripe.coupons.retrieve(coupon.id)).toMatchObject({ times_redeemed: 1 })
  })

  it('for once count once', async () => {
    const scene = await aScene(stripe, '2026-01-01T00:00:00Z')
    const coupon = await stripe.coupons.create({
      amount_off: 1000,
      currency: 'usd',
      duration: 'once',
      max_redemptions: 1,
    })
    await scene.subscribe({ discounts: [{ coupon: coupon.id }] })
    await scene.to('2026-02-01T02:00:00Z')
    expect((await scene.invoices()).map((one) => one.total)).toEqual([2900, 1900])
    await expect(scene.subscribe({ discounts: [{ coupon: coupon.id }] })).rejects.toMatchObject({
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
    const scene = await aScene(stripe, '2026-06-01T00:00:00Z', 'pm_card_visa', {
      unit_amount_decimal: Stripe.Decimal.from('0.5'),
      unit_amount: undefined as never,
      recurring,
    })
    await scene.subscribe()
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
    expect((await scene.invoices())[0]).toMatchObject({ total: 151, lines: { data: [{ quantity: 301 }] } })
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
    const scene = await aScene(stripe, '2026-04-01T00:00:00Z')
    const { latest_invoice } = await scene.subscribe()
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
