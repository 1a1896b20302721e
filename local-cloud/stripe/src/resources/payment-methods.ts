import type Stripe from 'stripe'
import { type Card, namedCard } from '../cards.ts'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { listPage, matching, mergeMetadata } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { attach, makeCard, spend } from '../payments/methods.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'
import { addressOf } from './address.ts'

type Method = Kinds['payment_method']

function createMethod(cloud: Cloud, params: Sent<Stripe.PaymentMethodCreateParams>): Method {
  const { card, billing_details } = params
  if (params.type !== 'card' || !card) {
    throw refuse("The local cloud's Stripe knows payment methods of type card only.", { param: 'type' })
  }
  const read: Card | undefined =
    'token' in card && card.token
      ? namedCard(card.token, cloud.now())
      : 'number' in card && card.number !== undefined
        ? {
            number: card.number.replaceAll(/\D/g, ''),
            expMonth: card.exp_month ?? 0,
            expYear: card.exp_year ?? 0,
            cvc: card.cvc,
          }
        : undefined
  if (!read) throw refuse('No such token.', { code: 'resource_missing', param: 'card' })
  const { address, ...rest } = billing_details ?? {}
  const made = makeCard(cloud, read, {
    ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, value || null])),
    address: addressOf(address || {}),
  })
  return cloud.change(made, { metadata: mergeMetadata({}, params.metadata) })
}

function detach(cloud: Cloud, id: string): Method {
  const method = cloud.need('payment_method', id)
  if (!method.customer)
    throw refuse('The payment method you provided is not attached to a customer so detachment is impossible.')
  const customer = cloud.store.get('customer', method.customer)
  if (customer?.invoice_settings.default_payment_method === id) {
    const invoice_settings = { ...customer.invoice_settings, default_payment_method: null }
    cloud.change(customer, { invoice_settings }, 'customer.updated')
  }
  for (const subscription of cloud.store.all('subscription', { customer: method.customer })) {
    if (subscription.default_payment_method !== id) continue
    cloud.change(subscription, { default_payment_method: null }, 'customer.subscription.updated')
  }
  spend(cloud, id)
  return cloud.change(method, { customer: null }, 'payment_method.detached')
}

export const paymentMethodRoutes = [
  route<Stripe.PaymentMethodCreateParams>(
    'POST /v1/payment_methods',
    'type card billing_details metadata',
    createMethod,
  ),
  route('GET /v1/payment_methods/{}', '', (cloud, _params, id) => cloud.need('payment_method', id!)),
  route<Stripe.PaymentMethodUpdateParams>('POST /v1/payment_methods/{}', 'metadata', (cloud, params, id) => {
    const method = cloud.need('payment_method', id!)
    return cloud.change(
      method,
      { metadata: mergeMetadata(method.metadata, params.metadata) },
      'payment_method.updated',
    )
  }),
  route<Stripe.PaymentMethodListParams>('GET /v1/payment_methods', 'customer type', (cloud, params) => {
    const rows = matching(cloud.store.all('payment_method', { customer: params.customer }), {
      type: params.type,
    })
    return listPage(rows, params, '/v1/payment_methods')
  }),
  route<Stripe.PaymentMethodAttachParams>(
    'POST /v1/payment_methods/{}/attach',
    'customer',
    (cloud, params, id) => {
      const customer = cloud.need('customer', params.customer ?? '', 'customer')
      return attach(cloud, id!, customer.id)
    },
  ),
  route('POST /v1/payment_methods/{}/detach', '', (cloud, _params, id) => detach(cloud, id!)),
]
