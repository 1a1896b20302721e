import { recurringPrice } from '../billing/items.ts'
import { amountOf, type Price, productName } from '../billing/lines.ts'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import { amountsOf } from './checkout-amounts.ts'
import { type Create, type Plan, planOf, type Session } from './checkout-plan.ts'
import { createPrice } from './prices.ts'

/** What is bought, with each price checked against the session's mode. */
export function readLines(cloud: Cloud, params: Create, mode: string): Plan['lines'] {
  const sent = params.line_items ?? []
  if (sent.length === 0)
    throw refuse('Missing required param: line_items.', { code: 'parameter_missing', param: 'line_items' })
  const lines = sent.map((line, index) => {
    const price = linePrice(cloud, line, `line_items[${index}]`)
    if (mode === 'payment' && price.recurring) {
      throw refuse('You specified `payment` mode but passed a recurring price.', {
        param: `line_items[${index}][price]`,
      })
    }
    const metered = price.recurring?.usage_type === 'metered'
    if (!metered && line.quantity === undefined) {
      throw refuse('Quantity is required. Add `quantity` to `line_items`', {
        code: 'parameter_missing',
        param: `line_items[${index}]`,
      })
    }
    return { id: newId('li'), price: price.id, quantity: metered ? 0 : line.quantity! }
  })
  if (mode !== 'subscription') return lines
  const recurring = lines.filter((line) => cloud.need('price', line.price).recurring)
  if (recurring.length === 0) {
    throw refuse('You must provide at least one recurring price in `subscription` mode.', {
      param: 'line_items',
    })
  }
  for (const [index, line] of recurring.entries())
    recurringPrice(cloud, line.price, `line_items[${index}][price]`)
  return lines
}

function linePrice(cloud: Cloud, line: NonNullable<Create['line_items']>[number], param: string): Price {
  if (line.price) return cloud.need('price', line.price, `${param}[price]`)
  if (!line.price_data)
    throw refuse('Missing price or price_data.', { code: 'parameter_missing', param: `${param}[price]` })
  const { product_data, ...data } = line.price_data
  return createPrice(cloud, {
    ...data,
    ...(product_data
      ? { product_data: { name: product_data.name, metadata: product_data.metadata ?? {} } }
      : {}),
  })
}

/** A session's lines as `checkout.sessions.listLineItems` shows them. */
export function lineItems(cloud: Cloud, session: Session): Kinds['line_item'][] {
  const plan = planOf(cloud, session)
  const discounts = plan.discounts.length > 0 ? amountsOf(cloud, plan, session.customer).discounts : []
  return plan.lines.map((line, index) => {
    const price = cloud.need('price', line.price)
    const amount = amountOf(price, line.quantity)
    return {
      id: line.id,
      object: 'item',
      adjustable_quantity: null,
      amount_discount: discounts[index] ?? 0,
      amount_subtotal: amount,
      amount_tax: 0,
      amount_total: amount - (discounts[index] ?? 0),
      currency: price.currency,
      description: productName(cloud, price),
      metadata: {},
      price: price as Kinds['line_item']['price'],
      quantity: line.quantity,
    }
  })
}
