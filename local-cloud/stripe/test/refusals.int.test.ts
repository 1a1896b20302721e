import Stripe from 'stripe'
import { beforeAll, describe, expect, it } from 'vitest'
import { declines } from '../src/card-behaviour.ts'
import { behaviourOf, passesLuhn } from '../src/cards.ts'
import { cardNames, testCards } from '../src/test-cards.ts'
import { aCustomer, aPrice, ownStripe } from './server.ts'

const running = ownStripe()
let stripe: Stripe

beforeAll(() => {
  stripe = running.stripe
})

/** What a call is refused with; fails if it is not. */
async function refusalOf(call: Promise<unknown>) {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Stripe.errors.StripeError)) throw error ?? new Error('the call succeeded')
  const { statusCode, code, param, decline_code: decline, message } = error
  return { status: statusCode, code, param, decline, message }
}

const charge = (more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  stripe.paymentIntents.create({
    amount: 2900,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    confirm: true,
    return_url: 'https://example.com',
    ...more,
  })
const attached = async (customer: string, card = 'pm_card_visa') =>
  (await stripe.paymentMethods.attach(card, { customer })).id

describe('a card that may not be used', () => {
  it('because it was detached serves no payment, no customer and no setup again', async () => {
    const customer = (await aCustomer(stripe)).id
    const card = await attached(customer)
    await stripe.paymentMethods.detach(card)
    const refused = { status: 400, code: 'payment_method_unexpected_state' }
    expect(await refusalOf(charge({ payment_method: card }))).toMatchObject(refused)
    expect(await refusalOf(charge({ payment_method: card, customer }))).toMatchObject(refused)
    expect(await refusalOf(attached(customer, card))).toMatchObject(refused)
    const setup = stripe.setupIntents.create({ payment_method: card, confirm: true, customer })
    expect(await refusalOf(setup)).toMatchObject(refused)
  })

  it('because it was used once without a customer serves no second time, whether or not it was declined', async () => {
    for (const token of ['tok_visa', 'tok_chargeDeclined']) {
      const { id } = await stripe.paymentMethods.create({ type: 'card', card: { token } })
      await charge({ payment_method: id }).catch(() => {})
      expect(await refusalOf(charge({ payment_method: id }))).toMatchObject({
        status: 400,
        message: expect.stringContaining('It may not be used again'),
      })
    }
  })

  it('because it is another customer’s is refused by name, at every door', async () => {
    const [mine, theirs] = [(await aCustomer(stripe)).id, (await aCustomer(stripe)).id]
    const card = await attached(theirs)
    const notMine = {
      status: 400,
      param: 'payment_method',
      message: expect.stringMatching(/does not belong/),
    }
    expect(await refusalOf(charge({ payment_method: card, customer: mine }))).toMatchObject(notMine)
    expect(await refusalOf(charge({ payment_method: card, customer: mine, confirm: false }))).toMatchObject(
      notMine,
    )
    expect(await refusalOf(charge({ payment_method: card }))).toMatchObject({
      code: 'parameter_missing',
      param: 'source',
    })
    const setup = { payment_method: card, customer: mine }
    expect(await refusalOf(stripe.setupIntents.create(setup))).toMatchObject(notMine)
    expect(await refusalOf(stripe.setupIntents.create({ payment_method: card }))).toMatchObject({
      param: 'payment_method',
    })
    const notAttached = { status: 400, code: 'resource_missing' }
    const price = (await aPrice(stripe)).id
    const own = await attached(mine)
    const subscribe = (default_payment_method: string) =>
      stripe.subscriptions.create({ customer: mine, items: [{ price }], default_payment_method })
    expect(await refusalOf(subscribe(card))).toMatchObject(notAttached)
    const { id } = await subscribe(own)
    expect(await refusalOf(stripe.subscriptions.update(id, { default_payment_method: card }))).toMatchObject(
      notAttached,
    )
    const invoice = { customer: mine, default_payment_method: card }
    expect(await refusalOf(stripe.invoices.create(invoice))).toMatchObject(notAttached)
    const settings = { invoice_settings: { default_payment_method: card } }
    expect(await refusalOf(stripe.customers.update(mine, settings))).toMatchObject(notAttached)
  })

  it('because its customer was deleted serves nobody', async () => {
    const customer = (await aCustomer(stripe)).id
    const card = await attached(customer)
    await stripe.customers.del(customer)
    expect(await refusalOf(charge({ payment_method: card }))).toMatchObject({
      code: 'payment_method_unexpected_state',
    })
  })

  it('and is the default of a subscription goes out of it when it is detached', async () => {
    const customer = (await aCustomer(stripe)).id
    const card = await attached(customer)
    const { id } = await stripe.subscriptions.create({
      customer,
      items: [{ price: (await aPrice(stripe)).id }],
      default_payment_method: card,
    })
    await stripe.paymentMethods.detach(card)
    expect((await stripe.subscriptions.retrieve(id)).default_payment_method).toBeNull()
  })

  it('fails its setup, with and without a customer', async () => {
    const customer = (await aCustomer(stripe)).id
    for (const more of [{}, { customer }]) {
      const setup = { payment_method: 'pm_card_visa_chargeDeclined', confirm: true, ...more }
      expect(await refusalOf(stripe.setupIntents.create(setup))).toMatchObject({
        status: 402,
        code: 'card_declined',
        decline: 'generic_decline',
      })
    }
    const { data } = await stripe.setupIntents.list({ limit: 2 })
    for (const intent of data) {
      expect(intent).toMatchObject({
        status: 'requires_payment_method',
        last_setup_error: { code: 'card_declined' },
      })
    }
  })
})

describe('an amount', () => {
  it.each([
    ['usd', 49, 'amount_too_small'],
    ['eur', 1, 'amount_too_small'],
    ['gbp', 29, 'amount_too_small'],
    ['jpy', 49, 'amount_too_small'],
    ['huf', 17_499, 'amount_too_small'],
    ['usd', 100_000_000, 'amount_too_large'],
    ['inr', 1_000_000_000, 'amount_too_large'],
    ['usd', 0, 'parameter_invalid_integer'],
    ['usd', -1, 'parameter_invalid_integer'],
  ])('of %s %i is refused as %s', async (currency, amount, code) => {
    const refused = { status: 400, code, param: 'amount' }
    expect(await refusalOf(charge({ currency, amount }))).toMatchObject(refused)
    const intent = await charge({ currency, amount: 50_000, confirm: false })
    expect(await refusalOf(stripe.paymentIntents.update(intent.id, { amount }))).toMatchObject(refused)
  })

  it.each([
    ['usd', 50],
    ['gbp', 30],
    ['jpy', 50],
    ['usd', 99_999_999],
    ['inr', 999_999_999],
    ['idr', 999_999_999_999],
  ])('of %s %i is taken', async (currency, amount) => {
    expect(await charge({ currency, amount })).toMatchObject({ status: 'succeeded', amount })
  })

  it('on an invoice has no least, but a most', async () => {
    const item = { customer: (await aCustomer(stripe)).id, currency: 'usd' }
    expect(await stripe.invoiceItems.create({ ...item, amount: 1 })).toMatchObject({ amount: 1 })
    const large = stripe.invoiceItems.create({ ...item, amount: 100_000_000 })
    expect(await refusalOf(large)).toMatchObject({ code: 'amount_too_large', param: 'amount' })
  })
})

describe('a currency that Stripe does not charge in', () => {
  it('is refused wherever one is named, with those that it does', async () => {
    const product = (await stripe.products.create({ name: 'Sold' })).id
    const customer = (await aCustomer(stripe)).id
    const refused = {
      status: 400,
      param: 'currency',
      message: expect.stringMatching(/^Invalid currency: xxx\. .*usd, aed, .*zmw$/),
    }
    for (const call of [
      charge({ currency: 'xxx' }),
      stripe.prices.create({ product, unit_amount: 100, currency: 'XXX' }),
      stripe.invoiceItems.create({ customer, amount: 100, currency: 'xxx' }),
      stripe.invoices.create({ customer, currency: 'xxx' }),
      stripe.coupons.create({ amount_off: 100, currency: 'xxx' }),
    ]) {
      expect(await refusalOf(call)).toMatchObject(refused)
    }
  })

  it('is taken in capitals where it does', async () => {
    expect(await charge({ currency: 'EUR' })).toMatchObject({ currency: 'eur' })
  })
})

describe('an empty value', () => {
  it('takes a customer’s address and description away', async () => {
    const { id } = await stripe.customers.create({ email: 'a@example.com', description: 'x', name: 'A' })
    const params = { email: '', description: '' }
    expect(await stripe.customers.update(id, params)).toMatchObject({ email: null, description: null })
    expect(await stripe.customers.create({ email: '' })).toMatchObject({ email: null })
  })

  it('is refused where there must be one', async () => {
    const { id } = await stripe.customers.create({})
    const metadata = stripe.products.create({ name: '' })
    expect(await refusalOf(metadata)).toMatchObject({ code: 'parameter_invalid_empty', param: 'name' })
    expect(await refusalOf(stripe.customers.update(id, { email: 'nobody' }))).toMatchObject({
      code: 'email_invalid',
    })
  })
})

describe('the documented test cards', () => {
  it('all pass the check of their digits', () => {
    expect([...testCards.keys()].filter((number) => !passesLuhn(number))).toEqual([])
    expect(cardNames.size).toBeGreaterThan(95)
  })

  it.each([...cardNames])('pm_card_%s does what its number does', async (name, number) => {
    const { decline, authentication } = behaviourOf(number) ?? {}
    const intent = charge({ payment_method: `pm_card_${name}` })
    if (authentication) expect(await intent).toMatchObject({ status: 'requires_action' })
    else if (decline) {
      expect(await refusalOf(intent)).toMatchObject({
        status: 402,
        code: declines[decline][0],
        decline,
      })
    } else {
      const { latest_charge } = await intent
      const made = await stripe.charges.retrieve(String(latest_charge))
      expect(made.payment_method_details?.card?.last4).toBe(number.slice(-4))
    }
  })

  it.each([
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', 'card_declined', 'card_velocity_exceeded'],
    ['pm_card_radarBlock', 'card_declined', 'fraudulent'],
  ])('%s is refused with %s and %s', async (payment_method, code, decline) => {
    expect(await refusalOf(charge({ payment_method }))).toMatchObject({ status: 402, code, decline })
  })

  it('whose refund waits succeeds a while later; whose refund fails gives the money back to us', async () => {
    const refundOf = async (payment_method: string) => {
      const { id } = await charge({ payment_method })
      return stripe.refunds.create({ payment_intent: id })
    }
    const pending = await refundOf('pm_card_pendingRefund')
    const failing = await refundOf('pm_card_refundFail')
    expect([pending.status, failing.status]).toEqual(['pending', 'succeeded'])
    await running.control.clock.advance('2 minutes')
    expect(await stripe.refunds.retrieve(pending.id)).toMatchObject({ status: 'succeeded' })
    expect(await stripe.refunds.retrieve(failing.id)).toMatchObject({ status: 'failed' })
    expect(await stripe.charges.retrieve(String(failing.charge))).toMatchObject({
      amount_refunded: 0,
      refunded: false,
    })
  })

  it.each([
    ['pm_card_createDispute', ['needs_response']],
    ['pm_card_createDisputeInquiry', ['warning_needs_response']],
    ['pm_card_createMultipleDisputes', ['needs_response', 'needs_response']],
  ])('%s opens %j', async (payment_method, states) => {
    const { id } = await charge({ payment_method })
    const { data } = await stripe.disputes.list({ payment_intent: id })
    expect(data.map(({ status }) => status)).toEqual(states)
  })
})
