import { fitsLong, integer, isInteger, refuseDecimal, subtract, toBigInt } from '../arithmetic.ts'
import {
  absoluteDecimal,
  addDecimals,
  divideDecimals,
  moduloDecimals,
  multiplyDecimals,
  quantized,
  type RoundingMode,
} from '../decimal.ts'
import { badValue, MongoError, typeMismatch } from '../error.ts'
import { compareNumbers } from '../number.ts'
import type { NumericValue } from '../value.ts'
import { Decimal128, Int32, isDoc, isNumeric, Long, long, toDouble, typeNameOf } from '../value.ts'
import type { Argument, Operator } from './scope.ts'
import { binary, isNullish, unary, variadic } from './scope.ts'

/** The name MongoDB's messages give to a value's type; a missing value is "missing". */
export const typeName = (value: Argument): string => (value === undefined ? 'missing' : typeNameOf(value))

/** A function of one number that is null for null and refuses all else. */
export function ofNumber(
  name: string,
  apply: (value: Exclude<NumericValue, Decimal128>) => Argument,
  ofDecimal?: (value: Decimal128) => Argument,
): Operator {
  return unary((value) => {
    if (isNullish(value)) return null
    if (!isNumeric(value))
      throw new MongoError(28765, `${name} only supports numeric types, not ${typeName(value)}`)
    if (!(value instanceof Decimal128)) return apply(value)
    if (!ofDecimal) refuseDecimal(name, value)
    return ofDecimal?.(value)
  })
}

export const ofDouble = (name: string, apply: (value: number) => number): Operator =>
  ofNumber(name, (value) => apply(toDouble(value)))

/** Rounds a double and leaves integers alone, keeping the type. */
const rounding = (name: string, apply: (value: number) => number, mode: RoundingMode): Operator =>
  ofNumber(
    name,
    (value) => (typeof value === 'number' ? apply(value) : value),
    (value) => quantized(value, 0, mode),
  )

/** How $add and $multiply combine two terms of each kind. */
interface Folding {
  start: bigint
  integers: (a: bigint, b: bigint) => bigint
  doubles: (a: number, b: number) => number
  decimals: (a: NumericValue, b: NumericValue) => NumericValue
}
const adding: Folding = {
  start: 0n,
  integers: (a, b) => a + b,
  doubles: (a, b) => a + b,
  decimals: addDecimals,
}
const multiplying: Folding = {
  ...{ start: 1n, integers: (a, b) => a * b, doubles: (a, b) => a * b },
  decimals: multiplyDecimals,
}

/** A sum or product in the widest type of its terms; longs that overflow go on as doubles. */
function folded(
  terms: readonly NumericValue[],
  { start, integers, doubles, decimals }: Folding,
): NumericValue {
  let whole: bigint | undefined = start
  let double = Number(start)
  let asLong = false
  for (const [at, term] of terms.entries()) {
    if (term instanceof Decimal128) {
      const before = (whole === undefined ? undefined : integer(whole, asLong)) ?? double
      return terms.slice(at + 1).reduce(decimals, decimals(before, term))
    }
    if (isInteger(term)) asLong ||= term instanceof Long
    const next: bigint | undefined =
      whole !== undefined && isInteger(term) ? integers(whole, toBigInt(term)) : undefined
    whole = next !== undefined && fitsLong(next) ? next : undefined
    double = whole === undefined ? doubles(double, toDouble(term)) : Number(whole)
  }
  return (whole === undefined ? undefined : integer(whole, asLong)) ?? double
}

/** The terms of $add or $multiply up to the first null, which makes the whole null; anything else than numbers is refused. */
function terms(args: Argument[], name: string, allowed: string): NumericValue[] | null {
  const numbers: NumericValue[] = []
  for (const value of args) {
    if (isNullish(value)) return null
    if (!isNumeric(value))
      throw typeMismatch(`${name} only supports ${allowed} types, not ${typeName(value)}`)
    numbers.push(value)
  }
  return numbers
}

