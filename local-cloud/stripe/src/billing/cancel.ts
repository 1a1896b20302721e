import type { Cloud } from '../cloud.ts'
import type { Kinds } from '../store.ts'

type Subscription = Kinds['subscription']

export interface Cancellation {
  reason?: string
  comment?: string | null
  feedback?: string | null
}

/** Ends a subscription now; open invoices stay open but are no longer collected. */
export function cancelNow(cloud: Cloud, subscription: Subscription, how: Cancellation = {}): Subscription {
  const now = cloud.now(subscription.customer)
  for (const invoice of cloud.store.all('invoice', { subscription: subscription.id })) {
    if (invoice.status === 'open' || invoice.status === 'draft') {
      cloud.change(invoice, {
        auto_advance: false,
        automatically_finalizes_at: null,
        next_payment_attempt: null,
      })
    }
  }
  return cloud.change(
    subscription,
    {
      canceled_at: subscription.canceled_at ?? now,
      cancellation_details: {
        comment: how.comment ?? subscription.cancellation_details?.comment ?? null,
        feedback: how.feedback ?? subscription.cancellation_details?.feedback ?? null,
        feedback_option: null,
        reason: how.reason ?? 'cancellation_requested',
      },
      ended_at: now,
      status: subscription.status === 'incomplete' ? 'incomplete_expired' : 'canceled',
    },
    subscription.status === 'incomplete' ? 'customer.subscription.updated' : 'customer.subscription.deleted',
  )
}
