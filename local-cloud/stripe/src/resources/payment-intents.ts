import type Stripe from 'stripe'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { listPage, mergeMetadata, within } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { currencyOf, requireChargeable } from '../payments/currencies.ts'
import { cancelIntent, paymentFailed, unexpected } from '../payments/endings.ts'
import { confirmIntent, createIntent } from '../payments/intents.ts'
import { methodOf, requireUsable } from '../payments/methods.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'

type Intent = Kinds['payment_intent']

/** Confirms for an API caller: a decline is a 402 that leaves the intent behind. */
function confirm(
  cloud: Cloud,
  intent: Intent,
  params: Sent<Stripe.PaymentIntentConfirmParams>,
  offSession = false,
): Intent {
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
    throw unexpected(intent, 'confirm')
  }
  const method = params.payment_method ?? intent.payment_method
  if (!method) {
    throw refuse(
      'You cannot confirm this PaymentIntent because it is missing a payment method. Provide one with `payment_method`.',
      { code: 'payment_intent_unexpected_state', param: 'payment_method' },
    )
  }
  const returnUrl = params.return_url ?? null
  const after = confirmIntent(cloud, intent, { method, offSession, returnUrl })
  if (after.status !== 'requires_payment_method') return after
  throw paymentFailed(after)
}

function create(cloud: Cloud, params: Sent<Stripe.PaymentIntentCreateParams>): Intent {
  if (params.customer) cloud.need('customer', params.customer, 'customer')
  const currency = currencyOf(params.currency)
  requireChargeable(params.amount, currency)
  const intent = createIntent(cloud, {
    amount: params.amount,
    currency,
    customer: params.customer ?? null,
    description: params.description ?? null,
    metadata: mergeMetadata({}, params.metadata),
    receiptEmail: params.receipt_email ?? null,
    setupFutureUsage: params.setup_future_usage ?? null,
    statementDescriptor: params.statement_descriptor ?? null,
    allowedTypes: params.allowed_payment_method_types ?? null,
  })
  if (!params.confirm) {
    if (!params.payment_method) return intent
    const method = methodOf(cloud, params.payment_method)
    requireUsable(cloud, method, intent.customer, 'PaymentIntent')
    return cloud.change(intent, { payment_method: method.id, status: 'requires_confirmation' })
  }
  const { payment_method, return_url, off_session } = params
  const given = { ...(payment_method ? { payment_method } : {}), ...(return_url ? { return_url } : {}) }
  return confirm(cloud, intent, given, Boolean(off_session))
}

function update(cloud: Cloud, params: Sent<Stripe.PaymentIntentUpdateParams>, id: string): Intent {
  const intent = cloud.need('payment_intent', id)
  const { metadata, expand: _expand, receipt_email, ...plain } = params
  if (
    ['succeeded', 'canceled'].includes(intent.status) &&
    (plain.amount ?? plain.currency ?? plain.payment_method)
  ) {
    throw unexpected(intent, 'update')
  }
  const currency = plain.currency === undefined ? intent.currency : currencyOf(plain.currency)
  requireChargeable(plain.amount ?? intent.amount, currency)
  if (plain.customer) cloud.need('customer', plain.customer, 'customer')
  if (plain.payment_method) {
    const method = methodOf(cloud, plain.payment_method)
    requireUsable(cloud, method, plain.customer ?? intent.customer, 'PaymentIntent')
    plain.payment_method = method.id
  }
  const patch = {
    ...(plain as Partial<Intent>),
    currency,
    metadata: mergeMetadata(intent.metadata, metadata),
  }
  if (receipt_email !== undefined) patch.receipt_email = receipt_email || null
  if (plain.payment_method && intent.status === 'requires_payment_method')
    patch.status = 'requires_confirmation'
  return cloud.change(intent, patch)
}

const updatable =
  'amount currency customer description metadata payment_method receipt_email setup_future_usage statement_descriptor'

export const paymentIntentRoutes = [
  route<Stripe.PaymentIntentCreateParams>(
    'POST /v1/payment_intents',
    `${updatable} allowed_payment_method_types automatic_payment_methods confirm off_session return_url`,
    create,
  ),
  route('GET /v1/payment_intents/{}', 'client_secret', (cloud, _params, id) =>
    cloud.need('payment_intent', id!),
  ),
  route<Stripe.PaymentIntentUpdateParams>('POST /v1/payment_intents/{}', updatable, (cloud, params, id) =>
    update(cloud, params, id!),
  ),
  route<Stripe.PaymentIntentConfirmParams>(
    'POST /v1/payment_intents/{}/confirm',
    'payment_method return_url off_session',
    (cloud, params, id) =>
      confirm(cloud, cloud.need('payment_intent', id!), params, Boolean(params.off_session)),
  ),
  route<Stripe.PaymentIntentCancelParams>(
    'POST /v1/payment_intents/{}/cancel',
    'cancellation_reason',
    (cloud, params, id) =>
      cancelIntent(cloud, cloud.need('payment_intent', id!), params.cancellation_reason ?? null),
  ),
  route<Stripe.PaymentIntentListParams>('GET /v1/payment_intents', 'customer created', (cloud, params) => {
    const rows = cloud.store.all('payment_intent', { customer: params.customer })
    return listPage(
      rows.filter((intent) => within(intent.created, params.created)),
      params,
      '/v1/payment_intents',
    )
  }),
  route('GET /v1/charges/{}', '', (cloud, _params, id) => cloud.need('charge', id!)),
  route<Stripe.ChargeListParams>('GET /v1/charges', 'customer created payment_intent', (cloud, params) => {
    const rows = cloud.store.all('charge', { customer: params.customer })
    return listPage(
      rows.filter(
        (one) =>
          within(one.created, params.created) &&
          (!params.payment_intent || one.payment_intent === params.payment_intent),
      ),
      params,
      '/v1/charges',
    )
  }),
]
