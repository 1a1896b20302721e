import type Stripe from 'stripe'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aCustomer, aPrice, ownStripe } from './server.ts'

const running = ownStripe()
let stripe: Stripe
let customer: Stripe.Customer
let subscription: Stripe.Subscription

beforeAll(() => {
  stripe = running.stripe
})
beforeEach(async () => {
  customer = await aCustomer(stripe)
  const price = await aPrice(stripe)
  subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
})

const post = (url: string, fields: Record<string, string>): Promise<Response> =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) })
const card = (cardNumber: string) => ({ cardNumber, cardExpiry: '12/40', cardCvc: '123', billingName: 'Ada' })

describe('the billing portal', () => {
  const open = async (more: Partial<Stripe.BillingPortal.SessionCreateParams> = {}): Promise<string> => {
    const session = await stripe.billingPortal.sessions.create({
      customer: customer.id,
      return_url: 'http://127.0.0.1:9/back',
      ...more,
    })
    return session.url
  }

  it('does not open for a made-up address', async () => {
    expect((await fetch(`${running.server.url}/portal/guess`)).status).toBe(404)
  })

  it('does not touch another customer’s subscription', async () => {
    const other = await aCustomer(stripe, 'pm_card_mastercard', { email: 'eve@example.com' })
    const url = await open({ customer: other.id })
    expect((await post(url, { action: 'cancel', subscription: subscription.id })).status).toBe(402)
    expect((await stripe.subscriptions.retrieve(subscription.id)).cancel_at_period_end).toBe(false)
  })

  it('does only what its configuration allows', async () => {
    const configuration = await stripe.billingPortal.configurations.create({
      features: { invoice_history: { enabled: true } },
    })
    const url = await open({ configuration: configuration.id })
    expect(await (await fetch(url)).text()).not.toContain('Cancel subscription')
    expect((await post(url, { action: 'cancel', subscription: subscription.id })).status).toBe(402)
  })

  it('cancels at the period’s end, takes it back, and leads home', async () => {
    const url = await open()
    expect(await (await fetch(url)).text()).toContain('http://127.0.0.1:9/back')
    await post(url, { action: 'cancel', subscription: subscription.id })
    expect((await stripe.subscriptions.retrieve(subscription.id)).cancel_at_period_end).toBe(true)
    expect(await (await fetch(url)).text()).toContain('Ends on')
    await post(url, { action: 'resume', subscription: subscription.id })
    expect((await stripe.subscriptions.retrieve(subscription.id)).cancel_at_period_end).toBe(false)
  })

  it('takes another card, unless the bank refuses it', async () => {
    const url = await open()
    const refused = await post(url, { action: 'card', ...card('4000000000000002') })
    expect(await refused.text()).toContain('Your card was declined.')
    await post(url, { action: 'card', ...card('5555 5555 5555 4444') })
    const after = await stripe.customers.retrieve(customer.id, {
      expand: ['invoice_settings.default_payment_method'],
    })
    expect(after).toMatchObject({
      invoice_settings: { default_payment_method: { card: { brand: 'mastercard', last4: '4444' } } },
    })
  })

  it('switches to an offered price and to no other', async () => {
    const bigger = await aPrice(stripe, { unit_amount: 9900, product_data: { name: 'Business' } })
    const hidden = await aPrice(stripe, { unit_amount: 1, product_data: { name: 'Hidden' } })
    const configuration = await stripe.billingPortal.configurations.create({
      features: {
        subscription_update: {
          enabled: true,
          default_allowed_updates: ['price'],
          products: [{ product: bigger.product as string, prices: [bigger.id] }],
          proration_behavior: 'always_invoice',
        },
      },
    })
    const url = await open({ configuration: configuration.id })
    expect(await (await fetch(url)).text()).toContain('Switch to Business ($99.00)')
    expect(
      (await post(url, { action: 'switch', subscription: subscription.id, price: hidden.id })).status,
    ).toBe(402)
    await post(url, { action: 'switch', subscription: subscription.id, price: bigger.id })
    expect((await stripe.subscriptions.retrieve(subscription.id)).items.data[0]?.price.id).toBe(bigger.id)
  })
})

describe('an invoice', () => {
  it('is a page and a real PDF', async () => {
    const invoice = await stripe.invoices.retrieve(subscription.latest_invoice as string)
    expect(invoice.number).toMatch(/^[A-Z0-9]{8}-0001$/)
    expect(await (await fetch(invoice.hosted_invoice_url!)).text()).toContain('$29.00')
    const pdf = await fetch(invoice.invoice_pdf!)
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    const bytes = Buffer.from(await pdf.arrayBuffer())
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
    expect(bytes.equals(Buffer.from(await (await fetch(invoice.invoice_pdf!)).arrayBuffer()))).toBe(true)
  })

  it('can be paid on its page with another card after a decline', async () => {
    await stripe.invoiceItems.create({
      customer: customer.id,
      amount: 700,
      currency: 'usd',
      description: 'Setup',
    })
    const draft = await stripe.invoices.create({
      customer: customer.id,
      pending_invoice_items_behavior: 'include',
    })
    await running.control.declineNextCard()
    await expect(stripe.invoices.pay(draft.id)).rejects.toMatchObject({ code: 'card_declined' })
    const open = await stripe.invoices.retrieve(draft.id)
    expect(open).toMatchObject({ status: 'open', attempt_count: 1, amount_remaining: 700 })
    const asked = await post(open.hosted_invoice_url!, card('4000 0027 6000 3184'))
    expect(asked.headers.get('location')).toContain('/authenticate/pi_')
    await post(asked.headers.get('location')!, { answer: 'complete' })
    const paid = await stripe.invoices.retrieve(draft.id, {
      expand: ['payments.data.payment.payment_intent'],
    })
    expect(paid).toMatchObject({
      status: 'paid',
      payments: { data: [{ status: 'paid', payment: { payment_intent: { status: 'succeeded' } } }] },
    })
    await expect(stripe.invoices.pay(draft.id)).rejects.toMatchObject({ code: 'invoice_already_paid' })
    await expect(stripe.invoices.voidInvoice(draft.id)).rejects.toMatchObject({ statusCode: 400 })
  })

  it('uses up a customer’s credit before the card', async () => {
    await stripe.customers.update(customer.id, { balance: -500 })
    await stripe.invoiceItems.create({ customer: customer.id, amount: 700, currency: 'usd' })
    const draft = await stripe.invoices.create({
      customer: customer.id,
      pending_invoice_items_behavior: 'include',
    })
    const paid = await stripe.invoices.pay(draft.id)
    expect(paid).toMatchObject({
      total: 700,
      amount_due: 200,
      amount_paid: 200,
      starting_balance: -500,
      ending_balance: 0,
    })
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ balance: 0 })
  })
})
