import type Stripe from 'stripe'
import type { Cloud } from '../cloud.ts'
import { notImplemented, refuse } from '../http/errors.ts'
import { listPage, mergeMetadata, within } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { letters } from '../ids.ts'
import { isTooSmall, requireFits } from '../payments/currencies.ts'
import type { Sent } from '../wire.ts'
import { amountsOf, asFields } from './checkout-amounts.ts'
import { lineItems, readLines } from './checkout-lines.ts'
import type { Plan, Session } from './checkout-plan.ts'

type Create = Sent<Stripe.Checkout.SessionCreateParams>

function createSession(cloud: Cloud, params: Create): Session {
  const mode = params.mode ?? 'payment'
  const customer = params.customer ? cloud.need('customer', params.customer, 'customer') : undefined
  if (customer && params.customer_email) {
    throw refuse('You may only specify one of these parameters: customer, customer_email.', {
      param: 'customer_email',
    })
  }
  if (!params.success_url) {
    throw refuse('You must provide a success_url.', { code: 'parameter_missing', param: 'success_url' })
  }
  for (const name of ['success_url', 'cancel_url'] as const) {
    const url = params[name]
    if (url !== undefined && !/^https?:\/\/[^/]/.test(url))
      throw refuse('Not a valid URL', { code: 'url_invalid', param: name })
  }
  if (params.ui_mode && params.ui_mode !== 'hosted_page')
    throw notImplemented(`ui_mode=${params.ui_mode}`, 'ui_mode')
  if (params.discounts && params.allow_promotion_codes) {
    throw refuse('You may only specify one of these parameters: allow_promotion_codes, discounts.', {
      param: 'discounts',
    })
  }
  const now = cloud.serverNow()
  const expires = params.expires_at ?? now + 86_400
  if (expires < now + 1800 || expires > now + 86_400) {
    throw refuse(
      'The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.',
      {
        param: 'expires_at',
      },
    )
  }
  const lines = mode === 'setup' ? [] : readLines(cloud, params, mode)
  const prices = lines.map((line) => cloud.need('price', line.price))
  const id = `cs_test_${letters(58)}`
  const plan: Plan = {
    lines,
    subscription: params.subscription_data ?? null,
    payment: params.payment_intent_data ?? null,
    setup: params.setup_intent_data ?? null,
    customerUpdate: params.customer_update ?? null,
    discounts: (params.discounts ?? []).map(({ coupon, promotion_code }) => ({
      ...(coupon ? { coupon } : {}),
      ...(promotion_code ? { promotion_code } : {}),
    })),
  }
  cloud.store.setNote(`checkout:${id}`, plan)
  const sums = mode === 'setup' ? undefined : asFields(amountsOf(cloud, plan, customer?.id ?? null))
  if (mode === 'payment' && sums?.amount_total) requirePayable(sums.amount_total, prices[0]?.currency ?? '')
  return cloud.create<Session>({
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: params.allow_promotion_codes ?? null,
    allowed_payment_method_types: null,
    amount_subtotal: null,
    amount_total: null,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: now,
    currency: prices[0]?.currency ?? params.currency ?? null,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: customer?.id ?? null,
    customer_account: null,
    customer_creation: customer
      ? null
      : (params.customer_creation ?? (mode === 'payment' ? 'if_required' : 'always')),
    customer_details: null,
    customer_email: params.customer_email ?? null,
    discounts: plan.discounts.map(({ coupon = null, promotion_code = null }) => ({ coupon, promotion_code })),
    expires_at: expires,
    integration_identifier: null,
    invoice: null,
    invoice_creation: mode === 'payment' ? { enabled: false, invoice_data: noInvoiceData } : null,
    livemode: false,
    locale: params.locale ?? null,
    managed_payments: null,
    metadata: mergeMetadata({}, params.metadata),
    mode,
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection:
      mode === 'subscription' ? (params.payment_method_collection ?? 'always') : 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card'],
    payment_status: mode === 'setup' ? 'no_payment_required' : 'unpaid',
    permissions: null,
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    success_url: params.success_url,
    total_details: null,
    ui_mode: 'hosted_page',
    url: `${cloud.url}/pay/${id}`,
    wallet_options: null,
    ...sums,
  })
}

function requirePayable(total: number, currency: string): void {
  requireFits(total, currency, 'line_items')
  if (!isTooSmall(total, currency)) return
  throw refuse(`The Checkout Session's total amount is below the least that can be charged in ${currency}.`, {
    code: 'amount_too_small',
  })
}

const noInvoiceData = {
  account_tax_ids: null,
  custom_fields: null,
  description: null,
  footer: null,
  issuer: null,
  metadata: {},
  rendering_options: null,
}

/** Closes an open session for good. */
export function expireSession(cloud: Cloud, session: Session): Session {
  if (session.status !== 'open') {
    throw refuse(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`,
    )
  }
  return cloud.change(session, { status: 'expired', url: null }, 'checkout.session.expired')
}

const takes =
  'allow_promotion_codes cancel_url client_reference_id currency customer customer_creation customer_email customer_update discounts.coupon discounts.promotion_code expires_at line_items.price line_items.quantity line_items.price_data.currency line_items.price_data.product line_items.price_data.product_data.name line_items.price_data.product_data.metadata line_items.price_data.recurring line_items.price_data.unit_amount line_items.price_data.unit_amount_decimal locale metadata mode payment_intent_data.description payment_intent_data.metadata payment_intent_data.setup_future_usage payment_method_collection setup_intent_data.description setup_intent_data.metadata subscription_data.description subscription_data.metadata subscription_data.trial_end subscription_data.trial_period_days subscription_data.trial_settings success_url ui_mode'

export const checkoutRoutes = [
  route<Stripe.Checkout.SessionCreateParams>('POST /v1/checkout/sessions', takes, createSession),
  route('GET /v1/checkout/sessions/{}', '', (cloud, _params, id) => cloud.need('checkout.session', id!)),
  route<Stripe.Checkout.SessionUpdateParams>(
    'POST /v1/checkout/sessions/{}',
    'metadata',
    (cloud, params, id) => {
      const session = cloud.need('checkout.session', id!)
      return cloud.change(session, { metadata: mergeMetadata(session.metadata, params.metadata) })
    },
  ),
  route('POST /v1/checkout/sessions/{}/expire', '', (cloud, _params, id) =>
    expireSession(cloud, cloud.need('checkout.session', id!)),
  ),
  route<Stripe.Checkout.SessionListLineItemsParams>(
    'GET /v1/checkout/sessions/{}/line_items',
    '',
    (cloud, params, id) =>
      listPage(
        lineItems(cloud, cloud.need('checkout.session', id!)),
        params,
        `/v1/checkout/sessions/${id}/line_items`,
      ),
  ),
  route<Stripe.Checkout.SessionListParams>(
    'GET /v1/checkout/sessions',
    'created customer payment_intent status subscription',
    (cloud, params) => {
      const rows = cloud.store
        .all('checkout.session', { customer: params.customer, subscription: params.subscription })
        .filter(
          (one) =>
            within(one.created, params.created) &&
            (!params.status || one.status === params.status) &&
            (!params.payment_intent || one.payment_intent === params.payment_intent),
        )
      return listPage(rows, params, '/v1/checkout/sessions')
    },
  ),
]
