import { dateAdd, dateDiff, dateTrunc, parseUnit, parseWeekday } from '../calendar.ts'
import { MongoError } from '../error.ts'
import type { Value } from '../value.ts'
import { int, isNumeric, long, toDouble } from '../value.ts'
import { typeName } from './arithmetic.ts'
import { instantOf, zoneOf } from './date.ts'
import type { Argument, Expression, Operator, Scope } from './scope.ts'
import { isNullish, namedArguments } from './scope.ts'

function textOf(value: Argument, what: string): string {
  if (typeof value === 'string') return value
  throw new MongoError(5439013, `${what} must be a string, found ${typeName(value)}`)
}

function moved(name: '$dateAdd' | '$dateSubtract', sign: 1 | -1): Operator {
  return (argument, scope) => {
    const parts = namedArguments(argument, name, ['startDate', 'unit', 'amount'], ['timezone'])
    const [start, unit, amount] = [parts.startDate, parts.unit, parts.amount].map((each) =>
      scope.compile(each),
    )
    const zone = zoneOf(parts.timezone, scope)
    return (env) => {
      const [from, unitText, by, place] = [start!(env), unit!(env), amount!(env), zone(env)]
      if (isNullish(from) || isNullish(unitText) || isNullish(by) || !place) return null
      const count = isNumeric(by) ? toDouble(by) : Number.NaN
      if (!Number.isSafeInteger(count))
        throw new MongoError(5166405, `${name} expects integer amount of time units`)
      const result = new Date(
        dateAdd(instantOf(from), parseUnit(textOf(unitText, `${name} 'unit'`)), sign * count, place),
      )
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
  const zone = zoneOf(parts.timezone, scope)
  const week = scope.compile(parts.startOfWeek ?? 'sunday')
  return (env) => {
    const [from, to, unitText, place] = [start!(env), end!(env), unit!(env), zone(env)]
    if (isNullish(from) || isNullish(to) || isNullish(unitText) || !place) return null
    const parsed = parseUnit(textOf(unitText, "$dateDiff 'unit'"))
    const weekText = parsed === 'week' ? week(env) : 'sunday'
    if (isNullish(weekText)) return null
    const startOfWeek = parseWeekday(textOf(weekText, "$dateDiff 'startOfWeek'"))
    return long(BigInt(dateDiff(instantOf(from), instantOf(to), parsed, place, startOfWeek)))
  }
}

function truncated(argument: Value, scope: Scope): Expression {
  const parts = namedArguments(
    argument,
    '$dateTrunc',
    ['date', 'unit'],
    ['binSize', 'timezone', 'startOfWeek'],
  )
  const [date, unit, bin] = [parts.date, parts.unit, parts.binSize ?? int(1)].map((each) =>
    scope.compile(each),
  )
  const zone = zoneOf(parts.timezone, scope)
  const week = scope.compile(parts.startOfWeek ?? 'sunday')
  return (env) => {
    const [value, unitText, size, place] = [date!(env), unit!(env), bin!(env), zone(env)]
    if (isNullish(value) || isNullish(unitText) || isNullish(size) || !place) return null
    const parsed = parseUnit(textOf(unitText, "$dateTrunc 'unit'"))
    const binSize = isNumeric(size) ? toDouble(size) : Number.NaN
    if (!Number.isSafeInteger(binSize))
      throw new MongoError(5439017, "$dateTrunc requires 'binSize' to be a 64-bit integer")
    if (binSize <= 0) throw new MongoError(5439018, "$dateTrunc requires 'binSize' to be greater than 0")
    const weekText = parsed === 'week' ? week(env) : 'sunday'
    if (isNullish(weekText)) return null
    const startOfWeek = parseWeekday(textOf(weekText, "$dateTrunc 'startOfWeek'"))
    return new Date(dateTrunc(instantOf(value), parsed, binSize, place, startOfWeek))
  }
}

/** Moving dates, and measuring and dividing the time between them. */
export const dateArithmeticOperators: Record<string, Operator> = {
  $dateAdd: moved('$dateAdd', 1),
  $dateDiff: difference,
  $dateSubtract: moved('$dateSubtract', -1),
  $dateTrunc: truncated,
}
