import type Stripe from 'stripe'
import { beforeAll, describe, expect, it } from 'vitest'
import { aScene, at, eventTypes, periodEnd } from './scene.ts'
import { aCustomer, aPrice, ownStripe } from './server.ts'

const running = ownStripe()
let stripe: Stripe

beforeAll(() => {
  stripe = running.stripe
})

describe('a declined card', () => {
  it('leaves no subscription behind when told to error', async () => {
    const scene = await aScene(stripe, '2026-01-31T00:00:00Z', 'pm_card_chargeCustomerFail')
    const call = scene.subscribe({ payment_behavior: 'error_if_incomplete' })
    await expect(call).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' })
    expect((await stripe.subscriptions.list({ status: 'all' })).data).toEqual([])
  })

  it('leaves an incomplete subscription that expires after 23 hours', async () => {
    const scene = await aScene(stripe, '2026-01-31T00:00:00Z', 'pm_card_chargeCustomerFail')
    expect((await scene.subscribe()).status).toBe('incomplete')
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
    const scene = await aScene(stripe, '2027-12-31T10:00:00Z')
    expect(periodEnd(await scene.subscribe())).toBe('2028-01-31')
    expect(periodEnd(await scene.to('2028-01-31T12:00:00Z'))).toBe('2028-02-29')
    expect(periodEnd(await scene.to('2028-02-29T12:00:00Z'))).toBe('2028-03-31')
    expect(periodEnd(await scene.to('2028-04-01T12:00:00Z'))).toBe('2028-04-30')
  })

  it('drafts an invoice and collects it an hour later', async () => {
    const scene = await aScene(stripe, '2026-03-15T10:00:00Z')
    await scene.subscribe()
    const renewed = await scene.to('2026-04-15T10:30:00Z')
    expect(renewed.status).toBe('active')
    expect((await scene.invoices())[0]).toMatchObject({
      status: 'draft',
      billing_reason: 'subscription_cycle',
    })
    expect(await eventTypes(stripe)).toContain('invoice.upcoming')
    await scene.to('2026-04-15T11:30:00Z')
    const [latest, first] = await scene.invoices()
    expect(latest).toMatchObject({ status: 'paid', amount_paid: 2900, attempt_count: 1 })
    expect(first).toMatchObject({ status: 'paid', billing_reason: 'subscription_create' })
    expect(latest?.number).not.toBe(first?.number)
  })

  it('catches up over many periods in one step, one invoice each', async () => {
    const scene = await aScene(stripe, '2026-01-10T00:00:00Z')
    await scene.subscribe()
    await scene.to('2027-01-10T02:00:00Z')
    const invoices = await scene.invoices()
    expect(invoices).toHaveLength(13)
    expect(new Set(invoices.map((one) => one.status))).toEqual(new Set(['paid']))
    expect(
      invoices.every((one) => one.lines.data.reduce((sum, line) => sum + line.amount, 0) === one.total),
    ).toBe(true)
  })
})

describe('an invoice that is sent', () => {
  it('waits for its payer', async () => {
    const scene = await aScene(stripe, '2026-03-15T00:00:00Z')
    await expect(scene.subscribe({ collection_method: 'send_invoice' })).rejects.toMatchObject({
      param: 'days_until_due',
    })
    const subscription = await scene.subscribe({ collection_method: 'send_invoice', days_until_due: 14 })
    expect(subscription.status).toBe('active')
    const [invoice] = await scene.invoices()
    expect(invoice).toMatchObject({ status: 'open', attempt_count: 0, due_date: at('2026-03-29T00:00:00Z') })
    expect(await stripe.invoices.pay(invoice!.id, { paid_out_of_band: true })).toMatchObject({
      status: 'paid',
    })
  })
})

describe('the card of a first payment', () => {
  it('becomes the subscription’s own where told so', async () => {
    const scene = await aScene(stripe, '2026-03-15T00:00:00Z')
    const payment_settings = { save_default_payment_method: 'on_subscription' } as const
    const subscription = await scene.subscribe({ payment_settings })
    expect(subscription.default_payment_method).toBe(scene.customer.invoice_settings.default_payment_method)
  })

  it('is taken from the intent of a subscription that began incomplete', async () => {
    const scene = await aScene(stripe, '2026-03-15T00:00:00Z')
    const begun = await scene.subscribe({
      payment_behavior: 'default_incomplete',
      expand: ['latest_invoice.payments'],
    })
    expect(begun.status).toBe('incomplete')
    const [payment] = (begun.latest_invoice as Stripe.Invoice).payments!.data
    const intent = payment!.payment.payment_intent as string
    const asked = await stripe.paymentIntents.confirm(intent, {
      payment_method: 'pm_card_authenticationRequired',
      return_url: 'http://127.0.0.1:9/back',
    })
    expect(asked.status).toBe('requires_action')
    const page = asked.next_action!.redirect_to_url!.url!
    const back = await fetch(page, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ answer: 'complete' }),
    })
    expect(back.headers.get('location')).toContain(`http://127.0.0.1:9/back?payment_intent=${intent}`)
    expect((await stripe.subscriptions.retrieve(begun.id)).status).toBe('active')
  })
})

