import { Refusal, requirePossible, subscriptionMachine } from '@insula/contracts'
import { BillingInvoiceModel } from '@insula/db'
import { StripeRefused, stripeProvider } from '@insula/providers/stripe'
import type { Actor } from '../../kernel/actor.ts'
import { coreEnv } from '../../kernel/env.ts'
import { record } from '../../kernel/record.ts'
import { syncBillingInvoice } from '../stripe/invoices.ts'
import { syncSubscriptions } from '../stripe/subscriptions.ts'
import { standingOf } from './standing.ts'
import { withStripeErrors, withStripeOutage } from './stripe-errors.ts'

/**
 * Takes a paused subscription up again: Stripe begins a period now and charges it. Where there is no card, or it is refused,
 * the returned page is Stripe's, on which the invoice can be paid; else it is the billing page. Twice is once.
 */
export async function resumeSubscription(actor: Actor): Promise<{ url: string }> {
  const { tenantId, origin } = actor
  // Read before the rest: who has seen no invoice of a resumption asks with the same name, and is charged once.
  const last = await BillingInvoiceModel.findOne({ tenantId }, { _id: 1 })
    .sort({ createdAt: -1, _id: -1 })
    .lean()
  const { subscription, openInvoice } = await standingOf(tenantId)
  if (!subscription)
    throw new Refusal('conflict', 'No subscription is paused, so there is nothing to resume.')
  requirePossible(subscriptionMachine, 'resume', subscription.state)
  if (openInvoice?.hostedUrl) return { url: openInvoice.hostedUrl }
  const { _id, stripeCustomerId, planId } = subscription
  // A no may be because somebody else was first; what came of it is read below.
  const operationId = `resume:${_id}:after:${last?._id ?? 'none'}`
  const invoiceId = await withStripeOutage(stripeProvider().resumeSubscription(operationId, _id)).catch(noted)
  if (!(invoiceId instanceof StripeRefused)) {
    await record(actor, 'subscription.resumed', { kind: 'subscription', id: _id, name: planId ?? null })
    if (invoiceId) {
      await withStripeErrors(syncBillingInvoice({ tenantId, stripeCustomerId }, invoiceId, origin.requestId))
    }
  }
  await withStripeErrors(syncSubscriptions({ tenantId, stripeCustomerId }, origin.requestId))
  const after = await standingOf(tenantId)
  if (after.openInvoice?.hostedUrl) return { url: after.openInvoice.hostedUrl }
  if (after.subscription?.state === 'paused') {
    throw new Refusal(
      'conflict',
      'Stripe did not resume it. Check the payment method under “Manage payment”.',
    )
  }
  return { url: `${coreEnv().APP_URL}/billing` }
}

function noted(error: unknown): StripeRefused {
  if (error instanceof StripeRefused) return error
  throw error
}
