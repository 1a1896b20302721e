import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatMoney, share, spread, timesDecimal } from './money.ts'

describe('money', () => {
  it('multiplies decimals exactly', () => {
    expect(timesDecimal('0.5', 301)).toBe(151)
    expect(timesDecimal('0.000000000001', 1)).toBe(0)
    expect(timesDecimal('1.005', 1000)).toBe(1005)
    expect(timesDecimal('90071992547409.91', 100)).toBe(9_007_199_254_740_991)
  })

  it('gives back exactly what it asked for over the same time', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e6), fc.integer({ min: 1, max: 1e6 }), (amount, part, whole) => {
        expect(share(amount, part, whole) + share(-amount, part, whole)).toBe(0)
      }),
    )
  })

  it('spreads a discount over lines without losing or inventing a cent', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e7), { minLength: 1, maxLength: 20 }), fc.nat(100), (weights, percent) => {
        const sum = weights.reduce((all, one) => all + one, 0)
        const total = share(sum, percent, 100)
        const parts = spread(total, weights)
        expect(parts.reduce((all, one) => all + one, 0)).toBe(total)
        for (const [index, part] of parts.entries()) expect(part).toBeLessThanOrEqual(weights[index]!)
      }),
    )
  })

  it('writes currencies with the decimals they have', () => {
    expect([formatMoney(1999, 'usd'), formatMoney(1999, 'jpy'), formatMoney(1999, 'kwd')]).toEqual([
      '$19.99',
      '¥1,999',
      expect.stringContaining('1.999'),
    ])
  })
})
