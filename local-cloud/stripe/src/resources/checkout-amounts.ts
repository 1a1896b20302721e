import { isValid, whyNot } from '../billing/discounts.ts'
import { amountOf } from '../billing/lines.ts'
import { reductions } from '../billing/totals.ts'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import type { Kinds } from '../store.ts'
import type { Plan, Session } from './checkout-plan.ts'

/** What a session asks for now, in minor units; `discounts` goes line by line. */
export interface Amounts {
  subtotal: number
  discounts: number[]
  discount: number
  total: number
}

/** Sums up a session; during a trial recurring prices ask for nothing yet. */
export function amountsOf(cloud: Cloud, plan: Plan, customer: string | null): Amounts {
  const trial = Boolean(plan.subscription?.trial_period_days || plan.subscription?.trial_end)
  const amounts = plan.lines.map((line) => {
    const price = cloud.need('price', line.price)
    const amount = trial && price.recurring ? 0 : amountOf(price, line.quantity)
    return { amount, product: price.product }
  })
  const coupons = plan.discounts.map((one, index) => couponFor(cloud, one, `discounts[${index}]`, customer))
  const parts = reductions(amounts, coupons)
  const discounts = amounts.map((_, line) => parts.reduce((sum, part) => sum + part[line]!, 0))
  const subtotal = amounts.reduce((sum, one) => sum + one.amount, 0)
  const discount = discounts.reduce((sum, one) => sum + one, 0)
  return { subtotal, discounts, discount, total: subtotal - discount }
}

function couponFor(
  cloud: Cloud,
  sent: Plan['discounts'][number],
  param: string,
  customer: string | null,
): Kinds['coupon'] {
  if (sent.promotion_code) {
    const code = cloud.need('promotion_code', sent.promotion_code, `${param}[promotion_code]`)
    const refusal = whyNot(cloud, code, customer)
    if (refusal) throw refuse(refusal, { code: 'promotion_code_invalid', param: `${param}[promotion_code]` })
    return cloud.need('coupon', code.promotion.coupon ?? '', param)
  }
  const coupon = cloud.need('coupon', sent.coupon ?? '', `${param}[coupon]`)
  if (!isValid(coupon, cloud.now(customer)))
    throw refuse(`Coupon expired: ${coupon.id}`, { code: 'coupon_expired', param })
  return coupon
}

/** The plan with the promotion code that was typed on the page, or a refusal of that code. */
export function withTypedCode(cloud: Cloud, session: Session, plan: Plan, typed: string | null): Plan {
  if (!typed || !session.allow_promotion_codes) return plan
  const codes = cloud.store.all('promotion_code')
  const found = codes.find((one) => one.active && one.code.toLowerCase() === typed.toLowerCase())
  if (!found) throw refuse('This promotion code does not exist.', { param: 'promotionCode' })
  return { ...plan, discounts: [...plan.discounts, { promotion_code: found.id }] }
}

/** The fields of a session that follow from its sums. */
export function asFields(
  amounts: Amounts,
): Pick<Session, 'amount_subtotal' | 'amount_total' | 'total_details'> {
  return {
    amount_subtotal: amounts.subtotal,
    amount_total: amounts.total,
    total_details: { amount_discount: amounts.discount, amount_shipping: 0, amount_tax: 0 },
  }
}
