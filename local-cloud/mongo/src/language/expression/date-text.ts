import { checkReadable, checkWritable, formatDate, parseDate, parseDateByFormat } from '../date-format.ts'
import { MongoError } from '../error.ts'
import type { Value } from '../value.ts'
import { typeName } from './arithmetic.ts'
import { instantOf, zoneOf } from './date.ts'
import type { Expression, Operator, Scope } from './scope.ts'
import { isNullish, namedArguments } from './scope.ts'

function toText(argument: Value, scope: Scope): Expression {
  const parts = namedArguments(argument, '$dateToString', ['date'], ['format', 'timezone', 'onNull'])
  const [date, zone] = [scope.compile(parts.date), zoneOf(parts.timezone, scope)]
  const format = parts.format === undefined ? undefined : scope.compile(parts.format)
  const onNull = parts.onNull === undefined ? () => null : scope.compile(parts.onNull)
  return (env) => {
    const [value, pattern] = [date(env), format?.(env)]
    if (!isNullish(pattern)) {
      if (typeof pattern !== 'string')
        throw new MongoError(
          18533,
          `$dateToString requires that 'format' be a string, found: ${typeName(pattern)}`,
        )
      checkWritable(pattern)
    }
    const place = zone(env)
    if (isNullish(value)) return onNull(env)
    if (!place || (format && isNullish(pattern))) return null
    return formatDate(instantOf(value), pattern ?? undefined, place)
  }
}

function fromText(argument: Value, scope: Scope): Expression {
  const parts = namedArguments(
    argument,
    '$dateFromString',
    ['dateString'],
    ['format', 'timezone', 'onError', 'onNull'],
  )
  const [text, zone] = [scope.compile(parts.dateString), zoneOf(parts.timezone, scope)]
  const format = parts.format === undefined ? undefined : scope.compile(parts.format)
  const onNull = parts.onNull === undefined ? () => null : scope.compile(parts.onNull)
  const onError = parts.onError === undefined ? undefined : scope.compile(parts.onError)
  return (env) => {
    const [value, pattern] = [text(env), format?.(env)]
    if (!isNullish(pattern)) {
      if (typeof pattern !== 'string')
        throw new MongoError(
          40684,
          `$dateFromString requires that 'format' be a string, found: ${typeName(pattern)}`,
        )
      checkReadable(pattern)
    }
    const place = zone(env)
    if (isNullish(value)) return onNull(env)
    try {
      if (typeof value !== 'string') {
        throw new MongoError(
          241,
          `$dateFromString requires that 'dateString' be a string, found: ${typeName(value)}`,
        )
      }
      if (!place || (format && isNullish(pattern))) return null
      const given = parts.timezone === undefined ? undefined : place
      return new Date(
        pattern === undefined || pattern === null
          ? parseDate(value, given)
          : parseDateByFormat(value, pattern, given),
      )
    } catch (error) {
      if (onError && error instanceof MongoError && error.code === 241) return onError(env)
      throw error
    }
  }
}

/** Dates to text and back. */
export const dateTextOperators: Record<string, Operator> = {
  $dateFromString: fromText,
  $dateToString: toText,
}
