import { MongoError } from './error.ts'
import type { Zone } from './time-zone.ts'
import { fromWallClock, wallClock } from './time-zone.ts'

const units = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond'] as const
export type Unit = (typeof units)[number]

const dayMs = 86_400_000
/** Units whose length does not depend on the calendar; in a time zone, days and weeks do. */
export const unitMs: Partial<Record<Unit, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: dayMs,
  week: 7 * dayMs,
}
const elapsed = (unit: Unit): number | undefined =>
  unit === 'day' || unit === 'week' ? undefined : unitMs[unit]
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const weekdayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

export function parseUnit(text: string, code = 9): Unit {
  const unit = units.find((each) => each === text)
  if (unit) return unit
  throw new MongoError(code, `unknown time unit value: ${text}`)
}

/** The number of a weekday, Sunday being 0. */
export function parseWeekday(text: string): number {
  const name = text.toLowerCase()
  const day = Math.max(weekdays.indexOf(name), weekdayNames.indexOf(name))
  if (day === -1) throw new MongoError(5439016, `unknown day of week value: ${text}`)
  return day
}

/** Milliseconds since the epoch for calendar numbers that may overflow their range, in years below 100 too. */
export function utcMs(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  ms = 0,
): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date.setUTCHours(hour, minute, second, ms)
}

const dayNumber = (date: Date): number => Math.floor(date.getTime() / dayMs)
const monthNumber = (date: Date): number => date.getUTCFullYear() * 12 + date.getUTCMonth()

/** Days since the last `startOfWeek`. */
const daysIntoWeek = (date: Date, startOfWeek: number): number => (date.getUTCDay() - startOfWeek + 7) % 7

/**
 * Moves an instant by an amount of a unit. Days and longer units keep the wall clock's time across clock changes, and
 * a day that the month does not have becomes its last; shorter units are elapsed time.
 */
export function dateAdd(ms: number, unit: Unit, amount: number, zone: Zone): number {
  const length = elapsed(unit)
  if (length !== undefined) return ms + amount * length
  const wall = wallClock(ms, zone)
  const moved = movedBy(wall, unit, amount)
  return moved === wall.getTime() ? ms : fromWallClock(moved, zone)
}

function movedBy(wall: Date, unit: Unit, amount: number): number {
  if (unit === 'day' || unit === 'week') return wall.getTime() + amount * (unit === 'week' ? 7 : 1) * dayMs
  const month = monthNumber(wall) + amount * (unit === 'year' ? 12 : unit === 'quarter' ? 3 : 1)
  const [year, inYear] = [Math.floor(month / 12), ((month % 12) + 12) % 12]
  const lastDay = new Date(utcMs(year, inYear + 1, 0)).getUTCDate()
  const timeOfDay = wall.getTime() - dayNumber(wall) * dayMs
  return utcMs(year, inYear, Math.min(wall.getUTCDate(), lastDay)) + timeOfDay
}

/** How many boundaries of the unit lie between two instants. */
export function dateDiff(start: number, end: number, unit: Unit, zone: Zone, startOfWeek: number): number {
  if (unit === 'millisecond') return end - start
  const [from, to] = [wallClock(start, zone), wallClock(end, zone)]
  switch (unit) {
    case 'year':
      return to.getUTCFullYear() - from.getUTCFullYear()
    case 'quarter':
      return Math.floor(monthNumber(to) / 3) - Math.floor(monthNumber(from) / 3)
    case 'month':
      return monthNumber(to) - monthNumber(from)
    case 'week':
      return (
        (dayNumber(to) -
          daysIntoWeek(to, startOfWeek) -
          (dayNumber(from) - daysIntoWeek(from, startOfWeek))) /
        7
      )
    case 'day':
      return dayNumber(to) - dayNumber(from)
  }
  const length = unitMs[unit]!
  const correction = Math.trunc((zone.offsetAt(start) - zone.offsetAt(end)) / length)
  return Math.floor(to.getTime() / length) - Math.floor(from.getTime() / length) + correction
}

/** The start of the bin of `binSize` units that an instant falls into; bins are counted from 2000-01-01 in the zone. */
export function dateTrunc(ms: number, unit: Unit, binSize: number, zone: Zone, startOfWeek: number): number {
  const millennium = utcMs(2000, 0, 1)
  const length = elapsed(unit)
  let reference = millennium - zone.offsetAt(millennium)
  if (length !== undefined) return ms - modulo(ms - reference, binSize * length)
  if (unit === 'week') reference += ((7 - daysIntoWeek(new Date(millennium), startOfWeek)) % 7) * dayMs
  const distance = dateDiff(reference, ms, unit, zone, startOfWeek)
  return dateAdd(reference, unit, distance - modulo(distance, binSize), zone)
}

const modulo = (value: number, size: number): number => ((value % size) + size) % size

/** Day of the year, from 1. */
export const dayOfYear = (wall: Date): number =>
  dayNumber(wall) - utcMs(wall.getUTCFullYear(), 0, 1) / dayMs + 1

/** Week of the year, from 0; weeks begin on Sundays, and days before the first are in week 0. */
export const weekOfYear = (wall: Date): number =>
  Math.floor((dayOfYear(wall) - (wall.getUTCDay() + 1) + 7) / 7)

/** The ISO 8601 week date: weeks begin on Mondays and belong to the year that has their Thursday. */
export function isoWeek(wall: Date): { year: number; week: number; day: number } {
  const day = wall.getUTCDay() || 7
  const thursday = new Date(wall.getTime() + (4 - day) * dayMs)
  return { year: thursday.getUTCFullYear(), week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1, day }
}

/** The date of an ISO week date, as milliseconds of a wall clock. */
export function fromIsoWeek(year: number, week: number, day: number): number {
  const fourth = new Date(utcMs(year, 0, 4))
  const monday = fourth.getTime() - ((fourth.getUTCDay() || 7) - 1) * dayMs
  return monday + ((week - 1) * 7 + (day - 1)) * dayMs
}
