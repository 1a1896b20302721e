import type { Cloud } from '../cloud.ts'
import { newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import { createInvoice, finalizeInvoice } from './invoices.ts'
import { amountOf, type Item, type Line, newLine, type Price, priceOf, productName } from './lines.ts'
import { share } from './money.ts'
import { collect, type Payment } from './pay.ts'

type Subscription = Kinds['subscription']

/** One side of a change of price or quantity: what is given back or still asked for, to the second. */
export interface Proration {
  item: Item
  price: Price
  quantity: number
  /** Negative for unused time. */
  amount: number
  period: { start: number; end: number }
  description: string
}

const dayName = (moment: number): string =>
  new Date(moment * 1000).toLocaleDateString('en-GB', {
    day: '2-digit',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  })

/** The share of `item`'s current period that lies after `at`, given back (`sign` -1) or asked for (1). */
export function proration(cloud: Cloud, item: Item, at: number, sign: 1 | -1): Proration | undefined {
  const price = priceOf(item)
  const { current_period_start: start, current_period_end: end } = item
  if (price.recurring?.usage_type === 'metered' || at >= end) return undefined
  const quantity = item.quantity ?? 1
  const amount = share(sign * amountOf(price, quantity), end - Math.max(at, start), end - start)
  const name = productName(cloud, price)
  const what = sign === -1 ? 'Unused time' : 'Remaining time'
  const count = quantity === 1 ? name : `${quantity} × ${name}`
  return {
    item,
    price,
    quantity,
    amount,
    period: { start: at, end },
    description: `${what} on ${count} after ${dayName(at)}`,
  }
}

/** Leaves prorations as pending invoice items for the next invoice. */
export function queueProrations(cloud: Cloud, subscription: Subscription, prorations: Proration[]): void {
  for (const one of prorations) cloud.create(prorationItem(cloud, subscription, one), 'invoiceitem.created')
}

function prorationItem(cloud: Cloud, subscription: Subscription, one: Proration): Kinds['invoiceitem'] {
  return {
    id: newId('ii'),
    object: 'invoiceitem',
    amount: one.amount,
    currency: subscription.currency,
    customer: subscription.customer,
    customer_account: null,
    date: cloud.now(subscription.customer),
    description: one.description,
    discountable: one.amount > 0,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: {},
    net_amount: one.amount,
    parent: {
      subscription_details: { subscription: subscription.id, subscription_item: one.item.id },
      type: 'subscription_details',
    },
    period: one.period,
    pricing: {
      price_details: { price: one.price.id, product: one.price.product },
      type: 'price_details',
      unit_amount_decimal: one.price.unit_amount_decimal,
    },
    proration: true,
    quantity: one.quantity,
    quantity_decimal: String(one.quantity),
    tax_rates: [],
    test_clock: subscription.test_clock,
  }
}

/** Pending invoice items as lines, and the marks to set once an invoice takes them. */
export function pendingLines(
  cloud: Cloud,
  customer: string,
  subscription: string | null,
): { lines: Line[]; items: Kinds['invoiceitem'][] } {
  const items = cloud.store
    .all('invoiceitem', { customer })
    .filter((item) => item.invoice === null)
    .filter((item) => {
      const owner = item.parent?.subscription_details?.subscription ?? null
      return owner === null || owner === subscription
    })
    .reverse()
  return { lines: items.map(lineOfItem), items }
}

/** An invoice item as it appears on an invoice. */
export function lineOfItem(item: Kinds['invoiceitem']): Line {
  const subscription = item.parent?.subscription_details?.subscription ?? null
  const line = newLine({
    amount: item.amount,
    currency: item.currency,
    description: item.description,
    period: item.period,
    quantity: item.quantity,
    metadata: item.metadata ?? {},
    discountable: item.discountable,
    invoiceItem: { id: item.id, proration: item.proration, subscription },
  })
  return { ...line, pricing: item.pricing as Line['pricing'] }
}

/** Says on each taken item which invoice took it. */
export function takeItems(cloud: Cloud, items: Kinds['invoiceitem'][], invoice: string): void {
  for (const item of items) cloud.change(item, { invoice })
}

/** Invoices what is pending for a subscription at once, and collects it. */
export function invoicePending(
  cloud: Cloud,
  subscription: Subscription,
  payment: Payment = {},
): Kinds['invoice'] | undefined {
  const { lines, items } = pendingLines(cloud, subscription.customer, subscription.id)
  if (lines.length === 0) return undefined
  const customer = cloud.need('customer', subscription.customer)
  const draft = createInvoice(cloud, {
    customer,
    currency: subscription.currency,
    lines,
    reason: 'subscription_update',
    subscription,
  })
  takeItems(cloud, items, draft.id)
  const invoice = finalizeInvoice(cloud, draft)
  if (invoice.status !== 'open' || invoice.collection_method === 'send_invoice') return invoice
  return collect(cloud, invoice, payment).invoice
}

/** A cancellation that gives back the unused time. */
export function creditUnused(cloud: Cloud, subscription: Subscription, invoiceNow: boolean): void {
  const now = cloud.now(subscription.customer)
  const credits = subscription.items.data
    .map((item) => proration(cloud, item, now, -1))
    .filter((one) => one !== undefined)
  queueProrations(cloud, subscription, credits)
  if (invoiceNow) invoicePending(cloud, subscription)
}
