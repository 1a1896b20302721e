import { describe, expect, it } from 'vitest'
import { formatBytes, formatRelative } from './quantity.ts'

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

  it('times are told from now, in both directions', () => {
    const now = Date.UTC(2026, 10, 21)
    expect(formatRelative(now - 20_000, now)).toBe('now')
    expect(formatRelative(now - 3 * 3_600_000, now)).toBe('3 hours ago')
    expect(formatRelative(now + 2 * 86_400_000, now)).toBe('in 2 days')
  })
})
