import {
  type BillingExit,
  lookUp,
  type MailTemplate,
  type SubscriptionState,
  standing,
  statesThat,
  subscriptionStates,
} from '@insula/contracts'
import {
  billingNotice,
  ensureCustomer,
  openPortal,
  overview,
  priceOf,
  resumeSubscription,
  startCheckout,
  sweepBilling,
} from '@insula/core/billing'
import type { Actor } from '@insula/core/kernel/actor'
import { whoAmI } from '@insula/core/wiring/me'
import { AuditEntryModel, BillingInvoiceModel, EventModel, MailModel } from '@insula/db'
import { aMember, aTenant, onTheLocalCloud, type SomebodySignedIn } from '@insula/testing'
import { tellOf } from '@insula/testing/telling'
import { onOwnStripe, stripeClient } from '@insula/testing/vendors'
import { beforeEach, describe, expect, test } from 'vitest'
import { customerOf, eventsOf, forgetStripe, learn, pay, planOf, pro, sessionOf } from './subscribing.ts'

onTheLocalCloud()
const stripe = onOwnStripe()

let actor: Actor
let owner: SomebodySignedIn
beforeEach(async () => {
  await forgetStripe()
  ;({ actor, owner } = await aTenant({ name: 'Acme' }))
})

/** A card that is refused when charged, saved all the same. */
const refusedLater = 'pm_card_chargeCustomerFail'

async function subscribeWith(more: object): Promise<void> {
  const customer = await ensureCustomer(actor)
  await stripeClient().subscriptions.create({
    customer,
    items: [{ price: await priceOf('pro', 'month') }],
    ...more,
  })
}

async function withCard(card: string): Promise<{ default_payment_method: string }> {
  const customer = await ensureCustomer(actor)
  return { default_payment_method: (await stripeClient().paymentMethods.attach(card, { customer })).id }
}

async function fallBehind(): Promise<void> {
  await pay(stripe(), actor)
  const [subscription] = await stripe().subscriptions()
  const { default_payment_method } = await withCard(refusedLater)
  await stripeClient().subscriptions.update(subscription?.id ?? '', { default_payment_method })
  await stripe().clock.advance('1 month')
  await stripe().clock.advance('2 hours')
}

/** How each state comes about at Stripe. */
const reach: Record<SubscriptionState, () => Promise<unknown>> = {
  incomplete: async () => subscribeWith({ ...(await withCard(refusedLater)) }),
  incomplete_expired: async () => {
    await reach.incomplete()
    await stripe().clock.advance('24 hours')
  },
  trialing: () => subscribeWith({ trial_period_days: 14 }),
  active: () => pay(stripe(), actor),
  past_due: fallBehind,
  canceled: async () => {
    await pay(stripe(), actor)
    await stripeClient().subscriptions.cancel((await stripe().subscriptions())[0]?.id ?? '')
  },
  unpaid: async () => {
    await stripe().afterLastRetry('unpaid')
    await fallBehind()
    await stripe().clock.advance('20 days')
  },
  paused: async () => {
    const end_behavior = { missing_payment_method: 'pause' as const }
    await subscribeWith({ trial_period_days: 14, trial_settings: { end_behavior } })
    await stripe().clock.advance('15 days')
  },
}

/** What a person does at the end of each way out, and what has become of the subscription then. */
const take: Record<BillingExit, () => Promise<unknown>> = {
  checkout: async () => {
    const { url } = await startCheckout(actor, pro)
    await stripe().completeCheckout(sessionOf(url))
  },
  pay: async () => payOnPage((await overview(actor)).openInvoice?.hostedUrl ?? expect.unreachable()),
  resume: async () => payOnPage((await resumeSubscription(actor)).url),
  manage: async () => {
    const page = await fetch((await openPortal(actor)).url)
    expect(page.status).toBe(200)
    expect(await page.text()).toMatch(/payment method/i)
  },
}

