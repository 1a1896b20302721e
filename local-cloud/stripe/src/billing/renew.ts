import type { Cloud } from '../cloud.ts'
import type { Kinds } from '../store.ts'
import { cancelNow } from './cancel.ts'
import { lasting, running } from './discounts.ts'
import { createInvoice, finalizeInvoice } from './invoices.ts'
import { itemList, withItems } from './items.ts'
import { type Line, periodLine, priceOf, productName } from './lines.ts'
import { collect, type Payment } from './pay.ts'
import { boundaryAfter } from './periods.ts'
import { pendingLines, takeItems } from './prorate.ts'
import { usageLines } from './usage.ts'

type Subscription = Kinds['subscription']

/** Seconds that a renewal's invoice stays a draft, so that a webhook's receiver may add to it. */
export const draftSeconds = 3600

/** The lines of the period that starts at `moment`: items ahead, usage behind, and what is pending. */
export function renewalLines(
  cloud: Cloud,
  subscription: Subscription,
  moment: number,
  anchor: number,
): Line[] {
  return subscription.items.data.flatMap((item) => {
    const price = priceOf(item)
    if (price.recurring?.usage_type === 'metered') return usageLines(cloud, subscription, item)
    const period = { start: moment, end: boundaryAfter(anchor, price.recurring!, moment) }
    return [periodLine(item, productName(cloud, price), period, false)]
  })
}

/** A period has ended: the next begins, with an invoice that finalises itself an hour later. */
export function renew(cloud: Cloud, subscription: Subscription, moment: number): void {
  if (subscription.status === 'trialing' && !payerOf(cloud, subscription)) {
    const behavior = subscription.trial_settings?.end_behavior.missing_payment_method
    if (behavior === 'cancel') {
      cancelNow(cloud, subscription)
      return
    }
    if (behavior === 'pause') {
      cloud.change(subscription, { status: 'paused' }, 'customer.subscription.paused')
      return
    }
  }
  const due = subscription.items.data.filter((item) => item.current_period_end <= moment)
  const part = { ...subscription, items: itemList(subscription.id, due) }
  const lines = renewalLines(cloud, part, moment, subscription.billing_cycle_anchor)
  const period = { start: due[0]!.current_period_start, end: moment }
  const items = subscription.items.data.map((item) =>
    item.current_period_end <= moment
      ? {
          ...item,
          current_period_start: moment,
          current_period_end: boundaryAfter(
            subscription.billing_cycle_anchor,
            priceOf(item).recurring!,
            moment,
          ),
        }
      : item,
  )
  const pending = pendingLines(cloud, subscription.customer, subscription.id)
  const discounts = running(cloud, subscription.discounts, moment)
  const draft = createInvoice(cloud, {
    customer: cloud.need('customer', subscription.customer),
    currency: subscription.currency,
    lines: [...pending.lines, ...lines],
    reason: 'subscription_cycle',
    subscription,
    period,
    finalizesIn: draftSeconds,
    discounts,
    daysUntilDue: subscription.days_until_due,
  })
  takeItems(cloud, pending.items, draft.id)
  const now = cloud.need('subscription', subscription.id)
  const status = subscription.status === 'trialing' ? 'active' : subscription.status
  const { latest_invoice } = subscription
  const previous = { ...now, latest_invoice }
  cloud.change(
    previous,
    {
      items: itemList(subscription.id, items),
      latest_invoice: draft.id,
      status,
      discounts: lasting(cloud, discounts),
    },
    'customer.subscription.updated',
  )
}

function payerOf(cloud: Cloud, subscription: Subscription): string | null {
  const customer = cloud.store.get('customer', subscription.customer)
  return subscription.default_payment_method ?? customer?.invoice_settings.default_payment_method ?? null
}

/** A draft's hour is over: it is finalised and, unless it is to be sent, collected. */
export function finalizeDue(cloud: Cloud, invoice: Kinds['invoice']): void {
  const open = finalizeInvoice(cloud, invoice)
  if (open.status !== 'open' || open.collection_method === 'send_invoice') return
  collect(cloud, open)
}

/** Starts a fresh cycle now, invoicing it at once: an interval changed, a trial was cut short, a pause ended. */
export function startPeriod(
  cloud: Cloud,
  subscription: Subscription,
  moment: number,
  payment: Payment = {},
): Subscription {
  const items = subscription.items.data.map((item) => ({
    ...item,
    current_period_start: moment,
    current_period_end: boundaryAfter(moment, priceOf(item).recurring!, moment),
  }))
  const patch = { billing_cycle_anchor: moment, ...withItems(subscription, items) }
  const restarted = cloud.change(subscription, patch, 'customer.subscription.updated')
  const pending = pendingLines(cloud, subscription.customer, subscription.id)
  const draft = createInvoice(cloud, {
    customer: cloud.need('customer', subscription.customer),
    currency: subscription.currency,
    lines: [...pending.lines, ...renewalLines(cloud, restarted, moment, moment)],
    reason: 'subscription_update',
    subscription: restarted,
  })
  takeItems(cloud, pending.items, draft.id)
  const open = finalizeInvoice(cloud, draft)
  if (open.status === 'open' && open.collection_method !== 'send_invoice') collect(cloud, open, payment)
  return cloud.need('subscription', subscription.id)
}
