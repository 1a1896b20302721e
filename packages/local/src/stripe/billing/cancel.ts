import type { Cloud } from '../cloud.ts'
import type { Kinds } from '../store.ts'
import { createInvoice } from './invoices.ts'
import { priceOf } from './lines.ts'
import { pendingLines, takeItems } from './prorate.ts'
import { draftSeconds } from './renew.ts'
import { usageLines } from './usage.ts'

type Subscription = Kinds['subscription']

export interface Cancellation {
  reason?: string
  comment?: string | null
  feedback?: string | null
}

/** The time set for it has come: what was used in the last period is billed, then the subscription ends. */
export function cancelDue(cloud: Cloud, subscription: Subscription): void {
  const used = subscription.items.data
    .filter((item) => priceOf(item).recurring?.usage_type === 'metered')
    .flatMap((item) => usageLines(cloud, subscription, item))
  const pending = pendingLines(cloud, subscription.customer, subscription.id)
  const lines = [...pending.lines, ...used]
  cancelNow(cloud, subscription)
  if (lines.every((line) => line.amount === 0)) return
  const last = createInvoice(cloud, {
    customer: cloud.need('customer', subscription.customer),
    currency: subscription.currency,
    lines,
    reason: 'subscription_cycle',
    subscription: cloud.need('subscription', subscription.id),
    finalizesIn: draftSeconds,
  })
  takeItems(cloud, pending.items, last.id)
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