async function payOnPage(url: string): Promise<void> {
  const customer = await customerOf(actor)
  expect((await fetch(url)).status).toBe(200)
  const [open] = (await stripeClient().invoices.list({ customer, status: 'open' })).data
  expect(open?.hosted_invoice_url).toBe(url)
  const { default_payment_method: payment_method } = await withCard('pm_card_visa')
  await stripeClient().invoices.pay(open?.id ?? '', { payment_method })
}

async function tellAll(): Promise<void> {
  const { tenantId } = actor
  const rows = await EventModel.find({ tenantId, dispatchedAt: null }, { _id: 1 }).lean()
  for (const { _id } of rows) for (const _twice of [1, 2]) await tellOf(_id)
}
const mailsOf = (template: MailTemplate) => MailModel.find({ tenantId: actor.tenantId, template }).lean()

test('the table names every state of Stripe’s, and leaves none without a way on', () => {
  expect(Object.keys(standing).sort()).toEqual([...subscriptionStates].sort())
  for (const state of subscriptionStates) expect(standing[state].exits.length).toBeGreaterThan(0)
  for (const state of statesThat(({ gives }) => gives === 'nothing')) {
    expect(standing[state].exits.some((exit) => exit !== 'manage')).toBe(true)
  }
})

describe.each(subscriptionStates)('%s', (state) => {
  const { over, gives, exits, notice, runs } = standing[state]

  test('is told in the overview and on every page, with ways on', async () => {
    await reach[state]()
    await learn()
    const [subscription] = await stripe().subscriptions()
    expect(subscription?.status).toBe(state)
    const now = await overview(actor)
    expect(now.subscription?.state ?? null).toBe(over ? null : state)
    expect(now.exits).toEqual(over ? ['checkout'] : exits)
    expect(await planOf(actor)).toBe(gives === 'nothing' ? 'free' : 'pro')
    const me = await whoAmI(owner)
    expect(me.tenant?.billingNotice ?? null).toEqual(notice ? await billingNotice(actor.tenantId) : null)
    expect(me.tenant?.billingNotice?.state ?? null).toBe(notice ? state : null)
    const payUrl = exits.includes('pay') ? expect.stringMatching(/^http.*\/invoice/) : null
    if (notice) expect(me.tenant?.billingNotice?.payUrl).toEqual(payUrl)
    const { person: member } = await aMember(actor.tenantId, 'member')
    expect((await whoAmI(member)).tenant?.billingNotice).toBeNull()
  })

  test(runs ? 'lets no second subscription begin' : 'lets another subscription begin', async () => {
    await reach[state]()
    await learn()
    const begun = startCheckout(actor, pro)
    if (runs) await expect(begun).rejects.toMatchObject({ code: 'conflict' })
    else expect((await begun).url).toMatch(/cs_test_/)
  })

  test.each([...exits])('%s leads on', async (exit) => {
    await reach[state]()
    await learn()
    await take[exit]()
    await learn()
    if (exit !== 'manage') {
      expect(await planOf(actor)).toBe('pro')
      expect((await overview(actor)).subscription?.state).toBe('active')
      expect((await whoAmI(owner)).tenant?.billingNotice).toBeNull()
      // What is not over could be paid as well.
      const left = (await stripe().subscriptions()).filter(({ status }) => !lookUp(standing, status)?.over)
      expect(left.map(({ status }) => status)).toEqual(['active'])
    }
  })
})

