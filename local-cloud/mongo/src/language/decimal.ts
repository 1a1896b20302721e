import { exactly } from './number.ts'
import type { NumericValue } from './value.ts'
import { Decimal128, toDouble } from './value.ts'

/**
 * IEEE 754-2008 decimals of 34 digits, rounded half to even. The scale of a result is the one the standard prefers, so
 * that 1.10 + 2.20 is 3.30.
 */
interface Decimal {
  negative: boolean
  coefficient: bigint
  exponent: number
}

const digitsOfDecimal = 34
/** MongoDB takes fifteen digits of a double that meets a decimal: all that a double is sure of. */
const digitsOfDouble = 15
const [leastExponent, mostExponent] = [-6176, 6111]
export const decimalZero = Decimal128.fromString('0')

export const addDecimals = (a: NumericValue, b: NumericValue): Decimal128 =>
  combine(a, b, sum, (x, y) => x + y)

export const subtractDecimals = (a: NumericValue, b: NumericValue): Decimal128 =>
  combine(
    a,
    b,
    (x, y) => sum(x, { ...y, negative: !y.negative }),
    (x, y) => x - y,
  )

export const multiplyDecimals = (a: NumericValue, b: NumericValue): Decimal128 =>
  combine(a, b, product, (x, y) => x * y)

/** Divides by anything but zero. */
export const divideDecimals = (a: NumericValue, b: NumericValue): Decimal128 =>
  combine(a, b, quotient, (x, y) => x / y)

/** The remainder with the sign of the dividend. */
export const moduloDecimals = (a: NumericValue, b: NumericValue): Decimal128 =>
  // Beside an infinite divisor the dividend stays as it is.
  Number.isFinite(toDouble(a)) && Math.abs(toDouble(b)) === Number.POSITIVE_INFINITY
    ? addDecimals(a, Decimal128.fromString(`0E${decimalOf(a)?.exponent ?? 0}`))
    : combine(a, b, remainder, (x, y) => x % y)

function combine(
  a: NumericValue,
  b: NumericValue,
  finite: (x: Decimal, y: Decimal) => Decimal,
  special: (x: number, y: number) => number,
): Decimal128 {
  const [left, right] = [decimalOf(a), decimalOf(b)]
  if (left && right) return written(finite(left, right))
  // Only signs and zeros matter beside NaN and the infinities.
  const asDouble = (value: NumericValue, decimal: Decimal | undefined): number =>
    decimal ? Math.sign(toDouble(value)) : toDouble(value)
  return Decimal128.fromString(String(special(asDouble(a, left), asDouble(b, right))))
}

function sum(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent)
  const total = signed(a, exponent) + signed(b, exponent)
  const negative = total === 0n ? a.negative && b.negative : total < 0n
  return { negative, coefficient: magnitude(total), exponent }
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)

const signed = ({ negative, coefficient, exponent }: Decimal, at: number): bigint =>
  (negative ? -coefficient : coefficient) * 10n ** BigInt(exponent - at)

const product = (a: Decimal, b: Decimal): Decimal => ({
  negative: a.negative !== b.negative,
  coefficient: a.coefficient * b.coefficient,
  exponent: a.exponent + b.exponent,
})

function quotient(a: Decimal, b: Decimal): Decimal {
  const preferred = a.exponent - b.exponent
  const shift = Math.max(digitsOfDecimal + digitCount(b.coefficient) - digitCount(a.coefficient) + 1, 0)
  const dividend = a.coefficient * 10n ** BigInt(shift)
  const result = { negative: a.negative !== b.negative, coefficient: dividend / b.coefficient }
  return dividend % b.coefficient === 0n
    ? shortened({ ...result, exponent: preferred - shift }, preferred)
    : inexact({ ...result, exponent: preferred - shift })
}

/** Takes trailing zeros away until the exponent is the preferred one. */
function shortened(decimal: Decimal, preferred: number): Decimal {
  let { coefficient, exponent } = decimal
  for (; exponent < preferred && coefficient % 10n === 0n; exponent++) coefficient /= 10n
  return { ...decimal, coefficient, exponent }
}

/** One more digit says that something is left over, so that what looks like a tie is none. */
const inexact = (decimal: Decimal): Decimal => ({
  ...decimal,
  coefficient: decimal.coefficient * 10n + 1n,
  exponent: decimal.exponent - 1,
})

function remainder(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent)
  const rest = magnitude(signed(a, exponent)) % magnitude(signed(b, exponent))
  return { negative: a.negative, coefficient: rest, exponent }
}

/** The square root of a decimal that is not negative. */
export function sqrtDecimal(value: Decimal128): Decimal128 {
  const decimal = decimalOf(value)
  if (!decimal) return value
  const preferred = Math.floor(decimal.exponent / 2)
  if (decimal.coefficient === 0n) return written({ ...decimal, exponent: preferred })
  const shift = 2 * digitsOfDecimal + (decimal.exponent & 1)
  const square = decimal.coefficient * 10n ** BigInt(shift)
  const root = integerRoot(square)
  const result = { negative: false, coefficient: root, exponent: (decimal.exponent - shift) / 2 }
  return written(root * root === square ? shortened(result, preferred) : inexact(result))
}

