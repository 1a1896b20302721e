import type { Cloud } from '../cloud.ts'
import type { Kinds } from '../store.ts'
import { amountOf, type Item, type Line, newLine, priceOf, productName } from './lines.ts'

/** What a customer used of a meter in `[start, end)`, by the meter's own formula. */
export function usageOf(
  cloud: Cloud,
  meter: Kinds['billing.meter'],
  customer: string,
  start: number,
  end: number,
): number {
  const rows = cloud.store
    .sql(
      'select value, at from usage where meter = ? and customer = ? and at >= ? and at < ? order by at, seq',
    )
    .all(meter.event_name, customer, start, end)
  const values = rows.map((row) => Number(row.value))
  if (meter.default_aggregation.formula === 'count') return values.length
  if (meter.default_aggregation.formula === 'last') return values.at(-1) ?? 0
  return values.reduce((sum, value) => sum + value, 0)
}

/** What a metered item used in the period that ends, at its price. */
export function usageLines(cloud: Cloud, subscription: Kinds['subscription'], item: Item): Line[] {
  const price = priceOf(item)
  const meter = price.recurring?.meter ? cloud.store.get('billing.meter', price.recurring.meter) : undefined
  if (!meter) return []
  const period = { start: item.current_period_start, end: item.current_period_end }
  const used = usageOf(cloud, meter, subscription.customer, period.start, period.end)
  return [
    newLine({
      amount: amountOf(price, used),
      currency: price.currency,
      description: `${used} × ${productName(cloud, price)}`,
      period,
      price,
      quantity: used,
      metadata: item.metadata,
      subscriptionItem: { id: item.id, subscription: subscription.id },
    }),
  ]
}
