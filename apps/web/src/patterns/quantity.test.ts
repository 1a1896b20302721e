import { describe, expect, it } from 'vitest'
import { formatBytes, formatRelative, inEnglish } from './quantity.ts'

describe('quantities as people read them', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [25_000_000, '25 MB'],
    [1_500_000_000, '1.5 GB'],
    [1e15, '1,000 TB'],
  ])('%i bytes are %s', (bytes, shown) => {
    expect(formatBytes(bytes)).toBe(shown)
  })

  it.each([
    ['en', 'October 21, 2026', '3 hours ago', '1.5 MB'],
    ['de', '21 October 2026', '3 hours ago', '1,5 MB'],
    ['a language of another release', 'October 21, 2026', '3 hours ago', '1.5 MB'],
    [undefined, 'October 21, 2026', '3 hours ago', '1.5 MB'],
  ])('a tenant of the region %s reads English words in its own order', (stored, date, ago, size) => {
    const locale = inEnglish(stored)
    const at = Date.UTC(2026, 9, 21, 12)
    const written = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(at)
    expect([written, formatRelative(at, at + 3 * 3_600_000, locale), formatBytes(1_500_000, locale)]).toEqual(
      [date, ago, size],
    )
  })

  it('times are told from now, in both directions', () => {
    const now = Date.UTC(2026, 10, 21)
    expect(formatRelative(now - 20_000, now)).toBe('now')
    expect(formatRelative(now - 3 * 3_600_000, now)).toBe('3 hours ago')
    expect(formatRelative(now + 2 * 86_400_000, now)).toBe('in 2 days')
  })
})
