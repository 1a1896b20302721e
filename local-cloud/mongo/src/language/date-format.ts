import { dayOfYear, fromIsoWeek, isoWeek, utcMs, weekOfYear } from './calendar.ts'
import { MongoError, notHere } from './error.ts'
import type { Zone } from './time-zone.ts'
import { fromWallClock, parseZone, utc, wallClock } from './time-zone.ts'

/** MongoDB's format specifiers, for writing dates as text and for reading them. */

const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
]
const padded = (value: number, width: number): string => String(value).padStart(width, '0')

function offsetText(minutes: number): string {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${padded(Math.floor(size / 60), 2)}${padded(size % 60, 2)}`
}

const writers: Record<string, (wall: Date, offsetMinutes: number) => string> = {
  '%': () => '%',
  Y: (wall) => {
    const year = wall.getUTCFullYear()
    if (year >= 0 && year <= 9999) return padded(year, 4)
    throw new MongoError(
      18537,
      `Could not convert date to string: date component was outside the supported range of 0-9999: ${year}`,
    )
  },
  m: (wall) => padded(wall.getUTCMonth() + 1, 2),
  d: (wall) => padded(wall.getUTCDate(), 2),
  H: (wall) => padded(wall.getUTCHours(), 2),
  M: (wall) => padded(wall.getUTCMinutes(), 2),
  S: (wall) => padded(wall.getUTCSeconds(), 2),
  L: (wall) => padded(wall.getUTCMilliseconds(), 3),
  j: (wall) => padded(dayOfYear(wall), 3),
  w: (wall) => String(wall.getUTCDay() + 1),
  U: (wall) => padded(weekOfYear(wall), 2),
  G: (wall) => padded(isoWeek(wall).year, 4),
  V: (wall) => padded(isoWeek(wall).week, 2),
  u: (wall) => String(isoWeek(wall).day),
  b: (wall) => months[wall.getUTCMonth()]!.slice(0, 3),
  B: (wall) => months[wall.getUTCMonth()]!,
  z: (_, minutes) => offsetText(minutes),
  Z: (_, minutes) => String(minutes),
}

/** Writes an instant by a format such as `%Y-%m-%d`; without one, as ISO 8601. */
export function formatDate(ms: number, format: string | undefined, zone: Zone): string {
  const wall = wallClock(ms, zone)
  const offset = zone.offsetAt(ms) / 60_000
  const pattern = format ?? (zone.isUtc ? '%Y-%m-%dT%H:%M:%S.%LZ' : '%Y-%m-%dT%H:%M:%S.%L')
  return specifiers(pattern, Object.keys(writers))
    .map((piece) => piece.literal ?? writers[piece.specifier!]!(wall, offset))
    .join('')
}

/** Refuses a format with a specifier that dates cannot be written with. */
export function checkWritable(format: string): void {
  specifiers(format, Object.keys(writers))
}

/** Refuses a format with a specifier that dates cannot be read with. */
export function checkReadable(format: string): void {
  specifiers(format, readable)
}

interface Piece {
  literal?: string
  specifier?: string
}

function specifiers(format: string, known: readonly string[]): Piece[] {
  return (format.match(/%[\s\S]?|[^%]+/g) ?? []).map((piece) => {
    if (!piece.startsWith('%')) return { literal: piece }
    const letter = piece.slice(1)
    if (letter === '') throw new MongoError(18535, `Unmatched '%' at end of format string`)
    if (!known.includes(letter))
      throw new MongoError(18536, `Invalid format character '%${letter}' in format string`)
    return { specifier: letter }
  })
}

type Fields = Partial<Record<'Y' | 'm' | 'd' | 'H' | 'M' | 'S' | 'L' | 'j' | 'G' | 'V' | 'u', number>> & {
  zone?: Zone
}

const numberPatterns: Record<string, string> = {
  ...{
    Y: '\\d{4}',
    m: '\\d{1,2}',
    d: '\\d{1,2}',
    H: '\\d{1,2}',
    M: '\\d{1,2}',
    S: '\\d{1,2}',
    L: '\\d{1,3}',
  },
  ...{ j: '\\d{3}', G: '\\d{1,4}', V: '\\d{1,2}', u: '\\d' },
}
/** UTC under one of its names, or an offset from it. */
const zoneText = /^ ?(?:Z|(?:GMT|UTC)?([+-]\d{2}(?::?\d{2})?)|GMT|UTC)(?![A-Za-z])/i
const readable = [...Object.keys(numberPatterns), '%', 'b', 'B', 'z', 'Z']

/** Why a text is no date, in MongoDB's words; turned into ConversionFailure (241) unless the caller has an answer. */
const conversionFailure = (why: string): MongoError => new MongoError(241, why)

/** Reads a text by a format. Throws ConversionFailure (241) when it does not fit. */
export function parseDateByFormat(text: string, format: string, zone: Zone | undefined): number {
  const failed = (why: string): MongoError => conversionFailure(`Error parsing date string '${text}'; ${why}`)
  const fields: Fields = {}
  let at = 0
  for (const { literal, specifier } of specifiers(format, readable)) {
    const expected = literal ?? (specifier === '%' ? '%' : undefined)
    if (expected !== undefined) {
      if (!text.startsWith(expected, at)) throw failed(`${at}: Format literal not found '${text[at] ?? ''}'`)
      at += expected.length
    } else {
      const taken = readField(text.slice(at), specifier!, fields)
      if (taken === 0) throw failed(`${at}: no value for '%${specifier}'`)
      at += taken
    }
  }
  if (at !== text.length) throw failed(`${at}: Trailing data '${text[at]}'`)
  return instantOf(fields, zone, failed)
}

function readField(rest: string, specifier: string, fields: Fields): number {
  if (specifier === 'b' || specifier === 'B') {
    const at = months.findIndex((month) =>
      rest.toLowerCase().startsWith((specifier === 'b' ? month.slice(0, 3) : month).toLowerCase()),
    )
    if (at === -1) return 0
    fields.m = at + 1
    return specifier === 'b' ? 3 : months[at]!.length
  }
  if (specifier === 'z') {
    const found = zoneText.exec(rest)
    if (found) fields.zone = parseZone(found[1] ?? 'UTC')
    else if (/^ ?[A-Za-z]/.test(rest)) throw notHere(`the time zone in '${rest}'`)
    return found?.[0].length ?? 0
  }
  if (specifier === 'Z') {
    const found = /^[+-]?\d{1,4}/.exec(rest)?.[0]
    const offset = Number(found) * 60_000
    if (found) fields.zone = { isUtc: offset === 0, offsetAt: () => offset }
    return found?.length ?? 0
  }
  const found = new RegExp(`^${numberPatterns[specifier]}`).exec(rest)?.[0]
  if (found === undefined) return 0
  fields[specifier as 'Y'] = specifier === 'L' ? Number(found.padEnd(3, '0')) : Number(found)
  return found.length
}

function instantOf(fields: Fields, given: Zone | undefined, failed: (why: string) => MongoError): number {
  if (fields.zone && given) throw failed('time zone information is given both in the string and beside it')
  const zone = fields.zone ?? given ?? utc
  const { H = 0, M = 0, S = 0, L = 0 } = fields
  if (H > 23 || M > 59 || S > 59) throw failed('the time of day is out of range')
  const timeOfDay = ((H * 60 + M) * 60 + S) * 1000 + L
  const isWeekDate = [fields.G, fields.V, fields.u].some((field) => field !== undefined)
  if (isWeekDate && [fields.Y, fields.m, fields.d, fields.j].some((field) => field !== undefined))
    throw failed('Mixing of ISO dates with natural dates is not allowed')
  if (fields.G !== undefined) {
    const { V = 1, u = 1 } = fields
    if (V < 1 || V > 53 || u < 1 || u > 7) throw failed('the week date is out of range')
    return fromWallClock(fromIsoWeek(fields.G, V, u) + timeOfDay, zone)
  }
  if (fields.Y === undefined)
    throw failed('an incomplete date/time string has been found, with elements missing')
  if (fields.j !== undefined) {
    if (fields.j < 1 || fields.j > 366) throw failed('the day of the year is out of range')
    return fromWallClock(utcMs(fields.Y, 0, fields.j) + timeOfDay, zone)
  }
  const { m, d } = fields
  if (m === undefined || d === undefined) {
    throw failed('an incomplete date/time string has been found, with elements missing')
  }
  const wall = utcMs(fields.Y, m - 1, d)
  if (m < 1 || m > 12 || new Date(wall).getUTCDate() !== d) throw failed('the parsed date was invalid')
  return fromWallClock(wall + timeOfDay, zone)
}

const isoText =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?)?( ?(?:Z|(?:UTC|GMT)?(?:[+-]\d{2}(?::?\d{2})?)?))$/i

/** Reads ISO 8601 text. Other ways to write a date that MongoDB may understand are refused as not supported. */
export function parseDate(text: string, zone: Zone | undefined): number {
  const failed = (why: string): MongoError => conversionFailure(`Error parsing date string '${text}'; ${why}`)
  const found = isoText.exec(text.trim())
  if (!found) {
    if (!/\d/.test(text)) throw failed('an incomplete date/time string has been found, with elements missing')
    throw notHere(`reading the date '${text}' without a format`)
  }
  const [, Y, m, d, H = 0, M = 0, S = 0, fraction = '', suffix] = found
  const fields: Fields = {
    Y: Number(Y),
    m: Number(m),
    d: Number(d),
    H: Number(H),
    M: Number(M),
    S: Number(S),
  }
  fields.L = Number(fraction.slice(0, 3).padEnd(3, '0'))
  if (suffix?.trim()) fields.zone = parseZone(zoneText.exec(suffix)?.[1] ?? 'UTC')
  return instantOf(fields, zone, failed)
}
