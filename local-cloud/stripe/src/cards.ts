import { createHash } from 'node:crypto'
import type { CardBehaviour } from './card-behaviour.ts'
import type { Kinds } from './store.ts'
import { cardNames, testCards } from './test-cards.ts'

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
