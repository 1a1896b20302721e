import {
  applyStripeEvent,
  catchUpWithStripe,
  listBillingInvoices,
  startCheckout,
  sweepBilling,
} from '@insula/core/billing'
import { fenced } from '@insula/core/billing/stripe/fenced'
import type { Actor } from '@insula/core/kernel/actor'
import { StripeEventModel } from '@insula/db'
import { queueOf } from '@insula/jobs'
import { billingJobs } from '@insula/jobs/billing'
import { stripeProvider } from '@insula/providers/stripe'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { must } from '@insula/testing/must'
import { seededRandom, shuffled } from '@insula/testing/random'
import { onOwnStripe, stripeClient } from '@insula/testing/vendors'
import { beforeEach, expect, test } from 'vitest'
import { eventsOf, forgetStripe, learn, pay, planOf, pro } from './subscribing.ts'

onTheLocalCloud()
const stripe = onOwnStripe()

let actor: Actor
beforeEach(async () => {
  await forgetStripe()
  ;({ actor } = await aTenant())
})

test('a slow older read never overwrites a newer one', async () => {
  const applied: string[] = []
  const reading = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<string>()
  const slowRead = () => {
    reading.resolve()
    return answer.promise
  }
  const apply = async (what: string) => applied.push(what)
  const older = fenced('cus_fenced', slowRead, apply)
  await reading.promise
  await fenced('cus_fenced', async () => 'newer', apply)
  answer.resolve('older')
  expect(await older).toBe('outrun')
  expect(applied).toEqual(['newer'])
})

test('events in any order and any number of times come to the same', async () => {
  const random = seededRandom('order of events')
  for (let round = 0; round < 5; round += 1) {
    const { actor: another } = await aTenant()
    await pay(stripe(), another)
    await learn((ids) => shuffled([...ids, ...ids], random))
    expect(await planOf(another)).toBe('pro')
    expect(await eventsOf(another, 'subscription.activated')).toBe(1)
    expect(await eventsOf(another, 'subscription.changed')).toBe(0)
    expect((await listBillingInvoices(another, { limit: 10 })).items).toMatchObject([{ state: 'paid' }])
  }
})

test('a hundred workers applying one event at once have one effect', async () => {
  await pay(stripe(), actor)
  await catchUpWithStripe()
  const event = await StripeEventModel.findOne({ type: 'customer.subscription.created' }).lean()
  await Promise.allSettled(Array.from({ length: 100 }, () => applyStripeEvent(event?._id ?? '')))
  expect(await planOf(actor)).toBe('pro')
  expect(await eventsOf(actor, 'subscription.activated')).toBe(1)
})

test('an event from before the end, coming after it, brings nothing back', async () => {
  await pay(stripe(), actor)
  await learn()
  const [subscription] = await stripe().subscriptions()
  await stripeClient().subscriptions.cancel(must(subscription).id)
  await learn()
  expect(await planOf(actor)).toBe('free')
  await StripeEventModel.updateOne({ type: 'customer.subscription.created' }, { $set: { state: 'received' } })
  await learn()
  expect(await planOf(actor)).toBe('free')
})

test('an event about a customer that is none of ours is parked', async () => {
  await startCheckout(actor, pro)
  const stranger = await stripeClient().customers.create({ metadata: { tenantId: actor.tenantId } })
  const price = await stripeProvider().pushPrice({
    productId: 'insula_pro',
    name: 'Insula Pro',
    description: 'x',
    lookupKey: 'stranger',
    amount: 100,
    currency: 'eur',
    interval: 'month',
  })
  const method = await stripeClient().paymentMethods.attach('pm_card_visa', { customer: stranger.id })
  await stripeClient().subscriptions.create({
    customer: stranger.id,
    items: [{ price }],
    default_payment_method: method.id,
    metadata: { tenantId: actor.tenantId },
  })
  await learn()
  expect(await planOf(actor)).toBe('free')
  const parked = await StripeEventModel.find({ stripeCustomerId: stranger.id }).lean()
  expect(parked.length).toBeGreaterThan(0)
  expect(parked.every(({ state, reason }) => state === 'parked' && reason?.includes('none of ours'))).toBe(
    true,
  )
})

test('a subscription that names another tenant gives that one nothing', async () => {
  const { actor: other } = await aTenant()
  await pay(stripe(), actor)
  await learn()
  const [subscription] = await stripe().subscriptions()
  await stripeClient().subscriptions.update(must(subscription).id, { metadata: { tenantId: other.tenantId } })
  await learn()
  expect([await planOf(actor), await planOf(other)]).toEqual(['pro', 'free'])
})

test('what happened while nobody listened is asked for afterwards, once', async () => {
  await pay(stripe(), actor)
  await stripe().clock.advance('6 hours')
  expect(await catchUpWithStripe()).toBeGreaterThan(3)
  expect(await catchUpWithStripe()).toBe(0)
})

test('an event that was stored but lost by the queue is found by the sweep', async () => {
  await pay(stripe(), actor)
  const news = await catchUpWithStripe()
  await queueOf('billing').obliterate({ force: true })
  expect(await sweepBilling()).toBe(0)
  expect(await sweepBilling(new Date(Date.now() + 20_000))).toBe(news)
  expect(await sweepBilling(new Date(Date.now() + 21_000))).toBe(0)
  const jobs = await queueOf('billing').getJobs()
  const received = await StripeEventModel.find({ state: 'received' }).lean()
  const applying = jobs.filter(({ name }) => name === billingJobs.applyStripeEvent.name)
  expect(applying.map(({ data }) => data.eventId).sort()).toEqual(received.map(({ _id }) => _id).sort())
})

test('an event that was parked stays so, however often it is given out', async () => {
  await pay(stripe(), actor)
  await catchUpWithStripe()
  const { matchedCount } = await StripeEventModel.updateMany(
    { type: 'customer.subscription.created' },
    { $set: { state: 'parked', reason: 'odd', type: 'invoice.paid', objectId: null } },
  )
  expect(matchedCount).toBe(1)
  const parked = await StripeEventModel.findOne({ state: 'parked' }).lean()
  await applyStripeEvent(parked?._id ?? '')
  expect(await StripeEventModel.findById(parked?._id).lean()).toEqual(parked)
  expect(await planOf(actor)).toBe('free')
})
