import type { Cloud } from '../cloud.ts'
import type { Kinds } from '../store.ts'
import type { Line } from './lines.ts'
import { share, spread } from './money.ts'

type Invoice = Kinds['invoice']

interface Reducible {
  amount: number
  product: string
}

/** What each coupon takes off each amount, one after the other; the parts add up to each discount exactly. */
export function reductions(amounts: Reducible[], coupons: Kinds['coupon'][]): number[][] {
  let left = amounts.map(({ amount }) => Math.max(0, amount))
  return coupons.map((coupon) => {
    const only = coupon.applies_to?.products
    const open = left.map((amount, index) => (only && !only.includes(amounts[index]!.product) ? 0 : amount))
    const sum = open.reduce((all, one) => all + one, 0)
    const off = coupon.percent_off
    const total = off === null ? Math.min(sum, coupon.amount_off ?? 0) : share(sum, off * 1000, 100_000)
    const parts = spread(total, open)
    left = left.map((amount, index) => amount - parts[index]!)
    return parts
  })
}

/** Takes the discounts off an invoice's lines. */
export function discountLines(cloud: Cloud, lines: Line[], discounts: string[]): Line[] {
  const known = discounts.flatMap((id) => {
    const coupon = couponOf(cloud, id)
    return coupon ? [{ id, coupon }] : []
  })
  const amounts = lines.map((line) => ({
    amount: line.discountable ? line.amount : 0,
    product: productOf(line),
  }))
  const parts = reductions(
    amounts,
    known.map(({ coupon }) => coupon),
  )
  return lines.map((line, index) => {
    const taken = known
      .map(({ id }, which) => ({ amount: parts[which]![index]!, discount: id }))
      .filter((one) => one.amount > 0)
    return { ...line, discount_amounts: taken, discounts: taken.map((one) => one.discount) }
  })
}

const productOf = (line: Line): string => line.pricing?.price_details?.product ?? ''

/** The coupon behind a discount. */
function couponOf(cloud: Cloud, discount: string): Kinds['coupon'] | undefined {
  const id = cloud.store.get('discount', discount)?.source.coupon
  if (!id) return undefined
  return cloud.store.get('coupon', id) ?? cloud.store.note<Kinds['coupon']>(`coupon:${id}`)
}

/** The sums of an invoice over its lines, and what the customer's balance does to the amount due. */
export function totals(lines: Line[], startingBalance: number): Partial<Invoice> {
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0)
  const byDiscount = new Map<string, number>()
  for (const { amount, discount } of lines.flatMap((line) => line.discount_amounts ?? [])) {
    byDiscount.set(discount, (byDiscount.get(discount) ?? 0) + amount)
  }
  const total_discount_amounts = [...byDiscount].map(([discount, amount]) => ({ amount, discount }))
  const total = subtotal - total_discount_amounts.reduce((sum, one) => sum + one.amount, 0)
  const amount_due = Math.max(0, total + startingBalance)
  return {
    amount_due,
    amount_remaining: amount_due,
    starting_balance: startingBalance,
    subtotal,
    subtotal_excluding_tax: subtotal,
    total,
    total_discount_amounts,
    total_excluding_tax: total,
    total_pretax_credit_amounts: total_discount_amounts.map((one) => ({ ...one, type: 'discount' as const })),
    total_taxes: [],
  }
}

/** What stays on the customer's balance once this invoice is finalised (negative is credit). */
export function endingBalance(total: number, startingBalance: number): number {
  return Math.min(0, total + startingBalance)
}
