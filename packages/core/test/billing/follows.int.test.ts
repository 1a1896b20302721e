import type { AuditAction } from '@insula/contracts'
import { listBillingInvoices, openPortal, overview, startCheckout } from '@insula/core/billing'
import { syncBillingInvoice } from '@insula/core/billing/stripe/invoices'
import { syncSubscriptions } from '@insula/core/billing/stripe/subscriptions'
import type { Actor } from '@insula/core/kernel/actor'
import { changeRole, changeTenant, removeMember } from '@insula/core/tenants'
import {
  AuditEntryModel,
  BillingCustomerModel,
  BillingInvoiceModel,
  CheckoutModel,
  EventModel,
  MemberModel,
  newId,
  StripeEventModel,
  UserModel,
} from '@insula/db'
import { aMember, aTenant, onTheLocalCloud } from '@insula/testing'
import { tellOf } from '@insula/testing/telling'
import { onOwnStripe, stripeClient } from '@insula/testing/vendors'
import { beforeEach, describe, expect, test } from 'vitest'
import { customerOf, eventsOf, forgetStripe, learn, pay, planOf, pro, sessionOf } from './subscribing.ts'

onTheLocalCloud()
const stripe = onOwnStripe()

let actor: Actor
beforeEach(async () => {
  await forgetStripe()
  ;({ actor } = await aTenant({ name: 'Acme' }))
})

const audited = (action: AuditAction) => AuditEntryModel.countDocuments({ tenantId: actor.tenantId, action })

