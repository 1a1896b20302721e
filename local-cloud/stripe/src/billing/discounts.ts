import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import { plus } from './periods.ts'

interface SentDiscount {
  coupon?: string
  promotion_code?: string
  discount?: string
}

/** Redeems coupons and promotion codes; gives the ids of the discounts that stand from now on. */
export function newDiscounts(
  cloud: Cloud,
  sent: SentDiscount[],
  on: { customer: string | null; subscription?: string; session?: string },
): string[] {
  return sent.map((one, index) => {
    if (one.discount) return cloud.need('discount', one.discount, `discounts[${index}][discount]`).id
    const code = one.promotion_code ? redeemCode(cloud, one.promotion_code, on.customer) : undefined
    const coupon = redeem(cloud, code?.promotion.coupon ?? one.coupon ?? '', `discounts[${index}][coupon]`)
    const start = cloud.now(on.customer)
    const months = coupon.duration === 'repeating' ? (coupon.duration_in_months ?? 1) : null
    const end = months === null ? null : plus(start, { interval: 'month', interval_count: months })
    return cloud.create<Kinds['discount']>(
      {
        id: newId('di'),
        object: 'discount',
        checkout_session: on.session ?? null,
        customer: on.customer,
        customer_account: null,
        end,
        invoice: null,
        invoice_item: null,
        promotion_code: code?.id ?? null,
        source: { coupon: coupon.id, type: 'coupon' },
        start,
        subscription: on.subscription ?? null,
        subscription_item: null,
      },
      'customer.discount.created',
    ).id
  })
}

function redeem(cloud: Cloud, id: string, param: string): Kinds['coupon'] {
  const coupon = cloud.need('coupon', id, param)
  if (!isValid(coupon, cloud.now())) throw refuse(`Coupon expired: ${id}`, { code: 'coupon_expired', param })
  const times_redeemed = coupon.times_redeemed + 1
  const valid = coupon.max_redemptions === null || times_redeemed < coupon.max_redemptions
  cloud.store.setNote(`coupon:${id}`, coupon)
  return cloud.change(coupon, { times_redeemed, valid }, 'coupon.updated')
}

/** Whether a coupon may be redeemed once more. */
export function isValid(coupon: Kinds['coupon'], now: number): boolean {
  if (coupon.redeem_by !== null && coupon.redeem_by <= now) return false
  return coupon.max_redemptions === null || coupon.times_redeemed < coupon.max_redemptions
}

function redeemCode(cloud: Cloud, id: string, customer: string | null): Kinds['promotion_code'] {
  const code = cloud.need('promotion_code', id, 'discounts[0][promotion_code]')
  const refusal = whyNot(cloud, code, customer)
  if (refusal)
    throw refuse(refusal, { code: 'promotion_code_invalid', param: 'discounts[0][promotion_code]' })
  return cloud.change(code, { times_redeemed: code.times_redeemed + 1 }, 'promotion_code.updated')
}

/** Why a promotion code cannot be used by this customer now, if so. */
export function whyNot(
  cloud: Cloud,
  code: Kinds['promotion_code'],
  customer: string | null,
): string | undefined {
  const now = cloud.now(customer)
  const coupon = cloud.store.get('coupon', code.promotion.coupon ?? '')
  if (!code.active || !coupon || !isValid(coupon, now)) return 'This promotion code is not active.'
  if (code.expires_at !== null && code.expires_at <= now) return 'This promotion code has expired.'
  if (code.max_redemptions !== null && code.times_redeemed >= code.max_redemptions) {
    return 'This promotion code cannot be redeemed any more.'
  }
  if (code.customer !== null && code.customer !== customer)
    return 'This promotion code is not for this customer.'
  if (
    code.restrictions.first_time_transaction &&
    customer &&
    cloud.store.all('charge', { customer }).some((one) => one.paid)
  ) {
    return 'This promotion code is for first purchases only.'
  }
  return undefined
}

/** The discounts that count at `moment`. */
export function running(cloud: Cloud, discounts: string[], moment: number): string[] {
  return discounts.filter((id) => {
    const discount = cloud.store.get('discount', id)
    return discount !== undefined && (discount.end === null || discount.end > moment)
  })
}

/** The discounts that outlast an invoice: those for one invoice only are used up. */
export function lasting(cloud: Cloud, discounts: string[]): string[] {
  return discounts.filter((id) => {
    const coupon = cloud.store.get('discount', id)?.source.coupon
    return coupon != null && cloud.store.get('coupon', coupon)?.duration !== 'once'
  })
}
