import { dayOfYear, fromIsoWeek, isoWeek, utcMs, weekOfYear } from '../calendar.ts'
import { MongoError } from '../error.ts'
import type { Zone } from '../time-zone.ts'
import { fromWallClock, parseZone, utc, wallClock } from '../time-zone.ts'
import type { Doc, Value } from '../value.ts'
import { int, isDoc, isNumeric, long, ObjectId, Timestamp, toDouble } from '../value.ts'
import { typeName } from './arithmetic.ts'
import type { Argument, Env, Expression, Operator, Scope } from './scope.ts'
import { isNullish, namedArguments } from './scope.ts'

/** The milliseconds of a date, a timestamp or an ObjectId; others are refused. */
export function instantOf(value: Value, code = 16006): number {
  if (value instanceof Date) return value.getTime()
  if (value instanceof Timestamp) return value.t * 1000
  if (value instanceof ObjectId) return value.getTimestamp().getTime()
  throw new MongoError(code, `can't convert from BSON type ${typeName(value)} to Date`)
}

/** Compiles a time zone argument; it answers null for null, and UTC where none is given. */
export function zoneOf(spec: Value | undefined, scope: Scope): (env: Env) => Zone | null {
  if (spec === undefined) return () => utc
  const expression = scope.compile(spec)
  return (env) => {
    const value = expression(env)
    return isNullish(value) ? null : toZone(value)
  }
}

export function toZone(value: Value): Zone {
  if (typeof value === 'string') return parseZone(value)
  throw new MongoError(40517, `timezone must evaluate to a string, found ${typeName(value)}`)
}

/** An operator on the wall clock of a date: `{$year: date}` or `{$year: {date, timezone}}`. */
function part(read: (wall: Date) => Value): Operator {
  return (argument, scope, name) => {
    const spec = Array.isArray(argument) ? onlyElement(argument, name) : argument
    const isNamed = isDoc(spec) && !spec.keys().next().value?.startsWith('$')
    const parts = isNamed ? namedArguments(spec, name, ['date'], ['timezone']) : { date: spec }
    const date = scope.compile(parts.date)
    const zone = zoneOf(parts.timezone, scope)
    return (env) => {
      const value = date(env)
      if (isNullish(value)) return null
      const instant = instantOf(value)
      const place = zone(env)
      return place && read(wallClock(instant, place))
    }
  }
}

function onlyElement(argument: Value[], name: string): Value {
  if (argument.length === 1) return argument[0]!
  throw new MongoError(
    40536,
    `${name} accepts exactly one argument if given an array, but was given ${argument.length}`,
  )
}

function toParts(argument: Value, scope: Scope): Expression {
  const parts = namedArguments(argument, '$dateToParts', ['date'], ['timezone', 'iso8601'])
  const [date, zone] = [scope.compile(parts.date), zoneOf(parts.timezone, scope)]
  const iso = parts.iso8601 === undefined ? undefined : scope.compile(parts.iso8601)
  return (env) => {
    const [value, place] = [date(env), zone(env)]
    const byWeek = iso ? iso(env) : false
    if (isNullish(value) || !place || isNullish(byWeek)) return null
    if (typeof byWeek !== 'boolean')
      throw new MongoError(40521, `iso8601 must evaluate to a bool, found ${typeName(byWeek)}`)
    const wall = wallClock(instantOf(value), place)
    const { year, week, day } = isoWeek(wall)
    const days: [string, number][] = byWeek
      ? [
          ['isoWeekYear', year],
          ['isoWeek', week],
          ['isoDayOfWeek', day],
        ]
      : [
          ['year', wall.getUTCFullYear()],
          ['month', wall.getUTCMonth() + 1],
          ['day', wall.getUTCDate()],
        ]
    const times: [string, number][] = [
      ['hour', wall.getUTCHours()],
      ['minute', wall.getUTCMinutes()],
      ['second', wall.getUTCSeconds()],
      ['millisecond', wall.getUTCMilliseconds()],
    ]
    return new Map([...days, ...times].map(([name, number]) => [name, int(number)])) as Doc
  }
}

const times = ['hour', 'minute', 'second', 'millisecond'] as const

