import { describe, expect, it } from 'vitest'
import { formatBytes, formatRelative } from './quantity.ts'

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

  it('times are told from now, in both directions', () => {
    const now = Date.UTC(2026, 10, 21)
    expect(formatRelative(now - 20_000, now)).toBe('now')
    expect(formatRelative(now - 3 * 3_600_000, now)).toBe('3 hours ago')
    expect(formatRelative(now + 2 * 86_400_000, now)).toBe('in 2 days')
  })
})
