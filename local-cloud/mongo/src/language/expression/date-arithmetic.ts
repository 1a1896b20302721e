import { dateAdd, dateDiff, dateTrunc, parseUnit, parseWeekday } from '../calendar.ts'
import { MongoError } from '../error.ts'
import type { Value } from '../value.ts'
import { int, isNumeric, long, toDouble } from '../value.ts'
import { typeName } from './arithmetic.ts'
import { instantOf, toZone } from './date.ts'
import type { Argument, Env, Expression, Operator, Scope } from './scope.ts'
import { isNullish, namedArguments } from './scope.ts'

function textOf(value: Argument, what: string, code = 5439013): string {
  if (typeof value === 'string') return value
  throw new MongoError(code, `${what} must be a string, found ${typeName(value)}`)
}

const orDefault = (part: Value | undefined, fallback: Value): Value => (part === undefined ? fallback : part)

/** The `timezone` and `startOfWeek` of a call; one that is null or missing, and needed, makes its result null. */
interface Calendar {
  zone: Value
  week: Value
}

function calendarOf(
  parts: { timezone?: Value; startOfWeek?: Value },
  scope: Scope,
): (env: Env, unit: Argument) => Calendar | null {
  const zone = scope.compile(orDefault(parts.timezone, 'UTC'))
  const week = scope.compile(orDefault(parts.startOfWeek, 'sunday'))
  return (env, unit) => {
    const found = { zone: zone(env), week: unit === 'week' ? week(env) : 'sunday' }
    return isNullish(found.zone) || isNullish(found.week) ? null : { zone: found.zone, week: found.week }
  }
}

function moved(name: '$dateAdd' | '$dateSubtract', sign: 1 | -1): Operator {
  return (argument, scope) => {
    const parts = namedArguments(argument, name, ['startDate', 'unit', 'amount'], ['timezone'])
    const [start, unit, amount] = [parts.startDate, parts.unit, parts.amount].map((each) =>
      scope.compile(each),
    )
    const calendar = calendarOf(parts, scope)
    return (env) => {
      const [from, unitText, by] = [start!(env), unit!(env), amount!(env)]
      const place = calendar(env, unitText)
      if (isNullish(from) || isNullish(unitText) || isNullish(by) || !place) return null
      const instant = instantOf(from, 5166403)
      const parsed = parseUnit(textOf(unitText, `${name} 'unit'`, 5166404))
      const count = isNumeric(by) ? toDouble(by) : Number.NaN
      if (!Number.isSafeInteger(count))
        throw new MongoError(5166405, `${name} expects integer amount of time units`)
      const result = new Date(dateAdd(instant, parsed, sign * count, toZone(place.zone)))
      if (Number.isNaN(result.getTime())) throw new MongoError(5166406, 'dateAdd overflowed')
      return result
    }
  }
}

function difference(argument: Value, scope: Scope): Expression {
  const parts = namedArguments(
    argument,
    '$dateDiff',
    ['startDate', 'endDate', 'unit'],
    ['timezone', 'startOfWeek'],
  )
  const [start, end, unit] = [parts.startDate, parts.endDate, parts.unit].map((each) => scope.compile(each))
  const calendar = calendarOf(parts, scope)
  return (env) => {
    const [from, to, unitText] = [start!(env), end!(env), unit!(env)]
    const place = calendar(env, unitText)
    if (isNullish(from) || isNullish(to) || isNullish(unitText) || !place) return null
    const [first, last] = [instantOf(from, 5166307), instantOf(to, 5166307)]
    const parsed = parseUnit(textOf(unitText, "$dateDiff 'unit'"), 5439014)
    const startOfWeek = parseWeekday(textOf(place.week, "$dateDiff 'startOfWeek'", 5439015))
    return long(BigInt(dateDiff(first, last, parsed, toZone(place.zone), startOfWeek)))
  }
}

function truncated(argument: Value, scope: Scope): Expression {
  const parts = namedArguments(
    argument,
    '$dateTrunc',
    ['date', 'unit'],
    ['binSize', 'timezone', 'startOfWeek'],
  )
  const [date, unit, bin] = [parts.date, parts.unit, orDefault(parts.binSize, int(1))].map((each) =>
    scope.compile(each),
  )
  const calendar = calendarOf(parts, scope)
  return (env) => {
    const [value, unitText, size] = [date!(env), unit!(env), bin!(env)]
    const place = calendar(env, unitText)
    if (isNullish(value) || isNullish(unitText) || isNullish(size) || !place) return null
    const instant = instantOf(value, 5439012)
    const parsed = parseUnit(textOf(unitText, "$dateTrunc 'unit'"), 5439014)
    const binSize = isNumeric(size) ? toDouble(size) : Number.NaN
    if (!Number.isSafeInteger(binSize))
      throw new MongoError(5439017, "$dateTrunc requires 'binSize' to be a 64-bit integer")
    if (binSize <= 0) throw new MongoError(5439018, "$dateTrunc requires 'binSize' to be greater than 0")
    const startOfWeek = parseWeekday(textOf(place.week, "$dateTrunc 'startOfWeek'", 5439015))
    return new Date(dateTrunc(instant, parsed, binSize, toZone(place.zone), startOfWeek))
  }
}

/** Moving dates, and measuring and dividing the time between them. */
export const dateArithmeticOperators: Record<string, Operator> = {
  $dateAdd: moved('$dateAdd', 1),
  $dateDiff: difference,
  $dateSubtract: moved('$dateSubtract', -1),
  $dateTrunc: truncated,
}