describe('a trial', () => {
  it('warns three days ahead, then bills', async () => {
    const scene = await aScene(stripe, '2026-05-01T00:00:00Z')
    const trial = await scene.subscribe({ trial_period_days: 14 })
    expect(trial).toMatchObject({ status: 'trialing', trial_end: at('2026-05-15T00:00:00Z') })
    expect((await scene.invoices())[0]).toMatchObject({ total: 0, status: 'paid' })
    await scene.to('2026-05-12T01:00:00Z')
    expect(await eventTypes(stripe)).toContain('customer.subscription.trial_will_end')
    const after = await scene.to('2026-05-15T02:00:00Z')
    expect(after).toMatchObject({ status: 'active' })
    expect(periodEnd(after)).toBe('2026-06-15')
    expect((await scene.invoices())[0]).toMatchObject({ total: 2900, status: 'paid' })
  })

  it('pauses without a card where asked to', async () => {
    const scene = await aScene(stripe, '2026-05-01T00:00:00Z')
    await stripe.paymentMethods.detach(scene.customer.invoice_settings.default_payment_method as string)
    await scene.subscribe({
      trial_period_days: 7,
      trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
    })
    expect((await scene.to('2026-05-09T00:00:00Z')).status).toBe('paused')
  })
})

describe('dunning', () => {
  it('retries after 3, 5 and 7 days, then cancels', async () => {
    const scene = await aScene(stripe, '2026-02-01T00:00:00Z')
    await scene.subscribe()
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: scene.customer.id,
    })
    await stripe.customers.update(scene.customer.id, { invoice_settings: { default_payment_method: bad.id } })
    expect((await scene.to('2026-03-01T02:00:00Z')).status).toBe('past_due')
    await scene.to('2026-03-04T02:00:00Z')
    expect((await scene.invoices())[0]).toMatchObject({ status: 'open', attempt_count: 2 })
    await scene.to('2026-03-09T02:00:00Z')
    const ended = await scene.to('2026-03-16T02:00:00Z')
    expect(ended).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'payment_failed' } })
    expect((await scene.invoices())[0]).toMatchObject({ attempt_count: 4, next_payment_attempt: null })
    expect((await eventTypes(stripe)).filter((type) => type === 'invoice.payment_failed')).toHaveLength(4)
  })

  it('ends well when a good card comes in time', async () => {
    const scene = await aScene(stripe, '2026-02-01T00:00:00Z')
    await scene.subscribe()
    await running.control.declineNextCard('insufficient_funds')
    expect((await scene.to('2026-03-01T02:00:00Z')).status).toBe('past_due')
    const healed = await scene.to('2026-03-04T02:00:00Z')
    expect(healed.status).toBe('active')
    expect(await stripe.customers.retrieve(scene.customer.id)).toMatchObject({ delinquent: false })
  })
})

describe('cancellation', () => {
  it('at period end keeps the subscription until then, and can be taken back', async () => {
    const scene = await aScene(stripe, '2026-04-01T00:00:00Z')
    const { id } = await scene.subscribe()
    const marked = await stripe.subscriptions.update(id, { cancel_at_period_end: true })
    expect(marked).toMatchObject({ status: 'active', cancel_at: at('2026-05-01T00:00:00Z') })
    const kept = await stripe.subscriptions.update(id, { cancel_at_period_end: false })
    expect(kept).toMatchObject({ cancel_at: null, canceled_at: null })
    await stripe.subscriptions.update(id, { cancel_at_period_end: true })
    const ended = await scene.to('2026-05-01T00:00:01Z')
    expect(ended).toMatchObject({ status: 'canceled', ended_at: at('2026-05-01T00:00:00Z') })
    expect(await scene.invoices()).toHaveLength(1)
    expect(await eventTypes(stripe)).toContain('customer.subscription.deleted')
  })

  it('at period end follows the period when it changes', async () => {
    const scene = await aScene(stripe, '2026-04-01T00:00:00Z')
    const { id, items } = await scene.subscribe()
    const yearly = await aPrice(stripe, { recurring: { interval: 'year' } })
    await stripe.subscriptions.update(id, { items: [{ id: items.data[0]!.id, price: yearly.id }] })
    await stripe.subscriptions.update(id, { cancel_at_period_end: true })
    const item = { id: items.data[0]!.id, price: scene.price.id }
    const changed = await stripe.subscriptions.update(id, { items: [item] })
    expect(changed).toMatchObject({ cancel_at_period_end: true, cancel_at: at('2026-05-01T00:00:00Z') })
    expect(await scene.to('2026-05-01T00:00:01Z')).toMatchObject({ status: 'canceled' })
  })

  it('now is final', async () => {
    const scene = await aScene(stripe, '2026-04-01T00:00:00Z')
    const { id } = await scene.subscribe()
    expect(await stripe.subscriptions.cancel(id)).toMatchObject({ status: 'canceled' })
    await expect(stripe.subscriptions.cancel(id)).rejects.toMatchObject({ statusCode: 404 })
    expect((await stripe.subscriptions.list()).data).toEqual([])
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
    expect((await running.control.clock.now()) - before).toBeGreaterThan(28 * 86_400)
    expect((await running.control.invoices()).map((one) => one.status)).toEqual(['paid', 'paid'])
  })
})
