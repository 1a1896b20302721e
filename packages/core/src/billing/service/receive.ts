import { Refusal } from '@insula/contracts'
import { afterCommit, isDuplicate, StripeEventModel } from '@insula/db'
import { enqueue } from '@insula/jobs'
import { billingJobs } from '@insula/jobs/billing'
import { NotSigned, type OddEvent, type StripeEvent, stripeProvider } from '@insula/providers/stripe'

/** What we act on. Everything else is stored as parked, so that one can see what Stripe was set up to send. */
export const actedOn = [
  'checkout.session.completed',
  'checkout.session.expired',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'customer.deleted',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'invoice.created',
  'invoice.updated',
  'invoice.finalized',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'invoice.voided',
  'invoice.marked_uncollectible',
  'invoice.deleted',
] as const

/** How long an event may wait on its ordinary way before the sweep takes the queue to have lost it. */
const sweepAfterMs = 15_000

/**
 * Takes in one call of Stripe's webhook: checks the signature over the exact bytes, stores the event under Stripe's id,
 * and has it applied later. When this returns the event is safe, and Stripe may be thanked. Refuses what is not signed.
 */
export async function receiveStripeEvent(body: Uint8Array, signature: string | undefined): Promise<void> {
  const event = await stripeProvider()
    .readWebhook(body, signature ?? '')
    .catch((error: unknown) => {
      if (!(error instanceof NotSigned)) throw error
      throw new Refusal('invalid', 'This call is not signed by Stripe with the secret of this endpoint.')
    })
  await keep(event, 'webhook')
}

/** Longer names are of nothing that Stripe has, and would not fit an index. */
const longestType = 255

/** Stores an event and queues it. Returns whether it was new. */
export async function keep(
  event: StripeEvent | OddEvent,
  heardBy: 'webhook' | 'catch-up',
  now: Date = new Date(),
): Promise<boolean> {
  const reason = whyParked(event)
  const about = 'odd' in event ? null : event
  try {
    await StripeEventModel.create({
      _id: event.id,
      type: about?.type.slice(0, longestType) ?? 'unknown',
      apiVersion: about?.apiVersion?.slice(0, longestType) ?? null,
      stripeCustomerId: about?.customerId ?? null,
      objectId: about?.objectId ?? null,
      state: reason === null ? 'received' : 'parked',
      reason,
      heardBy,
      createdAt: about?.createdAt ?? now,
      receivedAt: now,
      dueAt: reason === null ? new Date(now.getTime() + sweepAfterMs) : null,
    })
  } catch (error) {
    if (isDuplicate(error, '_id')) return false
    throw error
  }
  // Redis may be away: the event is stored, and the sweep will come by.
  if (reason === null) afterCommit(() => enqueue(billingJobs.applyStripeEvent, { eventId: event.id }))
  return true
}

function whyParked(event: StripeEvent | OddEvent): string | null {
  if ('odd' in event) return `not the shape of an event: ${event.odd}`
  if (event.live !== stripeProvider().live)
    return event.live ? 'live event, test key' : 'test event, live key'
  if (event.accountId !== null) return `of another account, ${event.accountId.slice(0, longestType)}`
  if (!(actedOn as readonly string[]).includes(event.type)) return 'a type that is not acted on'
  if (event.customerId === null || event.objectId === null) return 'of no customer'
  return null
}
