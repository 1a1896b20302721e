import { isTimeZone } from '@insula/contracts'
import { describe, expect, it } from 'vitest'
import { timeZonesWith } from './time-zones.ts'

describe('time zones', () => {
  it.each([
    'Asia/Kolkata',
    'Asia/Calcutta',
    'Europe/Kyiv',
    'Europe/Kiev',
    'America/Nuuk',
    'US/Pacific',
    'UTC',
    'Etc/GMT+5',
    '+05:30',
  ])('%s is taken', (zone) => expect(isTimeZone(zone)).toBe(true))

  it.each(['', 'Mars/Olympus', 'Europe/Rome; drop', 'GMT+25', '+99:00', 'Europe/'])('%j is refused', (zone) =>
    expect(isTimeZone(zone)).toBe(false),
  )

  it('each that is offered is taken, and the stored one is offered, once', () => {
    const offered = timeZonesWith('US/Pacific')
    expect(offered.filter((zone) => !isTimeZone(zone))).toEqual([])
    expect(offered.filter((zone) => zone === 'US/Pacific')).toHaveLength(1)
    expect(offered).toEqual(expect.arrayContaining(['Asia/Kolkata', 'Europe/Kyiv']))
  })
})
