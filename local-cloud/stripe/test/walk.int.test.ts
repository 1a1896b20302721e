import fc from 'fast-check'
import type Stripe from 'stripe'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { aCustomer, aPrice, type Running, runStripe } from './server.ts'

let running: Running
let stripe: Stripe

beforeAll(async () => {
  running = await runStripe()
  stripe = running.stripe
})
afterAll(() => running.stop())

const daySeconds = 86_400
const start = Date.parse('2026-01-31T09:00:00Z') / 1000

interface Walk {
  clock: string
  now: number
  customer: string
  prices: Stripe.Price[]
}

async function begin(): Promise<Walk> {
  await running.control.reset()
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: start })
  const customer = await aCustomer(stripe, 'pm_card_visa', { test_clock: clock.id })
  const prices = [
    await aPrice(stripe),
    await aPrice(stripe, { unit_amount: 9999, product_data: { name: 'Business' } }),
    await aPrice(stripe, { unit_amount: 29_001, recurring: { interval: 'year' } }),
  ]
  return { clock: clock.id, now: start, customer: customer.id, prices }
}

const current = async (walk: Walk): Promise<Stripe.Subscription | undefined> =>
  (await stripe.subscriptions.list({ customer: walk.customer })).data[0]

type Step =
  | { do: 'advance'; hours: number }
  | {
      do: 'change'
      price: number
      quantity: number
      behavior: 'none' | 'create_prorations' | 'always_invoice'
    }
  | { do: 'card'; name: 'pm_card_visa' | 'pm_card_chargeCustomerFail' }
  | { do: 'cancelAtEnd'; yes: boolean }
  | { do: 'cancel' }
  | { do: 'start'; trialDays: number; off: boolean }

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('advance' as const), hours: fc.integer({ min: 1, max: 900 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      price: fc.nat(2),
      quantity: fc.integer({ min: 1, max: 7 }),
      behavior: fc.constantFrom('none', 'create_prorations', 'always_invoice'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('card' as const),
      name: fc.constantFrom('pm_card_visa', 'pm_card_chargeCustomerFail'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancelAtEnd' as const), yes: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('start' as const),
      trialDays: fc.constantFrom(0, 0, 14),
      off: fc.boolean(),
    }),
  },
)

async function take(walk: Walk, step: Step): Promise<void> {
  const subscription = await current(walk)
  if (step.do === 'advance') {
    walk.now += step.hours * 3600
    await stripe.testHelpers.testClocks.advance(walk.clock, { frozen_time: walk.now })
  } else if (step.do === 'card') {
    const method = await stripe.paymentMethods.attach(step.name, { customer: walk.customer })
    await stripe.customers.update(walk.customer, { invoice_settings: { default_payment_method: method.id } })
  } else if (step.do === 'start' && !subscription) {
    const coupon = await stripe.coupons.create({
      percent_off: 17,
      duration: 'repeating',
      duration_in_months: 3,
    })
    await stripe.subscriptions.create({
      customer: walk.customer,
      items: [{ price: walk.prices[0]!.id }],
      ...(step.trialDays ? { trial_period_days: step.trialDays } : {}),
      ...(step.off ? { discounts: [{ coupon: coupon.id }] } : {}),
    })
  } else if (subscription && step.do === 'change') {
    await stripe.subscriptions.update(subscription.id, {
      items: [
        { id: subscription.items.data[0]!.id, price: walk.prices[step.price]!.id, quantity: step.quantity },
      ],
      proration_behavior: step.behavior,
    })
  } else if (subscription && step.do === 'cancelAtEnd') {
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: step.yes })
  } else if (subscription && step.do === 'cancel') {
    await stripe.subscriptions.cancel(subscription.id)
  }
}

const sum = (amounts: number[]): number => amounts.reduce((all, one) => all + one, 0)

/** What holds at every moment, whatever happened before. */
async function holds(walk: Walk): Promise<void> {
  const invoices = await running.control.invoices()
  for (const invoice of invoices) {
    const off = sum((invoice.total_discount_amounts ?? []).map((one) => one.amount))
    expect(sum(invoice.lines.data.map((line) => line.amount))).toBe(invoice.subtotal)
    expect(invoice.subtotal - off).toBe(invoice.total)
    expect(Number.isInteger(invoice.total) && invoice.amount_due >= 0).toBe(true)
    if (invoice.status === 'paid')
      expect([invoice.amount_paid, invoice.amount_remaining]).toEqual([invoice.amount_due, 0])
    if (invoice.next_payment_attempt !== null) expect(invoice.next_payment_attempt).toBeGreaterThan(walk.now)
    if (invoice.automatically_finalizes_at !== null)
      expect(invoice.automatically_finalizes_at).toBeGreaterThan(walk.now)
  }
  const charges = await stripe.charges
    .list({ customer: walk.customer, limit: 100 })
    .autoPagingToArray({ limit: 1000 })
  const taken = sum(charges.filter((one) => one.paid).map((one) => one.amount))
  expect(taken).toBe(sum(invoices.map((one) => one.amount_paid)))
  expect(new Set(invoices.map((one) => one.number ?? one.id)).size).toBe(invoices.length)

  const events = await running.control.events()
  for (const subscription of await running.control.subscriptions()) {
    const told = events.find(
      ({ type, data }) =>
        type.startsWith('customer.subscription.') && (data.object as { id: string }).id === subscription.id,
    )
    const { status, cancel_at, ended_at, items } = subscription
    expect(told?.data.object).toMatchObject({ status, cancel_at, ended_at, items: { data: items.data } })
    if (!['active', 'trialing', 'past_due'].includes(status)) continue
    const { current_period_start, current_period_end } = items.data[0]!
    expect(current_period_start).toBeLessThanOrEqual(walk.now)
    expect(current_period_end).toBeGreaterThan(walk.now)
    expect(current_period_end - current_period_start).toBeLessThanOrEqual(366 * daySeconds)
  }
}

it('money adds up and the last event tells the present, whatever two years bring', async () => {
  const walks = fc.array(steps, { minLength: 20, maxLength: 40 })
  const property = fc.asyncProperty(walks, async (path) => {
    const walk = await begin()
    await take(walk, { do: 'start', trialDays: 0, off: true })
    for (const step of path) {
      await take(walk, step)
      await holds(walk)
    }
  })
  await fc.assert(property, { numRuns: 4, endOnFailure: true })
})
