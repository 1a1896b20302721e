import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aPrice, aReceiver, type Receiver, type Running, runStripe } from './server.ts'

let running: Running
let receiver: Receiver

beforeAll(async () => {
  running = await runStripe()
  receiver = await aReceiver()
})
afterAll(async () => {
  await receiver.close()
  await running.stop()
})
beforeEach(async () => {
  await running.control.reset()
  receiver.received.length = 0
})

async function aSession(more: object = {}) {
  const price = await aPrice(running.stripe)
  const customer = await running.stripe.customers.create({ email: 'ada@example.com' })
  return running.stripe.checkout.sessions.create({
    mode: 'subscription',
    customer: customer.id,
    line_items: [{ price: price.id, quantity: 2 }],
    success_url: 'http://127.0.0.1:9/done?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://127.0.0.1:9/plans',
    subscription_data: { metadata: { tenant: 'acme' } },
    ...more,
  })
}

const submit = (url: string, cardNumber: string, more: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      cardNumber,
      cardExpiry: '12 / 40',
      cardCvc: '123',
      billingName: 'Ada',
      email: 'ada@example.com',
      ...more,
    }),
  })

describe('the hosted checkout page', () => {
  it('says why a card is declined and leaves the session open', async () => {
    const session = await aSession()
    const answer = await submit(session.url!, '4000 0000 0000 9995')
    expect(answer.status).toBe(402)
    expect(await answer.text()).toContain('Your card has insufficient funds.')
    const after = await running.stripe.checkout.sessions.retrieve(session.id)
    expect(after).toMatchObject({ status: 'open', subscription: null, payment_status: 'unpaid' })
    expect((await running.stripe.subscriptions.list({ status: 'all' })).data).toEqual([])
  })

  it('shows what is bought, a way back and labelled fields', async () => {
    const session = await aSession()
    const page = await (await fetch(session.url!)).text()
    expect(page).toContain('$58.00')
    expect(page).toContain('href="http://127.0.0.1:9/plans"')
    for (const label of ['E-mail', 'Card number', 'CVC', 'Name on card'])
      expect(page).toMatch(new RegExp(`<label for="\\w+">${label}`))
  })

  it('starts the subscription, pays its invoice and sends the buyer back', async () => {
    await running.control.forwardTo(receiver.url, 'whsec_known')
    const session = await aSession()
    const answer = await submit(session.url!, '4242 4242 4242 4242')
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe(`http://127.0.0.1:9/done?session=${session.id}`)

    const done = await running.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription.latest_invoice', 'customer', 'line_items'],
    })
    expect(done).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      subscription: {
        status: 'active',
        metadata: { tenant: 'acme' },
        latest_invoice: { status: 'paid', amount_paid: 5800 },
      },
    })
    expect(done.line_items?.data).toHaveLength(1)

    const events = await receiver.until((all) =>
      all.some((event) => event.type === 'checkout.session.completed'),
    )
    const types = events.map((event) => event.type)
    expect(types).toEqual(
      expect.arrayContaining(['customer.subscription.created', 'invoice.paid', 'payment_intent.succeeded']),
    )
    for (const { body, signature } of receiver.received) {
      const event = await running.stripe.webhooks.constructEventAsync(body, signature, 'whsec_known')
      expect(event.api_version).toBe('2026-10-28.endive')
    }
  })

  it('asks a 3D Secure card to authenticate first', async () => {
    const session = await aSession()
    const asked = await submit(session.url!, '4000 0025 0000 3155')
    const url = new URL(asked.headers.get('location')!, session.url!)
    expect(await (await fetch(url)).text()).toContain('3D Secure')
    const refused = await fetch(url, { method: 'POST', body: new URLSearchParams({ answer: 'fail' }) })
    expect(refused.status).toBe(402)
    const agreed = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ answer: 'complete' }),
    })
    expect(agreed.headers.get('location')).toContain(session.id)
    expect((await running.stripe.checkout.sessions.retrieve(session.id)).status).toBe('complete')
  })

  it('takes a one-time payment', async () => {
    const price = await aPrice(running.stripe, { recurring: undefined as never })
    const session = await aSession({
      mode: 'payment',
      line_items: [{ price: price.id, quantity: 1 }],
      subscription_data: undefined,
    })
    await running.control.completeCheckout(session.id)
    const done = await running.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent.latest_charge'],
    })
    expect(done).toMatchObject({
      payment_status: 'paid',
      payment_intent: { status: 'succeeded', latest_charge: { paid: true } },
    })
  })

  it('saves a card in setup mode', async () => {
    const session = await aSession({
      mode: 'setup',
      line_items: undefined,
      subscription_data: undefined,
      currency: 'usd',
    })
    await running.control.completeCheckout(session.id)
    const done = await running.stripe.checkout.sessions.retrieve(session.id, { expand: ['setup_intent'] })
    expect(done).toMatchObject({
      payment_status: 'no_payment_required',
      setup_intent: { status: 'succeeded' },
    })
    const cards = await running.stripe.customers.listPaymentMethods(done.customer as string)
    expect(cards.data).toHaveLength(1)
  })

  it('does not complete twice', async () => {
    const session = await aSession()
    await running.control.completeCheckout(session.id)
    await expect(running.control.completeCheckout(session.id)).rejects.toThrow('complete')
    expect((await running.stripe.subscriptions.list()).data).toHaveLength(1)
  })
})

