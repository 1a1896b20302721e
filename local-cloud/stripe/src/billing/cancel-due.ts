import type { Cloud } from '../cloud.ts'
import type { Kinds } from '../store.ts'
import { cancelNow } from './cancel.ts'
import { createInvoice } from './invoices.ts'
import { priceOf } from './lines.ts'
import { pendingLines, takeItems } from './prorate.ts'
import { draftSeconds } from './renew.ts'
import { usageLines } from './usage.ts'

/** The time set for it has come: what was used in the last period is billed, then the subscription ends. */
export function cancelDue(cloud: Cloud, subscription: Kinds['subscription']): void {
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
