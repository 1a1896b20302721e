import type Stripe from 'stripe'
import {
  behaviourOf,
  type Card,
  cardDetails,
  type DeclineCode,
  declines,
  namedCard,
  passesLuhn,
} from '../cards.ts'
import type { Cloud } from '../cloud.ts'
import { refuse, StripeError } from '../http/errors.ts'
import { matching, mergeMetadata, pageOf } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'
import { addressOf } from './customers.ts'

type Method = Kinds['payment_method']

/** Makes a payment method out of a test card, or refuses the card as the card networks would. */
export function makeCard(cloud: Cloud, card: Card, billing: Partial<Method['billing_details']> = {}): Method {
  if (!passesLuhn(card.number))
    throw cardError('incorrect_number', 'Your card number is incorrect.', 'number')
  if (!behaviourOf(card.number)) {
    throw cardError(
      'card_declined',
      'Your card was declined. Only test cards work here.',
      'number',
      'test_mode_live_card',
    )
  }
  if (card.expMonth < 1 || card.expMonth > 12) {
    throw cardError('invalid_expiry_month', "Your card's expiration month is invalid.", 'exp_month')
  }
  const now = new Date(cloud.now() * 1000)
  const lastValid = card.expYear * 12 + card.expMonth
  if (lastValid < now.getUTCFullYear() * 12 + now.getUTCMonth() + 1) {
    throw cardError('invalid_expiry_year', "Your card's expiration year is invalid.", 'exp_year')
  }
  const method = cloud.create<Method>({
    id: newId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: {
      address: addressOf({}),
      email: null,
      name: null,
      phone: null,
      tax_id: null,
      ...billing,
    },
    card: cardDetails(card),
    created: cloud.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  })
  cloud.store.setNote(`card:${method.id}`, card.number)
  return method
}

/** A payment method by id; `pm_card_visa` and its kin are made on the spot. */
export function methodOf(cloud: Cloud, id: string, param = 'payment_method'): Method {
  const card = namedCard(id, cloud.now())
  return card ? makeCard(cloud, card) : cloud.need('payment_method', id, param)
}

/** The number behind a payment method. */
export const cardNumber = (cloud: Cloud, method: string): string =>
  cloud.store.note<string>(`card:${method}`) ?? ''

/** Gives a payment method to a customer; the bank is asked, as Stripe does. */
export function attach(cloud: Cloud, id: string, customer: string): Method {
  const method = methodOf(cloud, id)
  if (method.customer === customer) return method
  if (method.customer !== null) {
    throw refuse('The payment method you provided has already been attached to a customer.', {
      code: 'payment_method_unexpected_state',
      param: 'payment_method',
    })
  }
  const behaviour = behaviourOf(cardNumber(cloud, method.id))
  if (behaviour?.decline && !behaviour.savesAnyway) throw declined(behaviour.decline)
  return cloud.change(method, { customer }, 'payment_method.attached')
}

/** The 402 of https://docs.stripe.com/declines; what was recorded on the way stays. */
export function declined(
  decline: DeclineCode,
  more: { charge?: string; payment_intent?: object } = {},
): StripeError {
  const [code, message] = declines[decline]
  return new StripeError(402, { type: 'card_error', code, decline_code: decline, message, ...more }, true)
}

function cardError(code: string, message: string, param: string, decline_code?: string): StripeError {
  return new StripeError(402, {
    type: 'card_error',
    code,
    message,
    param,
    ...(decline_code ? { decline_code } : {}),
  })
}

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
    return pageOf(rows, params, '/v1/payment_methods')
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
