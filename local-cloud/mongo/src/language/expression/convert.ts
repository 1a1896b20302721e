import { isInteger, toBigInt } from '../arithmetic.ts'
import { parseDate } from '../date-format.ts'
import { decimalFromDouble } from '../decimal.ts'
import { MongoError, notHere } from '../error.ts'
import { isTruthy } from '../filter.ts'
import { exactly } from '../number.ts'
import { printDouble } from '../print.ts'
import type { BsonTypeName, NumericValue, Value } from '../value.ts'
import {
  bsonType,
  Decimal128,
  Int32,
  int,
  isDoc,
  isNumeric,
  long,
  ObjectId,
  Timestamp,
  toDouble,
} from '../value.ts'
import { typeName } from './arithmetic.ts'
import type { Argument, Expression, Operator, Scope } from './scope.ts'
import { isNullish, namedArguments, unary } from './scope.ts'

const failure = (why: string): MongoError => new MongoError(241, `${why} in $convert with no onError value`)
const parseFailure = (text: string, why: string): MongoError =>
  new MongoError(241, `Failed to parse number '${text}' in $convert with no onError value: ${why}`)

type Conversion = (value: Value) => Value | undefined

/** How to reach each type; undefined where there is no way from the value's type. */
const conversions: Partial<Record<BsonTypeName, Conversion>> = {
  double: (value) => {
    if (isNumeric(value)) return asDouble(value)
    if (typeof value === 'boolean') return value ? 1 : 0
    if (value instanceof Date) return value.getTime()
    return typeof value === 'string' ? doubleFrom(value) : undefined
  },
  int: (value) => {
    const whole = wholeOf(value)
    return whole === undefined ? undefined : int(Number(within(whole, value, -(2n ** 31n), 2n ** 31n - 1n)))
  },
  long: (value) => {
    const whole = value instanceof Date ? BigInt(value.getTime()) : wholeOf(value)
    return whole === undefined ? undefined : long(within(whole, value, -(2n ** 63n), 2n ** 63n - 1n))
  },
  decimal: (value) => {
    if (value instanceof Decimal128) return value
    if (isNumeric(value) && isInteger(value)) return Decimal128.fromString(toBigInt(value).toString())
    if (typeof value === 'boolean') return Decimal128.fromString(value ? '1' : '0')
    if (value instanceof Date) return Decimal128.fromString(String(value.getTime()))
    if (typeof value === 'number') return decimalFromDouble(value)
    return typeof value === 'string' ? decimalFrom(value) : undefined
  },
  bool: (value) => {
    return isTruthy(value)
  },
  string: (value) => {
    if (typeof value === 'boolean') return String(value)
    if (typeof value === 'string') return value
    if (isNumeric(value)) return typeof value === 'number' ? printDouble(value) : value.toString()
    if (value instanceof ObjectId) return value.toHexString()
    return value instanceof Date ? value.toISOString() : undefined
  },
  objectId: (value) => {
    if (value instanceof ObjectId) return value
    if (typeof value !== 'string') return undefined
    if (/^[0-9a-f]{24}$/i.test(value)) return new ObjectId(value)
    throw new MongoError(
      241,
      `Failed to parse objectId '${value}' in $convert with no onError value: ` +
        (value.length === 24
          ? `Invalid character found in hex string`
          : `Invalid string length for parsing to OID, expected 24 but found ${value.length}`),
    )
  },
  date: (value) => {
    if (value instanceof Date) return value
    if (value instanceof ObjectId) return value.getTimestamp()
    if (value instanceof Timestamp) return new Date(value.t * 1000)
    if (typeof value === 'string') return new Date(parseDate(value, undefined))
    if (!isNumeric(value) || value instanceof Int32) return undefined
    const date = new Date(Number(wholeOf(value)))
    if (Number.isNaN(date.getTime())) throw notHere('a date beyond the year 275760')
    return date
  },
}

function asDouble(value: NumericValue): number {
  const double = toDouble(value)
  if (value instanceof Decimal128 && !Number.isFinite(double) && /\d/.test(value.toString())) {
    throw failure(`Conversion would overflow target type`)
  }
  return double
}