/** `$add`. */
export function sum(args: Argument[]): Argument {
  const at = args.findIndex((value) => value instanceof Date)
  if (at === -1) {
    const numbers = terms(args, '$add', 'numeric or date')
    return numbers && folded(numbers, adding)
  }
  const before = terms(args.slice(0, at), '$add', 'numeric or date')
  if (!before) return null
  const date = args[at] as Date
  if (args.slice(at + 1).some((value) => value instanceof Date)) {
    throw new MongoError(16612, 'only one date allowed in an $add expression')
  }
  const after = terms(args.slice(at + 1), '$add', 'numeric or date')
  if (!after) return null
  return [folded(before, adding), ...after].reduce<Date>(
    (moved, ms) => shifted(moved, toDouble(ms), '$add'),
    date,
  )
}

/** Adds milliseconds, halves rounded away from zero. */
function shifted(date: Date, ms: number, name: string): Date {
  const result = new Date(date.getTime() + Math.sign(ms) * Math.round(Math.abs(ms)))
  if (Number.isNaN(result.getTime())) throw new MongoError(15, `date overflow in ${name}`)
  return result
}

/** `$subtract`. */
export function difference(a: Argument, b: Argument): Argument {
  if (isNullish(a) || isNullish(b)) return null
  if (isNumeric(a) && isNumeric(b)) return subtract(a, b) ?? toDouble(a) - toDouble(b)
  if (a instanceof Date && b instanceof Date) return long(BigInt(a.getTime() - b.getTime()))
  if (a instanceof Date && isNumeric(b)) return shifted(a, -toDouble(b), '$subtract')
  throw typeMismatch(`can't $subtract ${typeName(b)} from ${typeName(a)}`)
}

/** `$multiply`. */
export function product(args: Argument[]): Argument {
  const numbers = terms(args, '$multiply', 'numeric')
  return numbers && folded(numbers, multiplying)
}

/** `$divide`. */
export function quotient(a: Argument, b: Argument): Argument {
  if (isNullish(a) || isNullish(b)) return null
  if (!isNumeric(a) || !isNumeric(b)) {
    throw typeMismatch(`$divide only supports numeric types, not ${typeName(a)} and ${typeName(b)}`)
  }
  if (isZero(b)) throw badValue("can't $divide by zero")
  if (a instanceof Decimal128 || b instanceof Decimal128) return divideDecimals(a, b)
  return toDouble(a) / toDouble(b)
}

function remainder(a: Argument, b: Argument): Argument {
  if (isNullish(a) || isNullish(b)) return null
  if (!isNumeric(a) || !isNumeric(b)) {
    throw new MongoError(16611, `$mod only supports numeric types, not ${typeName(a)} and ${typeName(b)}`)
  }
  if (isZero(b)) throw new MongoError(16610, "can't $mod by zero")
  if (a instanceof Decimal128 || b instanceof Decimal128) return moduloDecimals(a, b)
  const divisor = typeof b === 'number' ? asInt(b) : b
  if (!isInteger(a) || divisor === undefined) return toDouble(a) % toDouble(b)
  return integer(toBigInt(a) % toBigInt(divisor), a instanceof Long || divisor instanceof Long) ?? null
}

const isZero = (value: NumericValue): boolean => compareNumbers(value, 0) === 0

/** A double that is the value of an int counts as one where it divides. */
const asInt = (value: number): Int32 | undefined => (value === (value | 0) ? new Int32(value) : undefined)

export const arithmeticOperators: Record<string, Operator> = {
  $add: variadic(sum),
  $subtract: binary(difference),
  $multiply: variadic(product),
  $divide: binary(quotient),
  $mod: binary(remainder),
  $abs: ofNumber(
    '$abs',
    (value) => {
      if (!isInteger(value)) return Math.abs(toDouble(value))
      const magnitude = toBigInt(value)
      const result = integer(magnitude < 0n ? -magnitude : magnitude, value instanceof Long)
      if (!result) throw new MongoError(28680, "can't take $abs of long long min")
      return result
    },
    absoluteDecimal,
  ),
  $ceil: rounding('$ceil', Math.ceil, 'up'),
  $floor: rounding('$floor', Math.floor, 'down'),
  $rand: (spec) => {
    const empty = isDoc(spec) ? spec.size === 0 : Array.isArray(spec) && spec.length === 0
    if (!empty) throw new MongoError(3040501, '$rand does not currently accept arguments')
    return () => Math.random()
  },
}
