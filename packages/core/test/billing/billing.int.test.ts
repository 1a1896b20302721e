import { limitKeys, roomFor } from '@insula/contracts'
import { listBillingInvoices, openPortal, overview, startCheckout, sweepBilling } from '@insula/core/billing'
import { syncSubscriptions } from '@insula/core/billing/stripe/subscriptions'
import type { Actor } from '@insula/core/kernel/actor'
import { claim } from '@insula/core/kernel/claims'
import { defaultPro } from '@insula/core/kernel/default-plans'
import { whoAmI } from '@insula/core/wiring/me'
import { AuditEntryModel, CheckoutModel } from '@insula/db'
import { stripeProvider } from '@insula/providers/stripe'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { must } from '@insula/testing/must'
import { onOwnStripe, stripeClient } from '@insula/testing/vendors'
import { beforeEach, describe, expect, test } from 'vitest'
import { customerOf, eventsOf, forgetStripe, learn, pay, planOf, pro, sessionOf } from './subscribing.ts'

onTheLocalCloud()
const stripe = onOwnStripe()

let actor: Actor
beforeEach(async () => {
  await forgetStripe()
  ;({ actor } = await aTenant())
})

describe('checkout', () => {
  test('two who upgrade at once land on one page', async () => {
    const urls = await Promise.all(Array.from({ length: 10 }, () => startCheckout(actor, pro)))
    expect(new Set(urls.map(({ url }) => url)).size).toBe(1)
    expect(await CheckoutModel.countDocuments({ tenantId: actor.tenantId })).toBe(1)
    expect((await stripe().events()).filter(({ type }) => type === 'customer.created')).toHaveLength(1)
  })

  test('is refused once a subscription runs, even before its event came', async () => {
    const { url } = await startCheckout(actor, pro)
    await stripe().completeCheckout(sessionOf(url))
    await expect(startCheckout(actor, pro)).rejects.toThrow('A subscription runs already')
    expect(await stripe().subscriptions()).toHaveLength(1)
  })

  test('is refused as long as a subscription runs, also when its own checkout is long over', async () => {
    await pay(stripe(), actor)
    await learn()
    await expect(startCheckout(actor, pro)).rejects.toThrow('A subscription runs already')
    const { data } = await stripeClient().checkout.sessions.list({ status: 'open' })
    expect(data).toEqual([])
  })

  test('a lost reply is asked for again with the same key and makes nothing twice', async () => {
    await stripe().dropNextReplies(2)
    await startCheckout(actor, pro)
    expect(await stripe().customers()).toHaveLength(1)
  })

  test('an outage is told as one, and afterwards the same checkout goes on', async () => {
    await startCheckout(actor, pro)
    await CheckoutModel.updateOne(
      { tenantId: actor.tenantId },
      { $set: { stripeSessionId: null, url: null } },
    )
    await stripe().failNext(3, 500)
    await expect(startCheckout(actor, pro)).rejects.toMatchObject({ code: 'unavailable' })
    await startCheckout(actor, pro)
    const { data } = await stripeClient().checkout.sessions.list({})
    expect(data).toHaveLength(1)
  })

  test('an expired page makes room for a new one', async () => {
    const { url } = await startCheckout(actor, pro)
    await stripeClient().checkout.sessions.expire(sessionOf(url))
    expect((await startCheckout(actor, pro)).url).not.toBe(url)
  })

  test('is at our price, in our currency, for our tenant', async () => {
    const { url } = await startCheckout(actor, pro)
    const session = await stripeClient().checkout.sessions.retrieve(sessionOf(url))
    expect(session).toMatchObject({
      amount_total: defaultPro.prices.month,
      currency: defaultPro.currency,
      client_reference_id: actor.tenantId,
      customer: await customerOf(actor),
    })
  })

  test('the portal is refused to who never paid', async () => {
    await expect(openPortal(actor)).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('a limit that is met', () => {
  test.each(limitKeys)(
    '%s: on the largest plan the refusal names what can be done, and no plan',
    async (key) => {
      const { actor: large } = await aTenant({ planId: 'pro' })
      const claimed = claim(large, key, defaultPro.limits[key] + 1)
      await expect(claimed).rejects.toMatchObject({
        code: 'limit_reached',
        message: expect.stringContaining(`No plan has more. ${roomFor[key]}`),
        details: expect.not.objectContaining({ upgradeTo: expect.anything() }),
      })
    },
  )

  test('below it the refusal names the plan that has more', async () => {
    await expect(claim(actor, 'seats', 10)).rejects.toMatchObject({ details: { upgradeTo: 'pro' } })
    const upgrades = async (planId: string) =>
      (await whoAmI((await aTenant({ planId })).owner)).tenant?.upgrades
    expect([(await upgrades('free'))?.seats, (await upgrades('pro'))?.seats]).toEqual(['Pro', undefined])
  })
})

describe('plans at Stripe', () => {
  const price = {
    productId: 'insula_test',
    name: 'Test',
    description: 'A test',
    lookupKey: 'insula_test',
    currency: 'eur',
    interval: 'month',
  } as const

  test('pushed again change nothing; another amount is another price under the same key, also on the way back', async () => {
    const first = await stripeProvider().pushPrice({ ...price, amount: 1_000 })
    expect(await stripeProvider().pushPrice({ ...price, amount: 1_000 })).toBe(first)
    const second = await stripeProvider().pushPrice({ ...price, amount: 2_000 })
    const third = await stripeProvider().pushPrice({ ...price, amount: 1_000 })
    expect(new Set([first, second, third]).size).toBe(3)
    const { data } = await stripeClient().prices.list({ lookup_keys: ['insula_test'] })
    expect(data).toMatchObject([{ id: third, unit_amount: 1_000 }])
  })
})

describe('what a subscription does', () => {
  test('a refused card gives nothing', async () => {
    const { url } = await startCheckout(actor, pro)
    const refused = stripe().completeCheckout(sessionOf(url), { card: '4000000000000002' })
    await expect(refused).rejects.toThrow('declined')
    await learn()
    expect(await planOf(actor)).toBe('free')
  })

  test('card 4242 gives Pro, its limits, and an invoice with a PDF; the log and the outbox say so once', async () => {
    await expect(claim(actor, 'storage-bytes', 1e9)).rejects.toMatchObject({ code: 'limit_reached' })
    await pay(stripe(), actor)
    await learn()
    await claim(actor, 'storage-bytes', 1e9)
    expect(await overview(actor)).toMatchObject({
      planId: 'pro',
      subscription: { planId: 'pro', state: 'active', cancelAtPeriodEnd: false },
      entitlements: defaultPro.limits,
    })
    const { items } = await listBillingInvoices(actor, { limit: 10 })
    expect(items).toMatchObject([
      { state: 'paid', total: defaultPro.prices.month, pdfUrl: expect.stringMatching(/^https?:/) },
    ])
    const { tenantId } = actor
    expect(await eventsOf(actor, 'subscription.activated')).toBe(1)
    expect(await eventsOf(actor, 'billing-invoice.paid')).toBe(1)
    expect(await AuditEntryModel.countDocuments({ tenantId, action: 'subscription.activated' })).toBe(1)
    expect(await CheckoutModel.findOne({ tenantId }).lean()).toMatchObject({ state: 'complete', url: null })
  })

  test('cancelled, it lasts to the end of the period; then what is stored stays, and no more can be claimed', async () => {
    await pay(stripe(), actor)
    await learn()
    await claim(actor, 'storage-bytes', 1e9)
    const [subscription] = await stripe().subscriptions()
    await stripeClient().subscriptions.update(must(subscription).id, { cancel_at_period_end: true })
    await learn()
    expect(await overview(actor)).toMatchObject({ planId: 'pro', subscription: { cancelAtPeriodEnd: true } })
    await stripe().clock.advance('1 month')
    await learn()
    expect(await overview(actor)).toMatchObject({
      planId: 'free',
      subscription: null,
      usage: expect.arrayContaining([expect.objectContaining({ key: 'storage-bytes', used: 1e9 })]),
    })
    await expect(claim(actor, 'storage-bytes', 1)).rejects.toMatchObject({ code: 'limit_reached' })
    expect(
      await AuditEntryModel.countDocuments({ tenantId: actor.tenantId, action: 'subscription.ended' }),
    ).toBe(1)
    await pay(stripe(), actor)
    await learn()
    expect(await planOf(actor)).toBe('pro')
  })

  test('a late payment takes nothing away for seven days', async () => {
    await pay(stripe(), actor)
    await learn()
    await stripe().declineNextCard()
    await stripe().clock.advance('1 month')
    await stripe().clock.advance('2 hours')
    const now = async () => new Date((await stripe().clock.now()) * 1_000)
    const customer = { tenantId: actor.tenantId, stripeCustomerId: await customerOf(actor) }
    await syncSubscriptions(customer, 'test', await now())
    expect(await overview(actor)).toMatchObject({ planId: 'pro', subscription: { state: 'past_due' } })
    const later = new Date((await now()).getTime() + 7 * 24 * 60 * 60_000)
    await sweepBilling(later)
    expect(await overview(actor)).toMatchObject({ planId: 'free', subscription: { state: 'past_due' } })
  })
})
