import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import { type Item, type Period, type Price, priceOf } from './lines.ts'

/** An item for `price` from `period.start` on. */
export function newItem(
  subscription: string,
  price: Price,
  quantity: number | undefined,
  period: Period,
  metadata: Record<string, string>,
): Item {
  return {
    id: newId('si', 14),
    object: 'subscription_item',
    billing_thresholds: null,
    created: period.start,
    current_period_end: period.end,
    current_period_start: period.start,
    current_trial: null,
    discounts: [],
    metadata,
    ...pricedAs(price),
    ...(price.recurring?.usage_type === 'metered' ? {} : { quantity: quantity ?? 1 }),
    subscription,
    tax_rates: [],
  }
}

/** The fields of an item that follow from its price. */
export function pricedAs(price: Price): Pick<Item, 'plan' | 'price'> {
  const { recurring } = price
  if (!recurring) throw new Error('an item needs a recurring price')
  return {
    plan: {
      id: price.id,
      object: 'plan',
      active: price.active,
      amount: price.unit_amount,
      amount_decimal: price.unit_amount_decimal,
      billing_scheme: price.billing_scheme,
      created: price.created,
      currency: price.currency,
      interval: recurring.interval,
      interval_count: recurring.interval_count,
      livemode: false,
      metadata: price.metadata,
      meter: recurring.meter,
      nickname: price.nickname,
      product: price.product,
      tiers_mode: null,
      transform_usage: null,
      trial_period_days: null,
      usage_type: recurring.usage_type,
    },
    price: price as Item['price'],
  }
}

/** A recurring, active price that fits the subscription's currency and interval. */
export function recurringPrice(cloud: Cloud, id: string, param: string, beside: Item[] = []): Price {
  const price = cloud.need('price', id, param)
  if (!price.recurring) {
    throw refuse(
      `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
      { param },
    )
  }
  if (!price.active)
    throw refuse(`The price specified is inactive. This field only accepts active prices.`, { param })
  const first = beside[0] && priceOf(beside[0])
  if (first && first.currency !== price.currency) {
    throw refuse(
      `The price specified only supports \`${price.currency}\`. This doesn't match the expected currency: \`${first.currency}\`.`,
      {
        param,
      },
    )
  }
  return price
}

/** Items as the list a subscription carries. */
export function itemList(subscription: string, items: Item[]): Kinds['subscription']['items'] {
  const url = `/v1/subscription_items?subscription=${subscription}`
  return { object: 'list', data: items, has_more: false, url }
}

/** What changes with a subscription's items: one that is to end with its period ends with the new one. */
export function withItems(
  { id, cancel_at, cancel_at_period_end }: Kinds['subscription'],
  items: Item[],
): Pick<Kinds['subscription'], 'items' | 'cancel_at'> {
  const ends = Math.min(...items.map((item) => item.current_period_end))
  return { items: itemList(id, items), cancel_at: cancel_at_period_end ? ends : cancel_at }
}
