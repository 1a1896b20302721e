import type Stripe from 'stripe'
import type { CheckoutSession, StripeInvoice, StripeSubscription } from './contract.ts'
import { idOf } from './event.ts'

/** Stripe tells time in whole seconds since 1970. */
const instant = (seconds: number | null | undefined) =>
  seconds === null || seconds === undefined ? null : new Date(seconds * 1_000)

export const asCheckout = (session: Stripe.Checkout.Session): CheckoutSession => ({
  id: session.id,
  // Stripe leaves the status null on sessions from before it had one.
  state: (session.status ?? 'expired') as CheckoutSession['state'],
  url: session.url,
  customerId: idOf(session.customer),
})

export function asSubscription(subscription: Stripe.Subscription): StripeSubscription {
  const [item] = subscription.items.data
  return {
    id: subscription.id,
    customerId: idOf(subscription.customer) ?? '',
    productId: idOf(item?.price.product),
    state: subscription.status,
    currentPeriodStart: instant(item?.current_period_start),
    currentPeriodEnd: instant(item?.current_period_end),
    cancelAtPeriodEnd: subscription.cancel_at_period_end || subscription.cancel_at !== null,
    createdAt: new Date(subscription.created * 1_000),
  }
}

export const asInvoice = (invoice: Stripe.Invoice): StripeInvoice => ({
  id: invoice.id,
  customerId: idOf(invoice.customer),
  number: invoice.number,
  state: invoice.status ?? 'draft',
  total: invoice.total,
  currency: invoice.currency,
  createdAt: new Date(invoice.created * 1_000),
  paidAt: instant(invoice.status_transitions.paid_at),
  attemptCount: invoice.attempt_count,
  subscriptionId: idOf(invoice.parent?.subscription_details?.subscription),
  pdfUrl: invoice.invoice_pdf ?? null,
  hostedUrl: invoice.hosted_invoice_url ?? null,
})