/** The whole part of a number, a boolean or a text; undefined for other types. */
function wholeOf(value: Value): bigint | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'string') {
    if (/^[+-]?\d+$/.test(value)) return BigInt(value.replace(/^\+/, ''))
    throw parseFailure(value, value === '' ? 'No digits' : 'Did not consume whole string.')
  }
  if (!isNumeric(value)) return undefined
  const exact = exactly(value)
  if (typeof exact === 'number') {
    throw failure(`Attempt to convert ${Number.isNaN(exact) ? 'NaN' : 'infinity'} value to integer type`)
  }
  const { mantissa, base, exponent } = exact
  return exponent >= 0 ? mantissa * base ** BigInt(exponent) : mantissa / base ** BigInt(-exponent)
}

function within(whole: bigint, value: Value, least: bigint, most: bigint): bigint {
  if (whole >= least && whole <= most) return whole
  if (typeof value === 'string') throw parseFailure(value, 'Overflow')
  throw new MongoError(
    241,
    `Conversion would overflow target type in $convert with no onError value: ${String(value)}`,
  )
}

function doubleFrom(text: string): number {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    const double = Number(text)
    if (Number.isFinite(double)) return double
    throw parseFailure(text, 'Out of range')
  }
  if (/^[+-]?(nan|inf(inity)?)$/i.test(text)) {
    if (/nan/i.test(text)) return Number.NaN
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  throw parseFailure(text, text === '' ? 'Empty string' : 'Did not consume whole string.')
}

function decimalFrom(text: string): Decimal128 {
  try {
    return Decimal128.fromString(text)
  } catch {
    throw parseFailure(text, 'Failed to parse string to decimal')
  }
}

const targets = new Map<string | number, BsonTypeName>()
for (const [name, code] of Object.entries(bsonType)) {
  targets.set(name, name as BsonTypeName)
  targets.set(code, name as BsonTypeName)
}

function targetOf(to: Value): BsonTypeName {
  if (isDoc(to)) throw notHere('$convert with a subtype')
  const key = isNumeric(to) ? toDouble(to) : to
  if (typeof key !== 'string' && typeof key !== 'number') {
    throw new MongoError(9, `$convert's 'to' argument must be a string or number, but is ${typeName(to)}`)
  }
  const target = targets.get(key)
  if (!target) throw new MongoError(2, `Unknown type name: ${key}`)
  return target
}

function converted(value: Value, target: BsonTypeName): Value {
  const result = conversions[target]?.(value)
  if (result !== undefined) return result
  throw failure(`Unsupported conversion from ${typeName(value)} to ${target}`)
}

function convert(argument: Value, scope: Scope): Expression {
  const parts = namedArguments(
    argument,
    '$convert',
    ['input', 'to'],
    ['onError', 'onNull', 'format', 'byteOrder', 'base'],
  )
  if (parts.format ?? parts.byteOrder ?? parts.base)
    throw notHere('$convert with a format, base or byteOrder')
  const [input, to] = [scope.compile(parts.input), scope.compile(parts.to)]
  const onError = parts.onError === undefined ? undefined : scope.compile(parts.onError)
  const onNull = parts.onNull === undefined ? () => null : scope.compile(parts.onNull)
  return (env) => {
    const [value, target] = [input(env), to(env)]
    if (isNullish(value)) return onNull(env)
    if (isNullish(target)) return null
    const type = targetOf(target)
    try {
      return converted(value, type)
    } catch (error) {
      if (onError && error instanceof MongoError && error.code === 241) return onError(env)
      throw error
    }
  }
}

const shorthand = (target: BsonTypeName): Operator =>
  unary((value: Argument) => (isNullish(value) ? null : converted(value, target)))

export const convertOperators: Record<string, Operator> = {
  $convert: convert,
  $isNumber: unary((value) => isNumeric(value)),
  $toBool: shorthand('bool'),
  $toDate: shorthand('date'),
  $toDecimal: shorthand('decimal'),
  $toDouble: shorthand('double'),
  $toInt: shorthand('int'),
  $toLong: shorthand('long'),
  $toObjectId: shorthand('objectId'),
  $toString: shorthand('string'),
  $type: unary((value) => typeName(value)),
}
