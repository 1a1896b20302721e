import { type BillingInvoice, freePlanId, type Subscription } from '@insula/contracts'
import type { BillingInvoiceDoc, SubscriptionDoc } from '@insula/db'
import { planOf } from '../kernel/plans.ts'

export const presentSubscription = async (subscription: SubscriptionDoc): Promise<Subscription> => ({
  planId: subscription.planId ?? freePlanId,
  planName: (await planOf(subscription.planId ?? freePlanId)).name,
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
