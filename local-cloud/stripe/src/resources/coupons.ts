import type Stripe from 'stripe'
import { isValid } from '../billing/discounts.ts'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { listPage, matching, mergeMetadata, within } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { letters, newId } from '../ids.ts'
import { currencyOf } from '../payments/currencies.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'

type Coupon = Kinds['coupon']
type Code = Kinds['promotion_code']

function createCoupon(cloud: Cloud, params: Sent<Stripe.CouponCreateParams>): Coupon {
  const { amount_off = null, percent_off = null } = params
  if ((amount_off === null) === (percent_off === null)) {
    throw refuse('You must pass exactly one of amount_off and percent_off.', {
      code: 'parameter_missing',
      param: 'percent_off',
    })
  }
  if (percent_off !== null && (percent_off <= 0 || percent_off > 100)) {
    throw refuse('Invalid percent_off: must be over 0 and at most 100.', { param: 'percent_off' })
  }
  if (amount_off !== null && !params.currency)
    throw refuse('You must pass currency when passing amount_off', { param: 'currency' })
  if (params.duration === 'repeating' && !params.duration_in_months) {
    throw refuse('You must pass duration_in_months when the duration is repeating.', {
      param: 'duration_in_months',
    })
  }
  const id = params.id ?? letters(8)
  if (cloud.store.get('coupon', id))
    throw refuse('Coupon already exists.', { code: 'resource_already_exists', param: 'id' })
  return cloud.create<Coupon>(
    {
      id,
      object: 'coupon',
      amount_off,
      ...(params.applies_to?.products ? { applies_to: { products: params.applies_to.products } } : {}),
      created: cloud.serverNow(),
      currency: amount_off === null ? null : currencyOf(params.currency!),
      duration: params.duration ?? 'once',
      duration_in_months: params.duration_in_months ?? null,
      livemode: false,
      max_redemptions: params.max_redemptions ?? null,
      metadata: mergeMetadata({}, params.metadata),
      name: params.name ?? null,
      percent_off,
      redeem_by: params.redeem_by ?? null,
      times_redeemed: 0,
      valid: true,
    },
    'coupon.created',
  )
}

function createCode(cloud: Cloud, params: Sent<Stripe.PromotionCodeCreateParams>): Code {
  const coupon = cloud.need('coupon', params.promotion.coupon ?? '', 'promotion[coupon]')
  const code = params.code ?? letters(8).toUpperCase()
  const same = cloud.store
    .all('promotion_code')
    .find((one) => one.active && one.code.toLowerCase() === code.toLowerCase())
  if (same && same.customer === (params.customer ?? null)) {
    throw refuse(`An active promotion code with \`code: ${code}\` already exists.`, {
      code: 'resource_already_exists',
      param: 'code',
    })
  }
  return cloud.create<Code>(
    {
      id: newId('promo'),
      object: 'promotion_code',
      active: params.active ?? true,
      code,
      created: cloud.serverNow(),
      customer: params.customer ?? null,
      customer_account: null,
      expires_at: params.expires_at ?? null,
      livemode: false,
      max_redemptions: params.max_redemptions ?? null,
      metadata: mergeMetadata({}, params.metadata),
      promotion: { coupon: coupon.id, type: 'coupon' },
      restrictions: {
        first_time_transaction: params.restrictions?.first_time_transaction ?? false,
        minimum_amount: null,
        minimum_amount_currency: null,
      },
      times_redeemed: 0,
    },
    'promotion_code.created',
  )
}

export const couponRoutes = [
  route<Stripe.CouponCreateParams>(
    'POST /v1/coupons',
    'amount_off applies_to currency duration duration_in_months id max_redemptions metadata name percent_off redeem_by',
    createCoupon,
  ),
  route('GET /v1/coupons/{}', '', (cloud, _params, id) => {
    const coupon = cloud.need('coupon', id!)
    return { ...coupon, valid: isValid(coupon, cloud.serverNow()) }
  }),
  route<Stripe.CouponUpdateParams>('POST /v1/coupons/{}', 'metadata name', (cloud, params, id) => {
    const coupon = cloud.need('coupon', id!)
    const metadata = mergeMetadata(coupon.metadata, params.metadata)
    return cloud.change(coupon, { metadata, name: params.name ?? coupon.name }, 'coupon.updated')
  }),
  route('DELETE /v1/coupons/{}', '', (cloud, _params, id) => {
    const coupon = cloud.need('coupon', id!)
    cloud.store.setNote(`coupon:${id}`, coupon)
    cloud.emit('coupon.deleted', coupon)
    return cloud.store.remove('coupon', id!)
  }),
  route<Stripe.CouponListParams>('GET /v1/coupons', 'created', (cloud, params) => {
    const rows = cloud.store.all('coupon').filter((one) => within(one.created, params.created))
    return listPage(rows, params, '/v1/coupons')
  }),
  route<Stripe.PromotionCodeCreateParams>(
    'POST /v1/promotion_codes',
    'active code customer expires_at max_redemptions metadata promotion restrictions.first_time_transaction',
    createCode,
  ),
  route('GET /v1/promotion_codes/{}', '', (cloud, _params, id) => cloud.need('promotion_code', id!)),
  route<Stripe.PromotionCodeUpdateParams>(
    'POST /v1/promotion_codes/{}',
    'active metadata',
    (cloud, params, id) => {
      const code = cloud.need('promotion_code', id!)
      const metadata = mergeMetadata(code.metadata, params.metadata)
      return cloud.change(code, { metadata, active: params.active ?? code.active }, 'promotion_code.updated')
    },
  ),
  route<Stripe.PromotionCodeListParams>(
    'GET /v1/promotion_codes',
    'active code coupon created customer',
    (cloud, params) => {
      const { active, code, customer, coupon } = params
      const rows = matching(cloud.store.all('promotion_code', { customer }), { active, code })
      return listPage(
        rows.filter(
          (one) => within(one.created, params.created) && (!coupon || one.promotion.coupon === coupon),
        ),
        params,
        '/v1/promotion_codes',
      )
    },
  ),
]