describe('a late payment', () => {
  test('leaves the plan on until the day that is told', async () => {
    await fallBehind()
    await learn()
    const { subscription } = await overview(actor)
    expect(await planOf(actor)).toBe('pro')
    const end = new Date(subscription?.graceEndsAt ?? '')
    await sweepBilling(new Date(end.getTime() - 1_000))
    expect(await planOf(actor)).toBe('pro')
    await sweepBilling(new Date(end.getTime() + 1_000))
    expect(await planOf(actor)).toBe('free')
    expect((await overview(actor)).exits).toEqual(['pay', 'manage'])
  })

  test('of which no invoice is open leaves the other ways on, and a notice without a page to pay', async () => {
    await fallBehind()
    await learn()
    await BillingInvoiceModel.updateMany({ tenantId: actor.tenantId, state: 'open' }, { state: 'void' })
    expect(await overview(actor)).toMatchObject({ exits: ['manage'], openInvoice: null })
    expect(await billingNotice(actor.tenantId)).toMatchObject({ state: 'past_due', payUrl: null })
  })

  test('is mailed to those who manage billing once for each attempt, with the page to pay', async () => {
    const { person: second } = await aMember(actor.tenantId, 'owner')
    await aMember(actor.tenantId, 'admin')
    await fallBehind()
    await learn((ids) => [...ids, ...ids])
    await tellAll()
    const [invoice] = await BillingInvoiceModel.find({ tenantId: actor.tenantId, state: 'open' }).lean()
    const mails = await mailsOf('payment-failed')
    expect(mails.map(({ to }) => to).sort()).toEqual([owner.user.email, second.user.email].sort())
    for (const mail of mails) {
      expect(mail).toMatchObject({
        variables: { amount: '€29.00', number: invoice?.number, payUrl: invoice?.hostedUrl },
      })
    }
    expect(await eventsOf(actor, 'billing-invoice.payment-failed')).toBe(1)
    await stripe().clock.advance('4 days')
    await learn()
    await tellAll()
    expect(await mailsOf('payment-failed')).toHaveLength(4)
    expect(
      await AuditEntryModel.countDocuments({
        tenantId: actor.tenantId,
        action: 'billing-invoice.payment-failed',
      }),
    ).toBe(2)
  })

  test('that was made good before the mail was written is not mailed', async () => {
    await fallBehind()
    await learn()
    await take.pay()
    await learn()
    await tellAll()
    expect(await mailsOf('payment-failed')).toHaveLength(0)
  })
})

describe('a paused trial', () => {
  test('is mailed once, and resumed by a card without any page', async () => {
    await reach.paused()
    await learn((ids) => [...ids, ...ids])
    await tellAll()
    expect(await mailsOf('subscription-paused')).toHaveLength(1)
    const [subscription] = await stripe().subscriptions()
    for (const cancel_at_period_end of [true, false]) {
      await stripeClient().subscriptions.update(subscription?.id ?? '', { cancel_at_period_end })
      await learn()
      await tellAll()
    }
    expect(await eventsOf(actor, 'subscription.changed')).toBeGreaterThan(1)
    expect(await mailsOf('subscription-paused')).toHaveLength(1)
    const { default_payment_method } = await withCard('pm_card_visa')
    await stripeClient().subscriptions.update(subscription?.id ?? '', { default_payment_method })
    expect((await resumeSubscription(actor)).url).toMatch(/\/billing$/)
    expect(await planOf(actor)).toBe('pro')
    expect(
      await AuditEntryModel.countDocuments({ tenantId: actor.tenantId, action: 'subscription.resumed' }),
    ).toBe(1)
  })

  test('resumed by two at once, or twice, is charged once', async () => {
    await reach.paused()
    await learn()
    const pages = await Promise.allSettled([resumeSubscription(actor), resumeSubscription(actor)])
    expect(pages.some(({ status }) => status === 'fulfilled')).toBe(true)
    await resumeSubscription(actor)
    const open = (await stripe().invoices()).filter(({ status }) => status === 'open')
    expect(open).toHaveLength(1)
  })

  test('that is not there cannot be resumed', async () => {
    await expect(resumeSubscription(actor)).rejects.toMatchObject({ code: 'conflict' })
    await pay(stripe(), actor)
    await learn()
    await expect(resumeSubscription(actor)).rejects.toMatchObject({ code: 'conflict' })
  })
})
