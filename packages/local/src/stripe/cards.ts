import { createHash } from 'node:crypto'
import type { Kinds } from './store.ts'

/** How a test card behaves; numbers as in https://docs.stripe.com/testing. */
export interface CardBehaviour {
  brand: string
  /** Refused whenever it is charged, and when it is first saved unless `savesAnyway`. */
  decline?: DeclineCode
  savesAnyway?: boolean
  /** Asks the person to authenticate: when first used or saved, or each time. */
  authentication?: 'first' | 'always'
  /** The bank disputes each payment a moment later. */
  disputed?: boolean
}

export const declines = {
  generic_decline: ['card_declined', 'Your card was declined.'],
  insufficient_funds: ['card_declined', 'Your card has insufficient funds.'],
  lost_card: ['card_declined', 'Your card was declined.'],
  stolen_card: ['card_declined', 'Your card was declined.'],
  expired_card: ['expired_card', 'Your card has expired.'],
  incorrect_cvc: ['incorrect_cvc', "Your card's security code is incorrect."],
  processing_error: [
    'processing_error',
    'An error occurred while processing your card. Try again in a little bit.',
  ],
} as const
export type DeclineCode = keyof typeof declines

const cards: Record<string, CardBehaviour> = {
  '4242424242424242': { brand: 'visa' },
  '4000056655665556': { brand: 'visa' },
  '5555555555554444': { brand: 'mastercard' },
  '378282246310005': { brand: 'amex' },
  '4000000000000002': { brand: 'visa', decline: 'generic_decline' },
  '4000000000009995': { brand: 'visa', decline: 'insufficient_funds' },
  '4000000000009987': { brand: 'visa', decline: 'lost_card' },
  '4000000000009979': { brand: 'visa', decline: 'stolen_card' },
  '4000000000000069': { brand: 'visa', decline: 'expired_card' },
  '4000000000000127': { brand: 'visa', decline: 'incorrect_cvc' },
  '4000000000000119': { brand: 'visa', decline: 'processing_error' },
  '4000000000000341': { brand: 'visa', decline: 'generic_decline', savesAnyway: true },
  '4000002500003155': { brand: 'visa', authentication: 'first' },
  '4000002760003184': { brand: 'visa', authentication: 'always' },
  '4000000000000259': { brand: 'visa', disputed: true },
}

/** Stripe's ready-made payment methods and tokens, by what follows `pm_card_` or `tok_`. */
const named: Record<string, string> = {
  visa: '4242424242424242',
  visa_debit: '4000056655665556',
  mastercard: '5555555555554444',
  amex: '378282246310005',
  visa_chargeDeclined: '4000000000000002',
  chargeDeclined: '4000000000000002',
  visa_chargeDeclinedInsufficientFunds: '4000000000009995',
  chargeDeclinedInsufficientFunds: '4000000000009995',
  chargeDeclinedExpiredCard: '4000000000000069',
  chargeDeclinedProcessingError: '4000000000000119',
  chargeCustomerFail: '4000000000000341',
  authenticationRequiredOnSetup: '4000002500003155',
  authenticationRequired: '4000002760003184',
  createDispute: '4000000000000259',
}

export interface Card {
  number: string
  expMonth: number
  expYear: number
  cvc?: string | undefined
}

export const behaviourOf = (number: string): CardBehaviour | undefined => cards[number]

/** The card behind `pm_card_visa` or `tok_visa`, valid for three more years. */
export function namedCard(id: string, now: number): Card | undefined {
  const number = named[id.replace(/^(pm_card_|tok_)/, '')]
  if (!number || !/^(pm_card_|tok_)/.test(id)) return undefined
  return { number, expMonth: 12, expYear: new Date(now * 1000).getUTCFullYear() + 3, cvc: '123' }
}

/** The Luhn check that every card number passes. */
export function passesLuhn(number: string): boolean {
  if (!/^\d{12,19}$/.test(number)) return false
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return sum % 10 === 0
}

/** The public face of a card; the same number has the same fingerprint. */
export function cardDetails(card: Card): NonNullable<Kinds['payment_method']['card']> {
  const brand = cards[card.number]?.brand ?? 'visa'
  return {
    brand,
    checks: {
      address_line1_check: null,
      address_postal_code_check: null,
      cvc_check: card.cvc ? 'pass' : null,
    },
    country: 'US',
    display_brand: brand,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    fingerprint: createHash('sha256')
      .update(card.number)
      .digest('base64url')
      .replaceAll(/[-_]/g, 'x')
      .slice(0, 16),
    funding: card.number === '4000056655665556' ? 'debit' : 'credit',
    generated_from: null,
    last4: card.number.slice(-4),
    networks: { available: [brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  }
}
