import type { EventType } from '@insula/contracts'
import { applyStripeEvent, catchUpWithStripe, startCheckout } from '@insula/core/billing'
import type { Actor } from '@insula/core/kernel/actor'
import {
  BillingCustomerModel,
  EventModel,
  StripeCursorModel,
  StripeEventModel,
  TenantModel,
} from '@insula/db'
import type { StripeControl } from '@insula/local-stripe/control'
import { expect } from 'vitest'

export const pro = { planId: 'pro' } as const

/** Stripe's id of the checkout whose page this is. */
export const sessionOf = (url: string) => /cs_test_\w+/.exec(url)?.[0] ?? expect.unreachable()

export const planOf = async ({ tenantId }: Actor) => (await TenantModel.findById(tenantId).lean())?.planId
export const customerOf = async ({ tenantId }: Actor) =>
  (await BillingCustomerModel.findOne({ tenantId }).lean())?.stripeCustomerId ?? expect.unreachable()
export const eventsOf = ({ tenantId }: Actor, type: EventType) =>
  EventModel.countDocuments({ tenantId, type })

/** Learns of everything that happened at Stripe and applies it, in the order given. */
export async function learn(order: (ids: string[]) => string[] = (ids) => ids): Promise<void> {
  await catchUpWithStripe()
  const events = await StripeEventModel.find({ state: 'received' }).sort({ createdAt: 1 }).lean()
  for (const eventId of order(events.map(({ _id }) => _id))) await applyStripeEvent(eventId)
}

/** Has the tenant pay at Stripe; nothing is learnt of it yet. */
export async function pay(stripe: StripeControl, actor: Actor): Promise<void> {
  const { url } = await startCheckout(actor, pro)
  await stripe.completeCheckout(sessionOf(url))
}

/** Forgets what was heard from the Stripe of the test before, and with it the time that its clock had reached. */
export async function forgetStripe(): Promise<void> {
  await StripeCursorModel.deleteMany({})
  await StripeEventModel.deleteMany({})
}