describe('a session with something off', () => {
  const promoted = async (percent_off: number): Promise<string> => {
    const coupon = await running.stripe.coupons.create({ percent_off })
    await running.stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      code: 'WELCOME',
    })
    return coupon.id
  }

  it('refuses a code that does not exist and one used up', async () => {
    await promoted(50)
    const session = await aSession({ allow_promotion_codes: true })
    const wrong = await submit(session.url!, '4242424242424242', { promotionCode: 'NOPE' })
    expect(await wrong.text()).toContain('This promotion code does not exist.')
    await expect(aSession({ discounts: [{ coupon: 'none' }] })).rejects.toMatchObject({
      code: 'resource_missing',
    })
  })

  it('takes the typed code off the first invoice', async () => {
    await promoted(50)
    const session = await aSession({ allow_promotion_codes: true })
    expect((await submit(session.url!, '4242424242424242', { promotionCode: 'welcome' })).status).toBe(303)
    const done = await running.stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice'] })
    expect(done).toMatchObject({
      amount_subtotal: 5800,
      amount_total: 2900,
      total_details: { amount_discount: 2900 },
      invoice: { total: 2900, amount_paid: 2900 },
    })
  })

  it('shows and charges a one-time payment less its discount', async () => {
    const coupon = await promoted(33)
    const price = await aPrice(running.stripe, { recurring: undefined as never, unit_amount: 999 })
    const line_items = [{ price: price.id, quantity: 1 }]
    const session = await aSession({
      mode: 'payment',
      line_items,
      subscription_data: undefined,
      discounts: [{ coupon }],
    })
    expect(session).toMatchObject({ amount_subtotal: 999, amount_total: 669 })
    expect(await (await fetch(session.url!)).text()).toContain('$6.69')
    await running.control.completeCheckout(session.id)
    const done = await running.stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] })
    expect(done).toMatchObject({ payment_intent: { amount_received: 669 } })
  })

  it('starts a trial without a card where told to ask only if required', async () => {
    const session = await aSession({
      payment_method_collection: 'if_required',
      subscription_data: { trial_period_days: 7 },
    })
    expect(await (await fetch(session.url!)).text()).not.toContain('Card number')
    const answer = await fetch(session.url!, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({}),
    })
    expect(answer.status).toBe(303)
    const [subscription] = (await running.stripe.subscriptions.list()).data
    expect(subscription).toMatchObject({ status: 'trialing', default_payment_method: null })
  })
})