describe('a customer that was deleted at Stripe', () => {
  test('ends what it subscribed to, once its event is heard, and is told of once', async () => {
    await pay(stripe(), actor)
    await learn()
    await stripeClient().customers.del(await customerOf(actor))
    await learn((ids) => [...ids, ...ids])
    expect(await planOf(actor)).toBe('free')
    expect(await overview(actor)).toMatchObject({ subscription: null, exits: ['checkout'] })
    expect(await audited('billing-customer.deleted')).toBe(1)
    expect(await audited('subscription.ended')).toBe(1)
    expect(await eventsOf(actor, 'subscription.changed')).toBe(1)
  })

  test('does not keep the tenant from paying again, whether or not the event was heard', async () => {
    for (const heard of [true, false]) {
      const { actor: another } = await aTenant()
      await pay(stripe(), another)
      await learn()
      const former = await customerOf(another)
      await stripeClient().customers.del(former)
      if (heard) await learn()
      await pay(stripe(), another)
      await learn()
      expect(await planOf(another)).toBe('pro')
      expect(await customerOf(another)).not.toBe(former)
      expect(await stripe().customers()).toHaveLength(1)
      await stripeClient().customers.del(await customerOf(another))
    }
  })

  test('is let go of by whatever asks for its subscriptions, where Stripe does not even know it any more', async () => {
    await pay(stripe(), actor)
    await learn()
    const stripeCustomerId = await customerOf(actor)
    await stripe().reset()
    await syncSubscriptions({ tenantId: actor.tenantId, stripeCustomerId }, 'test')
    expect(await planOf(actor)).toBe('free')
    expect(await audited('billing-customer.deleted')).toBe(1)
  })

  test('takes its open checkout with it', async () => {
    const { url } = await startCheckout(actor, pro)
    await stripeClient().customers.del(await customerOf(actor))
    await learn()
    expect(await CheckoutModel.countDocuments({ tenantId: actor.tenantId, state: 'open' })).toBe(0)
    const again = await startCheckout(actor, pro)
    expect(again.url).not.toBe(url)
    expect(await stripe().completeCheckout(sessionOf(again.url))).toMatchObject({ status: 'complete' })
    expect(await CheckoutModel.countDocuments({ tenantId: actor.tenantId, state: 'open' })).toBe(1)
  })

  test('is replaced by one new one when ten ask at once', async () => {
    await pay(stripe(), actor)
    await learn()
    await stripeClient().customers.del(await customerOf(actor))
    const urls = await Promise.all(Array.from({ length: 10 }, () => startCheckout(actor, pro)))
    expect(new Set(urls.map(({ url }) => url)).size).toBe(1)
    expect(await stripe().customers()).toHaveLength(1)
  })

  test('leaves its invoices with the tenant, and what comes late about it changes no plan', async () => {
    await pay(stripe(), actor)
    await learn()
    const former = await customerOf(actor)
    await stripeClient().customers.del(former)
    await learn()
    await pay(stripe(), actor)
    await learn()
    await StripeEventModel.updateMany({ stripeCustomerId: former }, { $set: { state: 'received' } })
    await learn()
    expect(await planOf(actor)).toBe('pro')
    expect((await listBillingInvoices(actor, { limit: 10 })).items).toHaveLength(2)
    expect(await StripeEventModel.countDocuments({ stripeCustomerId: former, state: 'parked' })).toBe(0)
  })

  test('is not the portal’s end either', async () => {
    await pay(stripe(), actor)
    await stripeClient().customers.del(await customerOf(actor))
    expect((await openPortal(actor)).url).toMatch(/\/portal\//)
  })
})

describe('the way to pay stays open when at Stripe', () => {
  const price = async () => {
    const { data } = await stripeClient().prices.list({ lookup_keys: ['insula_pro_monthly'] })
    return data[0] ?? expect.unreachable()
  }
  const opened = async () => sessionOf((await startCheckout(actor, pro)).url)

  test('the key of a checkout was used for other words, as after a change of the console’s address', async () => {
    const { url } = await startCheckout(actor, pro)
    await stripeClient().checkout.sessions.expire(sessionOf(url))
    const { tenantId } = actor
    const made = await CheckoutModel.findOne({ tenantId }).lean()
    await CheckoutModel.deleteMany({ tenantId })
    const { _id, planId, stripePriceId, stripeCustomerId, startedBy } = made ?? expect.unreachable()
    const unanswered = { planId, stripePriceId, stripeCustomerId, startedBy, state: 'open' as const }
    const idempotencyKey = `${_id.slice(0, -4)}zzzz`
    await stripeClient().products.create({ name: 'Something else' }, { idempotencyKey })
    await CheckoutModel.create({ _id: idempotencyKey, tenantId, ...unanswered, createdAt: new Date() })
    await stripe().completeCheckout(await opened())
    const rows = await CheckoutModel.find({ tenantId }).sort({ createdAt: 1 }).lean()
    expect(rows.map(({ state }) => state)).toEqual(['expired', 'open'])
  })

  test('the product was archived', async () => {
    await opened()
    await stripeClient().products.update('insula_pro', { active: false })
    await stripe().completeCheckout(await opened())
    expect(await stripeClient().products.retrieve('insula_pro')).toMatchObject({ active: true })
  })

  test('the price was archived, also before the page was opened', async () => {
    await opened()
    await stripeClient().prices.update((await price()).id, { active: false })
    await CheckoutModel.deleteMany({ tenantId: actor.tenantId })
    await stripe().completeCheckout(await opened())
  })

  test('the price was moved to another amount', async () => {
    const first = await opened()
    await stripeClient().prices.create({
      product: 'insula_pro',
      unit_amount: 1,
      currency: 'eur',
      recurring: { interval: 'month' },
      lookup_key: 'insula_pro_monthly',
      transfer_lookup_key: true,
    })
    const again = await opened()
    expect(await stripeClient().checkout.sessions.retrieve(again)).toMatchObject({ amount_total: 2900 })
    if (again !== first) {
      expect(await stripeClient().checkout.sessions.retrieve(first)).toMatchObject({ status: 'expired' })
    }
  })

  test('the plan has another price by now, of ours: the page of before is closed', async () => {
    const first = await opened()
    await CheckoutModel.updateOne(
      { tenantId: actor.tenantId, state: 'open' },
      { $set: { stripePriceId: 'price_of_last_year' } },
    )
    const again = await opened()
    expect(again).not.toBe(first)
    expect(await stripeClient().checkout.sessions.retrieve(first)).toMatchObject({ status: 'expired' })
    await stripe().completeCheckout(again)
  })

  test('everything was deleted, as in an account that was emptied', async () => {
    await pay(stripe(), actor)
    await learn()
    await stripe().reset()
    await forgetStripe()
    await stripe().completeCheckout(await opened())
    await learn()
    expect(await planOf(actor)).toBe('pro')
  })

  test('the portal’s default configuration was archived', async () => {
    await pay(stripe(), actor)
    await openPortal(actor)
    const { data } = await stripeClient().billingPortal.configurations.list({ is_default: true })
    await stripeClient().billingPortal.configurations.update(data[0]?.id ?? '', { active: false })
    for (const _twice of [1, 2]) {
      const page = await (await fetch((await openPortal(actor)).url)).text()
      // What the button promises, whoever made the configuration: both the card and the way out.
      expect(page).toContain('Cancel subscription')
      expect(page).toMatch(/payment method/i)
    }
    const active = await stripeClient().billingPortal.configurations.list({ active: true })
    expect(active.data).toHaveLength(1)
  })
})

describe('what Stripe knows of the tenant follows it', () => {
  /** Hands what happened in the tenant to everyone who listens. */
  const announce = async () => {
    const { tenantId } = actor
    const rows = await EventModel.find({ tenantId, dispatchedAt: null }, { _id: 1 }).sort({ at: 1 }).lean()
    for (const { _id } of rows) await tellOf(_id)
  }
  const known = async () => stripeClient().customers.retrieve(await customerOf(actor))

  test('a change of nothing tells nobody', async () => {
    await pay(stripe(), actor)
    await changeTenant(actor, { name: 'Acme' })
    expect(await eventsOf(actor, 'tenant.changed')).toBe(0)
  })

  test('a new name stands on the next invoice', async () => {
    await pay(stripe(), actor)
    await changeTenant(actor, { name: 'Acme Ltd', locale: 'de' })
    await announce()
    expect(await known()).toMatchObject({ name: 'Acme Ltd', preferred_locales: ['de'] })
    await stripe().clock.advance('1 month')
    await stripe().clock.advance('2 hours')
    const [newest] = await stripe().invoices()
    expect(newest).toMatchObject({ customer_name: 'Acme Ltd', status: 'paid' })
  })

  test('names that were changed before anybody listened are mended by whatever is heard next', async () => {
    await pay(stripe(), actor)
    await changeTenant(actor, { name: 'Quiet Ltd' })
    await learn()
    expect(await known()).toMatchObject({ name: 'Quiet Ltd' })
  })

  test('changed many times at once, the last name stays', async () => {
    await pay(stripe(), actor)
    for (const name of ['A', 'B', 'C', 'D']) await changeTenant(actor, { name })
    const rows = await EventModel.find({ tenantId: actor.tenantId, type: 'tenant.changed' }).lean()
    await Promise.all(rows.map(({ _id }) => tellOf(_id)))
    expect(await known()).toMatchObject({ name: 'D' })
  })

  test('a former name that comes in late at Stripe goes when the change is told again', async () => {
    await pay(stripe(), actor)
    await changeTenant(actor, { name: 'Late Ltd' })
    await announce()
    await stripeClient().customers.update(await customerOf(actor), { name: 'Acme' })
    await EventModel.updateMany({ tenantId: actor.tenantId }, { dispatchedAt: null, reached: [] })
    await announce()
    expect(await known()).toMatchObject({ name: 'Late Ltd' })
  })

  test('of several owners the one who pays stands there; once out, another does', async () => {
    const { actor: second, person } = await aMember(actor.tenantId, 'owner')
    await startCheckout(second, pro)
    expect(await known()).toMatchObject({ email: person.user.email })
    const member = await MemberModel.findOne({ tenantId: actor.tenantId, userId: second.id ?? '' }).lean()
    await removeMember(actor, member?._id ?? '')
    await announce()
    const first = await UserModel.findById(actor.id).lean()
    expect(await known()).toMatchObject({ email: first?.email })
  })

  test('who pays and leaves, or may no longer, gives way to another owner’s address', async () => {
    await pay(stripe(), actor)
    const payer = await MemberModel.findOne({ tenantId: actor.tenantId, userId: actor.id ?? '' }).lean()
    const { actor: second, person } = await aMember(actor.tenantId, 'owner')
    await changeRole(second, payer?._id ?? '', 'member')
    await announce()
    expect(await known()).toMatchObject({ email: person.user.email })
    await removeMember(second, payer?._id ?? '')
    await announce()
    expect(await known()).toMatchObject({ email: person.user.email })
  })

  test('an address that Stripe will not take is left away rather than shutting the checkout', async () => {
    const refuse = () => UserModel.updateOne({ _id: actor.id }, { email: `no address of ${actor.id}` })
    await refuse()
    expect((await startCheckout(actor, pro)).url).toMatch(/^http/)
    expect(await known()).toMatchObject({ name: 'Acme', email: null })
    ;({ actor } = await aTenant({ name: 'Later' }))
    await startCheckout(actor, pro)
    expect(await known()).toMatchObject({ email: expect.stringContaining('@') })
    await refuse()
    expect((await startCheckout(actor, pro)).url).toMatch(/^http/)
    expect(await known()).toMatchObject({ name: 'Later', email: null })
  })

  test('a customer that is gone is let go of by the change of a name', async () => {
    await pay(stripe(), actor)
    await learn()
    await stripeClient().customers.del(await customerOf(actor))
    await changeTenant(actor, { name: 'Acme Ltd' })
    await announce()
    expect(await planOf(actor)).toBe('free')
    expect(await BillingCustomerModel.findOne({ tenantId: actor.tenantId }).lean()).not.toHaveProperty(
      'stripeCustomerId',
    )
  })
})

describe('the order is Stripe’s', () => {
  const aDay = 24 * 60 * 60_000
  const row = (day: number, more: { state?: 'paid' | 'draft' } = {}) => ({
    tenantId: actor.tenantId,
    stripeInvoiceId: `in_${actor.tenantId}_${day}_${newId('event')}`,
    number: String(day),
    state: 'paid' as 'paid' | 'draft',
    total: 2900,
    currency: 'eur',
    createdAt: new Date(day * aDay),
    ...more,
  })
  const numbersOf = async (limit: number) => {
    const numbers: (string | null)[] = []
    let cursor: string | undefined
    do {
      const page = await listBillingInvoices(actor, { limit, cursor })
      numbers.push(...page.items.map(({ number }) => number))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    return numbers
  }

  test('a cursor of another tenant’s, or of nothing, is refused', async () => {
    const { actor: other } = await aTenant()
    const theirs = await BillingInvoiceModel.create({ ...row(1), tenantId: other.tenantId })
    const refusal = { code: 'invalid', details: { field: 'cursor' } }
    for (const cursor of [theirs._id, 'bin_1', '']) {
      await expect(listBillingInvoices(actor, { limit: 1, cursor })).rejects.toMatchObject(refusal)
    }
  })

  test('of invoices, whenever they were heard of, over any pages', async () => {
    for (const day of [5, 1, 4, 2, 3, 4]) await BillingInvoiceModel.create(row(day))
    await BillingInvoiceModel.create(row(9, { state: 'draft' }))
    for (const limit of [1, 2, 3, 10]) expect(await numbersOf(limit)).toEqual(['5', '4', '4', '3', '2', '1'])
  })

  test('of real invoices that come in backwards', async () => {
    await pay(stripe(), actor)
    await learn()
    await stripe().clock.advance('1 month')
    await stripe().clock.advance('2 hours')
    await BillingInvoiceModel.deleteMany({ tenantId: actor.tenantId })
    const customer = { tenantId: actor.tenantId, stripeCustomerId: await customerOf(actor) }
    const newestFirst = await stripe().invoices()
    for (const { id } of newestFirst) await syncBillingInvoice(customer, id ?? '', 'test')
    const { items } = await listBillingInvoices(actor, { limit: 10 })
    expect(items.map(({ number }) => number)).toEqual(newestFirst.map(({ number }) => number))
    await syncSubscriptions(customer, 'test')
  })
})
