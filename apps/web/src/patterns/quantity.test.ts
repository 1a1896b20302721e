import { describe, expect, it } from 'vitest'
import { formatBytes, formatMoney, formatRelative } from './quantity.ts'

describe('quantities as people read them', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [25 * 1024 ** 2, '25 MiB'],
    [1.5 * 1024 ** 3, '1.5 GiB'],
  ])('%i bytes are %s', (bytes, shown) => {
    expect(formatBytes(bytes)).toBe(shown)
  })

  it('money comes in minor units, whatever a currency’s digits', () => {
    expect(formatMoney(2900, 'eur')).toBe('€29')
    expect(formatMoney(2950, 'eur')).toBe('€29.50')
    expect(formatMoney(2900, 'jpy')).toBe('¥2,900')
    expect(formatMoney(2900, 'eur', 'en', false)).toBe('€29.00')
  })

  it('times are told from now, in both directions', () => {
    const now = Date.UTC(2026, 10, 21)
    expect(formatRelative(now - 20_000, now)).toBe('now')
    expect(formatRelative(now - 3 * 3_600_000, now)).toBe('3 hours ago')
    expect(formatRelative(now + 2 * 86_400_000, now)).toBe('in 2 days')
  })
})
