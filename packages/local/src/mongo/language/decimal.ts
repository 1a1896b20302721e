import { notHere } from './error.ts'
import { exactly } from './number.ts'
import type { NumericValue } from './value.ts'
import { Decimal128, toDouble } from './value.ts'

/**
 * Sums, differences and products of IEEE 754-2008 decimals of 34 digits, rounded half to even. The scale of a result is
 * the one the standard prefers, so that 1.10 + 2.20 is 3.30.
 */
interface Decimal {
  negative: boolean
  coefficient: bigint
  exponent: number
}

const digitsOfDecimal = 34
/** MongoDB takes fifteen digits of a double that meets a decimal: all that a double is sure of. */
const digitsOfDouble = 15

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
  return { negative, coefficient: total < 0n ? -total : total, exponent }
}

const signed = ({ negative, coefficient, exponent }: Decimal, at: number): bigint =>
  (negative ? -coefficient : coefficient) * 10n ** BigInt(exponent - at)

const product = (a: Decimal, b: Decimal): Decimal => ({
  negative: a.negative !== b.negative,
  coefficient: a.coefficient * b.coefficient,
  exponent: a.exponent + b.exponent,
})

/** Undefined for NaN and the infinities. */
function decimalOf(value: NumericValue): Decimal | undefined {
  const exact = exactly(value)
  if (typeof exact === 'number') return undefined
  const { mantissa, base, exponent } = exact
  const negative = mantissa < 0n || (mantissa === 0n && String(value).startsWith('-')) || Object.is(value, -0)
  const magnitude = mantissa < 0n ? -mantissa : mantissa
  if (base === 10n) return { negative, coefficient: magnitude, exponent }
  if (magnitude === 0n) return { negative, coefficient: 0n, exponent: 0 }
  const whole = exponent >= 0 ? magnitude * 2n ** BigInt(exponent) : magnitude * 5n ** BigInt(-exponent)
  return toDigits({ negative, coefficient: whole, exponent: Math.min(exponent, 0) }, digitsOfDouble, true)
}

/** Rounds to a number of digits; `fill` adds zeros up to that number. */
function toDigits(decimal: Decimal, digits: number, fill: boolean): Decimal {
  const excess = decimal.coefficient.toString().length - digits
  if (excess < 0 && fill) {
    return {
      ...decimal,
      coefficient: decimal.coefficient * 10n ** BigInt(-excess),
      exponent: decimal.exponent + excess,
    }
  }
  if (excess <= 0) return decimal
  const unit = 10n ** BigInt(excess)
  const whole = decimal.coefficient / unit
  const twice = 2n * (decimal.coefficient % unit)
  const up = twice > unit || (twice === unit && whole % 2n === 1n)
  const rounded = { ...decimal, coefficient: up ? whole + 1n : whole, exponent: decimal.exponent + excess }
  return toDigits(rounded, digits, fill)
}

function written(decimal: Decimal): Decimal128 {
  const { negative, coefficient, exponent } = toDigits(decimal, digitsOfDecimal, false)
  if (exponent < -6176 || exponent > 6111) throw notHere('a Decimal128 result beyond its range')
  return Decimal128.fromString(`${negative ? '-' : ''}${coefficient}E${exponent}`)
}
