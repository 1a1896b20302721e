import { type PlanId, Refusal } from '@insula/contracts'
import { type CheckoutDoc, CheckoutModel, newId, SubscriptionModel, transaction } from '@insula/db'
import { payments } from '@insula/providers/payments'
import type { Actor } from '../../access/actor.ts'
import { record } from '../../audit/record.ts'
import { coreEnv } from '../../env.ts'
import { pushPlan } from '../plans.ts'
import { closeCheckout } from '../stripe/checkouts.ts'
import { runs, syncSubscriptions } from '../stripe/subscriptions.ts'
import { answered, ensureCustomer, isDuplicate } from './customer.ts'

/** After this, a checkout that Stripe never answered is given up: its idempotency key may hold an old failure. */
const unansweredMs = 2 * 60_000

/**
 * Opens Stripe's page on which the tenant subscribes to a plan, at today's price of ours. A tenant has one open checkout
 * and one running subscription: asking again gives the same page, and refuses once the subscription runs.
 */
export async function startCheckout(actor: Actor, { planId }: { planId: PlanId }): Promise<{ url: string }> {
  const stripeCustomerId = await ensureCustomer(actor)
  await refuseSubscribed(actor, stripeCustomerId)
  const stripePriceId = await answered(pushPlan(planId))
  // A turn ends without a page when the checkout that was found is over, or when another request was first.
  for (let turn = 0; turn < 3; turn += 1) {
    const checkout =
      (await CheckoutModel.findOne({ tenantId: actor.tenantId, state: 'open' }).lean()) ??
      (await begin(actor, { planId, stripePriceId, stripeCustomerId }))
    const url = checkout && (await pageOf(actor, checkout))
    if (url) return { url }
  }
  throw new Refusal('conflict', 'Another checkout of this tenant is being opened. Try again.')
}

async function refuseSubscribed(actor: Actor, stripeCustomerId: string): Promise<void> {
  const { tenantId, origin } = actor
  await answered(syncSubscriptions({ tenantId, stripeCustomerId }, origin.requestId))
  const running = await SubscriptionModel.findOne({ tenantId, state: { $in: [...runs] } }).lean()
  if (running) throw new Refusal('conflict', 'A subscription runs already. Change it in the billing portal.')
}

/** Stores the wish before anybody is asked. Null when another request stored one first. */
async function begin(
  actor: Actor,
  wish: Pick<CheckoutDoc, 'planId' | 'stripePriceId' | 'stripeCustomerId'>,
): Promise<CheckoutDoc | null> {
  const { tenantId } = actor
  const _id = newId('checkout')
  try {
    return await transaction(async () => {
      const made = { _id, tenantId, ...wish, state: 'open', startedBy: actor.id, createdAt: new Date() }
      const checkout = await new CheckoutModel(made).save()
      const target = { kind: 'checkout', id: _id, name: wish.planId }
      await record(actor, 'checkout.started', target, { after: { planId: wish.planId } })
      return checkout.toObject()
    })
  } catch (error) {
    if (isDuplicate(error)) return null
    throw error
  }
}

/** The page of an open checkout. Null when it is over, which is then written down. */
async function pageOf(actor: Actor, checkout: CheckoutDoc): Promise<string | null> {
  const { _id, tenantId, stripeCustomerId, stripePriceId, stripeSessionId } = checkout
  if (stripeSessionId) {
    const session = await answered(payments().readCheckout(stripeSessionId))
    if (session.state === 'open' && session.url) return session.url
    await closeCheckout(checkout, session.state === 'complete' ? 'complete' : 'expired')
    if (session.state === 'complete') await refuseSubscribed(actor, stripeCustomerId)
    return null
  }
  if (Date.now() - checkout.createdAt.getTime() > unansweredMs) {
    await closeCheckout(checkout, 'expired')
    return null
  }
  const { APP_URL } = coreEnv()
  const session = await answered(
    payments().createCheckout(_id, {
      tenantId,
      customerId: stripeCustomerId,
      priceId: stripePriceId,
      successUrl: `${APP_URL}/billing?checkout=success`,
      cancelUrl: `${APP_URL}/billing?checkout=cancelled`,
    }),
  )
  await CheckoutModel.updateOne(
    { tenantId, _id },
    { $set: { stripeSessionId: session.id, url: session.url } },
  )
  return session.url
}
