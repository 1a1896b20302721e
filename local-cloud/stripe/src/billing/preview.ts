import type Stripe from 'stripe'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'
import { changeSubscription } from './change.ts'
import { newDiscounts, running } from './discounts.ts'
import { draftInvoice } from './invoice.ts'
import { pendingLines } from './prorate.ts'
import { renewalLines } from './renew.ts'

class Undo extends Error {}

/** The invoice that would come next, with a change of items if asked for; nothing of it stays. */
export function preview(cloud: Cloud, params: Sent<Stripe.InvoiceCreatePreviewParams>): Kinds['invoice'] {
  let shown: Kinds['invoice'] | undefined
  const { store } = cloud
  store.db.exec('savepoint preview')
  try {
    shown = upcoming(cloud, params)
    throw new Undo()
  } catch (error) {
    store.db.exec('rollback to preview')
    store.db.exec('release preview')
    if (!(error instanceof Undo)) throw error
  }
  return shown!
}

function upcoming(cloud: Cloud, params: Sent<Stripe.InvoiceCreatePreviewParams>): Kinds['invoice'] {
  const before = params.subscription
    ? cloud.need('subscription', params.subscription, 'subscription')
    : undefined
  const customerId = params.customer ?? before?.customer
  if (!customerId)
    throw refuse('Missing required param: customer.', { code: 'parameter_missing', param: 'customer' })
  const customer = cloud.need('customer', customerId, 'customer')
  if (!before) {
    const pending = pendingLines(cloud, customer.id, null)
    if (pending.lines.length === 0) throw nothingUpcoming(customer.id)
    const currency = pending.items[0]!.currency
    const discounts = newDiscounts(cloud, params.discounts || [], { customer: customer.id })
    return asPreview(
      draftInvoice(cloud, { customer, currency, lines: pending.lines, reason: 'upcoming', discounts }),
    )
  }
  if (params.discounts) {
    const discounts = newDiscounts(cloud, params.discounts, {
      customer: customer.id,
      subscription: before.id,
    })
    cloud.change(before, { discounts })
  }
  const details = params.subscription_details
  const { items, proration_behavior, proration_date, cancel_at_period_end } = details ?? {}
  const subscription = details
    ? changeSubscription(cloud, cloud.need('subscription', before.id), {
        ...(items ? { items } : {}),
        ...(cancel_at_period_end === undefined ? {} : { cancel_at_period_end }),
        ...(proration_date === undefined ? {} : { proration_date }),
        proration_behavior: proration_behavior === 'none' ? 'none' : 'create_prorations',
      })
    : cloud.need('subscription', before.id)
  if (subscription.cancel_at_period_end || subscription.status === 'canceled')
    throw nothingUpcoming(customer.id)
  const pending = pendingLines(cloud, customer.id, subscription.id)
  const moment = Math.min(...subscription.items.data.map((item) => item.current_period_end))
  const start = Math.min(...subscription.items.data.map((item) => item.current_period_start))
  const onlyChange = proration_behavior === 'always_invoice'
  return asPreview(
    draftInvoice(cloud, {
      customer,
      currency: subscription.currency,
      lines: onlyChange
        ? pending.lines
        : [...pending.lines, ...renewalLines(cloud, subscription, moment, subscription.billing_cycle_anchor)],
      reason: 'upcoming',
      subscription,
      period: { start, end: moment },
      discounts: running(cloud, subscription.discounts, moment),
    }),
  )
}

const asPreview = (invoice: Kinds['invoice']): Kinds['invoice'] => ({
  ...invoice,
  id: `upcoming_${invoice.id}`,
})

const nothingUpcoming = (customer: string) =>
  refuse(`No upcoming invoices for customer: ${customer}`, { code: 'invoice_upcoming_none', status: 404 })
