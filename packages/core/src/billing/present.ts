import type { BillingInvoice, Subscription } from '@insula/contracts'
import type { BillingInvoiceDoc, SubscriptionDoc } from '@insula/db'

export const presentSubscription = (subscription: SubscriptionDoc): Subscription => ({
  planId: subscription.planId ?? 'free',
  state: subscription.state,
  currentPeriodEnd: subscription.currentPeriodEnd?.toISOString() ?? null,
  cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
  graceEndsAt: subscription.graceEndsAt?.toISOString() ?? null,
})

export const presentBillingInvoice = (invoice: BillingInvoiceDoc): BillingInvoice => ({
  id: invoice._id,
  number: invoice.number ?? null,
  state: invoice.state,
  total: invoice.total,
  currency: invoice.currency,
  createdAt: invoice.createdAt.toISOString(),
  paidAt: invoice.paidAt?.toISOString() ?? null,
  pdfUrl: invoice.pdfUrl ?? null,
  hostedUrl: invoice.hostedUrl ?? null,
})
