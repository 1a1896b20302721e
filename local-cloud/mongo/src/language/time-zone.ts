import { MongoError } from './error.ts'

/** A time zone: how far its wall clocks are ahead of UTC, in milliseconds, at an instant. */
export interface Zone {
  readonly isUtc: boolean
  offsetAt(ms: number): number
}

export const utc: Zone = { isUtc: true, offsetAt: () => 0 }
const zones = new Map<string, Zone>([
  ['UTC', utc],
  ['GMT', utc],
  ['Z', utc],
])

/** Reads an Olson name such as `Europe/Berlin` or an offset such as `+0530`; refuses others with 40485. */
export function parseZone(text: string): Zone {
  const known = zones.get(text)
  if (known) return known
  const zone = fixedOffset(text) ?? namedZone(text)
  zones.set(text, zone)
  return zone
}

function fixedOffset(text: string): Zone | undefined {
  const found = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(text)
  if (!found) return undefined
  const minutes = Number(found[2]) * 60 + Number(found[3] ?? 0)
  const offset = (found[1] === '-' ? -minutes : minutes) * 60_000
  return { isUtc: offset === 0, offsetAt: () => offset }
}

function namedZone(text: string): Zone {
  try {
    const format = new Intl.DateTimeFormat('en', { timeZone: text, timeZoneName: 'longOffset' })
    return { isUtc: false, offsetAt: (ms) => offsetIn(format, ms) }
  } catch {
    throw new MongoError(40485, `unrecognized time zone identifier: "${text}"`)
  }
}

function offsetIn(format: Intl.DateTimeFormat, ms: number): number {
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
  const found = /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name)
  if (!found) return 0
  const seconds = Number(found[2]) * 3600 + Number(found[3]) * 60 + Number(found[4] ?? 0)
  return (found[1] === '-' ? -seconds : seconds) * 1000
}

/** An instant as its zone's wall clock shows it: read it with the UTC getters. */
export const wallClock = (ms: number, zone: Zone): Date => new Date(ms + zone.offsetAt(ms))

const dayMs = 86_400_000

/**
 * The instant at which the zone's wall clock shows a time. Of two, when clocks are put back, the first; a time that
 * is skipped when clocks are put forward counts on from before the change.
 */
export function fromWallClock(wall: number, zone: Zone): number {
  const before = zone.offsetAt(wall - dayMs)
  const after = zone.offsetAt(wall + dayMs)
  if (before === after) return wall - before
  if (zone.offsetAt(wall - before) === before) return wall - before
  if (zone.offsetAt(wall - after) === after) return wall - after
  return wall - before
}
