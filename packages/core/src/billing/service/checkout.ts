import { type Interval, Refusal, statesThat } from '@insula/contracts'
import { type CheckoutDoc, CheckoutModel, isDuplicate, newId, SubscriptionModel } from '@insula/db'
import { StripeRefused, stripeProvider } from '@insula/providers/stripe'
import type { Actor } from '../../kernel/actor.ts'
import { coreEnv } from '../../kernel/env.ts'
import { make } from '../../kernel/move.ts'
import { aCheckout } from '../kinds.ts'
import { closeCheckout } from '../stripe/checkouts.ts'
import { syncSubscriptions } from '../stripe/subscriptions.ts'
import { ensureCustomer } from './customer.ts'
import { priceOf } from './push-plan.ts'
import { withStripeErrors, withStripeOutage } from './stripe-errors.ts'

/** After this, a checkout that Stripe never answered is given up: its idempotency key may hold an old failure. */
const unansweredMs = 2 * 60_000

type Wish = Pick<CheckoutDoc, 'planId' | 'stripePriceId' | 'stripeCustomerId'>

/**
 * Opens Stripe's page on which the tenant subscribes to a plan, at today's price of ours. A tenant has one open checkout
 * and one running subscription: asking again gives the same page, and refuses once the subscription runs. What was
 * deleted or archived at Stripe is made anew.
 */
export async function startCheckout(
  actor: Actor,
  { planId, interval = 'month' }: { planId: string; interval?: Interval },
): Promise<{ url: string }> {
  let refused: unknown
  // A turn ends without a page when the checkout that was found is over, when another request was first, or when
  // Stripe will not have what it was opened for.
  for (let turn = 0; turn < 3; turn += 1) {
    const wish = await prepareWish(actor, planId, interval)
    const checkout =
      (await CheckoutModel.findOne({ tenantId: actor.tenantId, state: 'open' }).lean()) ??
      (await begin(actor, wish))
    try {
      const url = checkout && (await checkoutUrl(actor, checkout, wish))
      if (url) return { url }
    } catch (error) {
      if (!checkout || !(error instanceof StripeRefused)) throw error
      refused = error
      await closeCheckout(checkout, 'expired')
    }
  }
  if (refused) return withStripeErrors(Promise.reject(refused))
  throw new Refusal('conflict', 'Another checkout of this tenant is being opened. Try again.')
}

async function prepareWish(actor: Actor, planId: string, interval: Interval): Promise<Wish> {
  const stripePriceId = await withStripeErrors(priceOf(planId, interval))
  const stripeCustomerId = await ensureCustomer(actor)
  await refuseSubscribed(actor, stripeCustomerId)
  await endUnpaidBeginnings(actor.tenantId)
  return { planId, stripeCustomerId, stripePriceId }
}

async function refuseSubscribed(actor: Actor, stripeCustomerId: string): Promise<void> {
  const { tenantId, origin } = actor
  await withStripeErrors(syncSubscriptions({ tenantId, stripeCustomerId }, origin.requestId))
  const ofRunning = statesThat(({ runs }) => runs)
  const running = await SubscriptionModel.findOne({ tenantId, state: { $in: ofRunning } }).lean()
  if (!running) return
  const { state } = running
  throw new Refusal('conflict', 'A subscription runs already. Change it in the billing portal.', { state })
}

/** A subscription whose first payment never came is given up for the new one, so that not both can be paid. */
async function endUnpaidBeginnings(tenantId: string): Promise<void> {
  const state = { $in: statesThat(({ runs, over }) => !runs && !over) }
  const begun = await SubscriptionModel.find({ tenantId, state }, { _id: 1 }).lean()
  for (const { _id } of begun) await withStripeErrors(stripeProvider().cancelSubscription(_id))
}

/** Stores the wish before anybody is asked. Null when another request stored one first. */
async function begin(actor: Actor, wish: Wish): Promise<CheckoutDoc | null> {
  try {
    const fields = { _id: newId('checkout'), ...wish, startedBy: actor.id, createdAt: new Date() }
    return await make(actor, aCheckout, 'start', fields, {
      change: ({ planId }) => ({ after: { planId } }),
    })
  } catch (error) {
    if (isDuplicate(error, 'tenantId')) return null
    throw error
  }
}

/** The page of an open checkout. Null when it is over, or for something else than is wished now; it is closed then. */
async function checkoutUrl(actor: Actor, checkout: CheckoutDoc, wish: Wish): Promise<string | null> {
  const { stripeSessionId } = checkout
  if (stripeSessionId) {
    const session = await withStripeErrors(stripeProvider().readCheckout(stripeSessionId))
    if (session?.state === 'open' && session.url && isFor(checkout, wish)) return session.url
    // While its page could still be paid, no other may be opened.
    if (session?.state === 'open') await withStripeOutage(stripeProvider().expireCheckout(stripeSessionId))
    await closeCheckout(checkout, session?.state === 'complete' ? 'complete' : 'expired')
    if (session?.state === 'complete') await refuseSubscribed(actor, wish.stripeCustomerId)
    return null
  }
  if (Date.now() - checkout.createdAt.getTime() > unansweredMs || !isFor(checkout, wish)) {
    await closeCheckout(checkout, 'expired')
    return null
  }
  return openPage(checkout)
}

const isFor = (checkout: CheckoutDoc, wish: Wish) =>
  checkout.planId === wish.planId &&
  checkout.stripePriceId === wish.stripePriceId &&
  checkout.stripeCustomerId === wish.stripeCustomerId

async function openPage({
  _id,
  tenantId,
  stripeCustomerId,
  stripePriceId,
}: CheckoutDoc): Promise<string | null> {
  const { APP_URL } = coreEnv()
  // A no goes to the caller, who begins anew with what Stripe has now.
  const session = await withStripeOutage(
    stripeProvider().createCheckout(_id, {
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