function fromParts(argument: Value, scope: Scope): Expression {
  const byWeek = isDoc(argument) && argument.has('isoWeekYear')
  const fields = byWeek
    ? (['isoWeekYear', 'isoWeek', 'isoDayOfWeek'] as const)
    : (['year', 'month', 'day'] as const)
  const all = [...fields, ...times]
  const parts: Partial<Record<string, Value>> = namedArguments(
    argument,
    '$dateFromParts',
    [],
    ['year', 'month', 'day', 'isoWeekYear', 'isoWeek', 'isoDayOfWeek', ...times, 'timezone'],
  )
  if (parts[fields[0]] === undefined)
    throw new MongoError(40516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present")
  const natural = byWeek ? ['year', 'month', 'day'] : ['isoWeekYear', 'isoWeek', 'isoDayOfWeek']
  const mixed = natural.find((name) => isDoc(argument) && argument.has(name))
  if (mixed) {
    throw new MongoError(
      byWeek && mixed !== 'year' ? 40525 : 40489,
      `$dateFromParts does not allow mixing natural dates with ISO dates: ${mixed}`,
    )
  }
  const expressions = all.map((name) => (parts[name] === undefined ? undefined : scope.compile(parts[name])))
  const zone = zoneOf(parts.timezone, scope)
  return (env) => {
    const values = expressions.map((expression, at) => (expression ? expression(env) : int(at < 3 ? 1 : 0)))
    const place = zone(env)
    if (values.some(isNullish) || !place) return null
    const numbers = values.map((value, at) => partNumber(value, all[at]!, at === 0))
    const [year, second, third, hour, minute, sec, ms] = numbers as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    const day = byWeek ? fromIsoWeek(year, second, third) : utcMs(year, second - 1, third)
    const date = new Date(fromWallClock(day + ((hour * 60 + minute) * 60 + sec) * 1000 + ms, place))
    if (!Number.isNaN(date.getTime())) return date
    throw new MongoError(159, '$dateFromParts: Overflow casting to a date')
  }
}

function partNumber(value: Argument, name: string, isYear: boolean): number {
  const number = isNumeric(value) ? toDouble(value) : Number.NaN
  if (!Number.isInteger(number) || Math.abs(number) > 2 ** 63)
    throw new MongoError(40515, `'${name}' must evaluate to an integer, found ${typeName(value)}`)
  if (isYear && (number < 1 || number > 9999)) {
    throw new MongoError(
      name === 'year' ? 40523 : 31095,
      `'${name}' must evaluate to an integer in the range 1 to 9999, found ${number}`,
    )
  }
  const anyLong = name === 'second' || name === 'millisecond'
  if (!isYear && !anyLong && (number < -32768 || number > 32767)) {
    throw new MongoError(
      31034,
      `'${name}' must evaluate to a value in the range [-32768, 32767]; value ${number} is not in range`,
    )
  }
  return number
}

const timestampPart =
  (name: string, read: (value: Timestamp) => number): Operator =>
  (argument, scope) => {
    const expression = scope.compile(Array.isArray(argument) ? onlyElement(argument, name) : argument)
    return (env) => {
      const value = expression(env)
      if (isNullish(value)) return null
      if (!(value instanceof Timestamp))
        throw new MongoError(
          name === '$tsSecond' ? 5687301 : 5687302,
          `Argument to ${name} must be a timestamp, but is ${typeName(value)}`,
        )
      return long(BigInt(read(value)))
    }
  }

export const dateOperators: Record<string, Operator> = {
  $dateFromParts: fromParts,
  $dateToParts: toParts,
  $dayOfMonth: part((wall) => int(wall.getUTCDate())),
  $dayOfWeek: part((wall) => int(wall.getUTCDay() + 1)),
  $dayOfYear: part((wall) => int(dayOfYear(wall))),
  $hour: part((wall) => int(wall.getUTCHours())),
  $isoDayOfWeek: part((wall) => int(isoWeek(wall).day)),
  $isoWeek: part((wall) => int(isoWeek(wall).week)),
  $isoWeekYear: part((wall) => long(BigInt(isoWeek(wall).year))),
  $millisecond: part((wall) => int(wall.getUTCMilliseconds())),
  $minute: part((wall) => int(wall.getUTCMinutes())),
  $month: part((wall) => int(wall.getUTCMonth() + 1)),
  $second: part((wall) => int(wall.getUTCSeconds())),
  $tsIncrement: timestampPart('$tsIncrement', (value) => value.i),
  $tsSecond: timestampPart('$tsSecond', (value) => value.t),
  $week: part((wall) => int(weekOfYear(wall))),
  $year: part((wall) => int(wall.getUTCFullYear())),
}