function integerRoot(square: bigint): bigint {
  let root = 10n ** BigInt(Math.ceil(digitCount(square) / 2))
  for (;;) {
    const next = (root + square / root) / 2n
    if (next >= root) return root
    root = next
  }
}

export type RoundingMode = 'half even' | 'zero' | 'up' | 'down'

/** Rounds a decimal at a place after the point, or before it when negative; the result has that scale. */
export function quantized(value: Decimal128, place: number, mode: RoundingMode): Decimal128 {
  const decimal = decimalOf(value)
  if (!decimal) return value
  const { negative, coefficient, exponent } = decimal
  if (coefficient !== 0n && digitCount(coefficient) + exponent + place > digitsOfDecimal) {
    return written(toDigits(decimal, digitsOfDecimal, true))
  }
  const drop = -place - exponent
  if (drop <= 0)
    return written({ negative, coefficient: coefficient * 10n ** BigInt(-drop), exponent: -place })
  const unit = 10n ** BigInt(drop)
  const up = roundsUp(coefficient, unit, mode, negative)
  return written({ negative, coefficient: coefficient / unit + (up ? 1n : 0n), exponent: -place })
}

function roundsUp(coefficient: bigint, unit: bigint, mode: RoundingMode, negative: boolean): boolean {
  const rest = coefficient % unit
  if (mode === 'half even') {
    return 2n * rest > unit || (2n * rest === unit && (coefficient / unit) % 2n === 1n)
  }
  return rest > 0n && mode !== 'zero' && (mode === 'up') !== negative
}

export const absoluteDecimal = (value: Decimal128): Decimal128 =>
  Decimal128.fromString(value.toString().replace('-', ''))

/** A double as the decimal of fifteen digits that MongoDB makes of it. */
export const decimalFromDouble = (value: number): Decimal128 => {
  const decimal = decimalOf(value)
  return decimal ? written(decimal) : Decimal128.fromString(String(value))
}

/** A double's exact value, rounded to 34 digits, as sums take it. */
export function exactDecimal(value: number): Decimal128 {
  const decimal = expanded(value)
  return decimal ? written(decimal) : Decimal128.fromString(String(value))
}

/** Undefined for NaN and the infinities. */
function decimalOf(value: NumericValue): Decimal | undefined {
  if (typeof value === 'number') {
    const exact = expanded(value)
    return exact && exact.coefficient !== 0n ? toDigits(exact, digitsOfDouble, true) : exact
  }
  const exact = exactly(value)
  if (typeof exact === 'number') return undefined
  const negative = exact.mantissa < 0n || (exact.mantissa === 0n && String(value).startsWith('-'))
  return { negative, coefficient: magnitude(exact.mantissa), exponent: exact.exponent }
}

/** All decimal digits of a double. */
function expanded(value: number): Decimal | undefined {
  const exact = exactly(value)
  if (typeof exact === 'number') return undefined
  const negative = value < 0 || Object.is(value, -0)
  if (exact.mantissa === 0n) return { negative, coefficient: 0n, exponent: 0 }
  const { exponent } = exact
  const coefficient =
    magnitude(exact.mantissa) * (exponent >= 0 ? 2n ** BigInt(exponent) : 5n ** BigInt(-exponent))
  return shortened({ negative, coefficient, exponent: Math.min(exponent, 0) }, 0)
}

const digitCount = (coefficient: bigint): number => coefficient.toString().length

/** Rounds to a number of digits; `fill` adds zeros up to that number. */
function toDigits(decimal: Decimal, digits: number, fill: boolean): Decimal {
  const excess = digitCount(decimal.coefficient) - digits
  if (excess > 0) return toDigits(withoutDigits(decimal, excess), digits, fill)
  if (excess === 0 || !fill) return decimal
  const coefficient = decimal.coefficient * 10n ** BigInt(-excess)
  return { ...decimal, coefficient, exponent: decimal.exponent + excess }
}

function withoutDigits(decimal: Decimal, count: number): Decimal {
  const unit = 10n ** BigInt(count)
  const up = roundsUp(decimal.coefficient, unit, 'half even', decimal.negative)
  const coefficient = decimal.coefficient / unit + (up ? 1n : 0n)
  return { ...decimal, coefficient, exponent: decimal.exponent + count }
}

/** Rounds to what the format holds: 34 digits, fewer near zero, and infinity beyond the largest exponent. */
function written(decimal: Decimal): Decimal128 {
  const excess = Math.max(digitCount(decimal.coefficient) - digitsOfDecimal, leastExponent - decimal.exponent)
  let { negative, coefficient, exponent } = excess > 0 ? withoutDigits(decimal, excess) : decimal
  if (digitCount(coefficient) > digitsOfDecimal) [coefficient, exponent] = [coefficient / 10n, exponent + 1]
  const sign = negative ? '-' : ''
  if (exponent > mostExponent) {
    const padding = exponent - mostExponent
    if (coefficient !== 0n && digitCount(coefficient) + padding > digitsOfDecimal)
      return Decimal128.fromString(`${sign}Infinity`)
    if (coefficient !== 0n) coefficient *= 10n ** BigInt(padding)
    exponent = mostExponent
  }
  return Decimal128.fromString(`${sign}${coefficient}E${exponent}`)
}
