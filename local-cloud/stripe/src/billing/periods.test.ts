import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundaryAfter, plus } from './periods.ts'

const at = (iso: string): number => Date.parse(iso) / 1000
const day = (moment: number): string => new Date(moment * 1000).toISOString().slice(0, 10)
const monthly = { interval: 'month', interval_count: 1 }

describe('a billing period', () => {
  it('ends on the month’s last day where the anchor’s day is missing, and finds back to it', () => {
    const days = [1, 2, 3, 4].map((times) => day(plus(at('2027-10-31T12:00:00Z'), monthly, times)))
    expect(days).toEqual(['2027-11-30', '2027-12-31', '2028-01-31', '2028-02-29'])
  })

  it('keeps a leap day only in leap years', () => {
    const yearly = { interval: 'year', interval_count: 1 }
    const days = [1, 4].map((times) => day(plus(at('2028-02-29T00:00:00Z'), yearly, times)))
    expect(days).toEqual(['2029-02-28', '2032-02-29'])
  })

  it('always holds the moment it is asked for', () => {
    const every = fc.record({
      interval: fc.constantFrom('day', 'week', 'month', 'year'),
      interval_count: fc.integer({ min: 1, max: 12 }),
    })
    const moment = fc.integer({ min: at('2020-01-01'), max: at('2040-01-01') })
    fc.assert(
      fc.property(moment, moment, every, (one, other, recurring) => {
        const [anchor, now] = [Math.min(one, other), Math.max(one, other)]
        const end = boundaryAfter(anchor, recurring, now)
        expect(end).toBeGreaterThan(now)
        let times = 1
        while (plus(anchor, recurring, times) < end) times++
        expect(plus(anchor, recurring, times)).toBe(end)
        expect(plus(anchor, recurring, times - 1)).toBeLessThanOrEqual(now)
      }),
      { numRuns: 50 },
    )
  })
})
