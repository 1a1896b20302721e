import { describe, expect, test } from 'vitest'
import { currencyDigits, formatMoney } from './money.ts'

const intlDigits = (code: string) =>
  new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits

/** Where Stripe’s amounts are not in the unit that Intl shows. */
const stripeOnly: Record<string, number> = {
  afn: 2,
  all: 2,
  cop: 2,
  huf: 2,
  idr: 2,
  isk: 2,
  lak: 2,
  lbp: 2,
  mmk: 2,
  pkr: 2,
  sos: 2,
  std: 2,
  ugx: 2,
  yer: 2,
}

describe('money', () => {
  test('an unknown or malformed currency is shown beside the bare number', () => {
    expect(formatMoney(2900, 'xxx')).toBe('2900 XXX')
    expect(formatMoney(2900, '€')).toBe('2900 €')
  })

  test('Stripe’s digits are Intl’s but for the listed currencies', () => {
    const differ = [...currencyDigits].filter(([code, digits]) => digits !== intlDigits(code))
    expect(Object.fromEntries(differ)).toEqual(stripeOnly)
    expect(currencyDigits.size).toBeGreaterThan(135)
  })

  test.each([...currencyDigits])('one major unit of %s is shown as 1', (code, digits) => {
    expect(formatMoney(10 ** digits, code, { trim: true })).toMatch(/^\D*1\D*$/)
  })

  test.each([
    [2900, 'eur', '€29.00'],
    [2900, 'EUR', '€29.00'],
    [-2950, 'eur', '-€29.50'],
    [2900, 'jpy', '¥2,900'],
    [2900, 'huf', 'HUF 29.00'],
    [50_000, 'isk', 'ISK 500'],
    [50_000, 'ugx', 'UGX 500'],
    [2900, 'twd', 'NT$29.00'],
    [5120, 'kwd', 'KWD 5.120'],
  ])('%i of %s is %s', (minor, code, shown) => {
    expect(formatMoney(minor, code).replaceAll('\u00a0', ' ')).toBe(shown)
  })

  test('a price tag leaves zeros away, and the locale decides the signs', () => {
    expect(formatMoney(2900, 'eur', { trim: true })).toBe('€29')
    expect(formatMoney(2950, 'eur', { trim: true })).toBe('€29.50')
    expect(formatMoney(290_050, 'eur', { locale: 'de' }).replaceAll('\u00a0', ' ')).toBe('2.900,50 €')
  })
})
