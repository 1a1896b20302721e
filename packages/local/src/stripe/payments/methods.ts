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
import { newId } from '../ids.ts'
import { addressOf } from '../resources/address.ts'
import type { Kinds } from '../store.ts'

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
