import type { Cloud } from '../cloud.ts'
import { newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import { formatMoney, timesDecimal } from './money.ts'

export type Line = Kinds['invoice']['lines']['data'][number]
export type Item = Kinds['subscription']['items']['data'][number]
export type Price = Kinds['price']
export interface Period {
  start: number
  end: number
}

interface NewLine {
  amount: number
  currency: string
  description: string | null
  period: Period
  price?: Price | Item['price'] | null
  quantity?: number | null
  metadata?: Record<string, string>
  discountable?: boolean
  /** What the line belongs to; one of the two, or neither for a line added by hand. */
  subscriptionItem?: { id: string; subscription: string }
  invoiceItem?: { id: string; proration: boolean; subscription: string | null }
}

export const priceOf = (item: Item): Price => item.price as unknown as Price

/** What a price asks for a quantity, in minor units. */
export const amountOf = (price: { unit_amount_decimal: string | null }, quantity: number): number =>
  timesDecimal(price.unit_amount_decimal ?? '0', quantity)

/** One line of an invoice. */
export function newLine(from: NewLine): Line {
  const { price = null, quantity = null } = from
  return {
    id: newId('il'),
    object: 'line_item',
    amount: from.amount,
    currency: from.currency,
    description: from.description,
    discount_amounts: [],
    discountable: from.discountable ?? true,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: from.metadata ?? {},
    parent: parentOf(from),
    period: from.period,
    pretax_credit_amounts: [],
    pricing: price && {
      price_details: { price: price.id, product: String(price.product) },
      type: 'price_details',
      unit_amount_decimal: price.unit_amount_decimal as string | null,
    },
    quantity,
    quantity_decimal: quantity === null ? null : String(quantity),
    subscription: from.subscriptionItem?.subscription ?? from.invoiceItem?.subscription ?? null,
    subtotal: from.amount,
    taxes: [],
  }
}

function parentOf(from: NewLine): Line['parent'] {
  if (from.invoiceItem) {
    return {
      invoice_item_details: {
        invoice_item: from.invoiceItem.id,
        proration: from.invoiceItem.proration,
        proration_details: { credited_items: null },
        subscription: from.invoiceItem.subscription,
      },
      subscription_item_details: null,
      type: 'invoice_item_details',
    }
  }
  if (!from.subscriptionItem) return null
  return {
    invoice_item_details: null,
    subscription_item_details: {
      invoice_item: null,
      proration: false,
      proration_details: { credited_items: null },
      subscription: from.subscriptionItem.subscription,
      subscription_item: from.subscriptionItem.id,
    },
    type: 'subscription_item_details',
  }
}

/** The line a subscription's item brings for one period. */
export function periodLine(item: Item, productName: string, period: Period, trial: boolean): Line {
  const price = priceOf(item)
  const quantity = item.quantity ?? 1
  const each = `(at ${formatMoney(Number(price.unit_amount_decimal), price.currency)} / ${price.recurring?.interval})`
  return newLine({
    amount: trial ? 0 : amountOf(price, quantity),
    currency: price.currency,
    description: trial ? `Trial period for ${productName}` : `${quantity} × ${productName} ${each}`,
    period,
    price,
    quantity,
    metadata: item.metadata,
    subscriptionItem: { id: item.id, subscription: item.subscription },
  })
}

/** What a price sells, by its product's name. */
export function productName(cloud: Cloud, price: Price): string {
  return cloud.store.get('product', price.product)?.name ?? price.product
}
