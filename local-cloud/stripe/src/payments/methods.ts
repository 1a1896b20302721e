import { type DeclineCode, declines } from '../card-behaviour.ts'
import { behaviourOf, type Card, cardDetails, namedCard, passesLuhn } from '../cards.ts'
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

const spentNote = (method: string) => `spent:${method}`

/** A method that was let go of, or used without a customer, serves no second time. */
export const spend = (cloud: Cloud, method: string): void => cloud.store.setNote(spentNote(method), true)

const isSpent = (cloud: Cloud, method: Method): boolean =>
  method.customer === null && cloud.store.note(spentNote(method.id)) === true

/** Refuses what was spent, and a card of somebody else's. `what` is the kind of intent that it is for. */
export function requireUsable(
  cloud: Cloud,
  method: Method,
  customer: string | null,
  what: 'PaymentIntent' | 'SetupIntent',
): void {
  if (isSpent(cloud, method)) {
    throw refuse(
      'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
      { code: 'payment_method_unexpected_state', param: 'payment_method' },
    )
  }
  if (method.customer === null || method.customer === customer) return
  if (customer !== null) {
    throw refuse(
      `The PaymentMethod ${method.id} does not belong to the Customer you supplied ${customer}. Please use this PaymentMethod with the Customer that it belongs to instead.`,
      { param: 'payment_method' },
    )
  }
  const include = `belongs to the Customer ${method.customer}. Please include the Customer in the \`customer\` parameter on the ${what}.`
  if (what === 'SetupIntent') {
    throw refuse(`The payment method supplied (${method.id}) ${include}`, { param: 'payment_method' })
  }
  throw refuse(`The \`payment_method\` parameter supplied ${method.id} ${include}`, {
    code: 'parameter_missing',
    param: 'source',
  })
}

/** A card that a subscription, invoice or customer is to be charged from: it has to be the customer's own. */
export function requireAttached(cloud: Cloud, id: string, customer: string | null, param: string): void {
  if (cloud.need('payment_method', id, param).customer === customer) return
  throw refuse(
    `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
    { code: 'resource_missing', param },
  )
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
  if (isSpent(cloud, method)) {
    throw refuse(
      'This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.',
      { code: 'payment_method_unexpected_state', param: 'payment_method' },
    )
  }
  requireSavable(cloud, method)
  return cloud.change(method, { customer }, 'payment_method.attached')
}

/** The bank is asked whether the card may be kept; some are refused later only. */
export function requireSavable(cloud: Cloud, method: Method): void {
  const behaviour = behaviourOf(cardNumber(cloud, method.id))
  if (behaviour?.decline && !behaviour.savesAnyway) throw declined(behaviour.decline)
}

/** The 402 of https://docs.stripe.com/declines; what was recorded on the way stays. */
function declined(
  decline: DeclineCode,
  more: { charge?: string; payment_intent?: object } = {},
): StripeError {
  const [code, message] = declines[decline]
  const param = paramOf[decline]
  const body = { type: 'card_error', code, decline_code: decline, message, ...more } as const
  return new StripeError(402, param ? { ...body, param } : body, true)
}

/** The part of the card that is at fault, where Stripe names one. */
const paramOf: Partial<Record<DeclineCode, string>> = { expired_card: 'exp_month', incorrect_cvc: 'cvc' }

function cardError(code: string, message: string, param: string, decline_code?: string): StripeError {
  return new StripeError(402, {
    type: 'card_error',
    code,
    message,
    param,
    ...(decline_code ? { decline_code } : {}),
  })
}
