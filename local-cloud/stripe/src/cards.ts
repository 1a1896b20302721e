import { createHash } from 'node:crypto'
import type { Kinds } from './store.ts'
import { cardNames, testCards } from './test-cards.ts'

/** How a test card behaves; numbers as in https://docs.stripe.com/testing. */
export interface CardBehaviour {
  brand: string
  /** Two letters of ISO 3166; the United States if left out. */
  country?: string
  funding?: 'debit' | 'prepaid'
  /** What the checks of security code and address come to, where those were sent; else they pass. */
  checks?: Partial<Record<'address_line1_check' | 'address_postal_code_check' | 'cvc_check', string>>
  /** Refused whenever it is charged, and when it is first saved unless `savesAnyway`. */
  decline?: DeclineCode
  savesAnyway?: boolean
  /** Asks the person to authenticate: when first used or saved, each time, or each time that they are there to do it. */
  authentication?: 'first' | 'always' | 'on-session'
  /** The bank disputes each payment a moment later, for this reason. */
  disputed?: 'fraudulent' | 'product_not_received'
  /** What the bank opens: an inquiry, which takes nothing back yet, or several disputes. One dispute unless told otherwise. */
  disputes?: 'inquiry' | 'two'
  /** A refund waits a while before it succeeds, or succeeds and fails a while later. */
  refund?: 'pending' | 'fails'
}

export const declines = {
  generic_decline: ['card_declined', 'Your card was declined.'],
  insufficient_funds: ['card_declined', 'Your card has insufficient funds.'],
  card_velocity_exceeded: [
    'card_declined',
    'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
  ],
  fraudulent: ['card_declined', 'Your card was declined.'],
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

export interface Card {
  number: string
  expMonth: number
  expYear: number
  cvc?: string | undefined
}

export const behaviourOf = (number: string): CardBehaviour | undefined => testCards.get(number)

/** The card behind `pm_card_visa` or `tok_visa`, valid for three more years. */
export function namedCard(id: string, now: number): Card | undefined {
  const number = cardNames.get(id.replace(/^(pm_card_|tok_)/, ''))
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
  const { brand = 'visa', country = 'US', funding = 'credit', checks } = testCards.get(card.number) ?? {}
  return {
    brand,
    checks: {
      address_line1_check: checks?.address_line1_check ?? null,
      address_postal_code_check: checks?.address_postal_code_check ?? null,
      cvc_check: card.cvc ? (checks?.cvc_check ?? 'pass') : null,
    },
    country,
    display_brand: brand,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    fingerprint: createHash('sha256')
      .update(card.number)
      .digest('base64url')
      .replaceAll(/[-_]/g, 'x')
      .slice(0, 16),
    funding,
    generated_from: null,
    last4: card.number.slice(-4),
    networks: { available: [brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  }
}
