import { describe, expect, it } from 'vitest'
import { uploadsByDay } from './uploads-by-day.ts'

describe('uploads by day', () => {
  it('count each day up to now, the empty ones included, and nothing older', () => {
    const now = Date.parse('2026-11-21T10:00:00Z')
    const at = [
      '2026-11-21T09:00:00.000Z',
      '2026-11-21T00:00:00.000Z',
      '2026-11-19T23:59:59.000Z',
      '2026-10-01T00:00:00.000Z',
    ]
    expect(uploadsByDay(at, now, 3)).toEqual([
      { day: '2026-11-19', uploads: 1 },
      { day: '2026-11-20', uploads: 0 },
      { day: '2026-11-21', uploads: 2 },
    ])
  })
})
