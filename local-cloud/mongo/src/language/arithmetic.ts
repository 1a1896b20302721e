import {
  addDecimals,
  decimalZero,
  divideDecimals,
  exactDecimal,
  multiplyDecimals,
  subtractDecimals,
} from './decimal.ts'
import { notHere } from './error.ts'
import type { NumericValue, Value } from './value.ts'
import { Decimal128, Int32, isNumeric, Long, long, toDouble } from './value.ts'

/** Sums and products in the widest type of their operands, as MongoDB computes them. */

const minLong = -(2n ** 63n)
const maxLong = 2n ** 63n - 1n
export const fitsLong = (value: bigint): boolean => value >= minLong && value <= maxLong

/** An int where it fits and nothing asked for a long; undefined when even a long cannot hold it. */
export function integer(value: bigint, asLong: boolean): Int32 | Long | undefined {
  if (!asLong && value >= -2147483648n && value <= 2147483647n) return new Int32(Number(value))
  return fitsLong(value) ? long(value) : undefined
}

export const isInteger = (value: NumericValue): value is Int32 | Long =>
  value instanceof Int32 || value instanceof Long

export const toBigInt = (value: Int32 | Long): bigint =>
  value instanceof Int32 ? BigInt(value.value) : value.toBigInt()

/** For functions whose last digit MongoDB takes from a library of its own. */
export function refuseDecimal(name: string, ...values: NumericValue[]): void {
  if (values.some((value) => value instanceof Decimal128)) throw notHere(`${name} of Decimal128`)
}

type Integers = (a: bigint, b: bigint) => bigint
type Doubles = (a: number, b: number) => number
type Decimals = (a: NumericValue, b: NumericValue) => Decimal128

/** Applies an operation on integers or doubles; undefined when a long would overflow. */
function widest(
  a: NumericValue,
  b: NumericValue,
  integers: Integers,
  doubles: Doubles,
  decimals: Decimals,
): NumericValue | undefined {
  if (a instanceof Decimal128 || b instanceof Decimal128) return decimals(a, b)
  if (!isInteger(a) || !isInteger(b)) return doubles(toDouble(a), toDouble(b))
  if (a instanceof Int32 && b instanceof Int32) {
    const result = doubles(a.value, b.value)
    if (result === (result | 0)) return new Int32(result)
  }
  return integer(integers(toBigInt(a), toBigInt(b)), a instanceof Long || b instanceof Long)
}

export const add = (a: NumericValue, b: NumericValue): NumericValue | undefined =>
  widest(
    a,
    b,
    (x, y) => x + y,
    (x, y) => x + y,
    addDecimals,
  )
export const subtract = (a: NumericValue, b: NumericValue): NumericValue | undefined =>
  widest(
    a,
    b,
    (x, y) => x - y,
    (x, y) => x - y,
    subtractDecimals,
  )
export const multiply = (a: NumericValue, b: NumericValue): NumericValue | undefined =>
  widest(
    a,
    b,
    (x, y) => x * y,
    (x, y) => x * y,
    multiplyDecimals,
  )

/**
 * A running total as $sum and $avg keep it: integers exactly, doubles in two parts, so that the order and number of terms
 * do not add rounding errors.
 */
export class Total {
  integers = 0n
  high = 0
  low = 0
  count = 0
  sawLong = false
  sawDouble = false
  decimal: Decimal128 | undefined

  /** Adds a number; anything else is passed over. */
  add(value: Value | undefined): void {
    if (!isNumeric(value)) return
    this.count++
    if (value instanceof Decimal128) {
      this.decimal = addDecimals(this.decimal ?? decimalZero, value)
      return
    }
    if (typeof value === 'number') {
      this.sawDouble = true
      this.addDouble(value)
      return
    }
    if (value instanceof Long) this.sawLong = true
    this.integers += toBigInt(value as Int32 | Long)
  }

  addDouble(value: number): void {
    const sum = this.high + value
    const part = sum - this.high
    this.low += this.high - (sum - part) + (value - part)
    this.high = sum
  }

  double(): number {
    const whole = Number(this.integers)
    const total = new Total()
    total.addDouble(this.high)
    total.addDouble(whole)
    total.low += this.low + Number(this.integers - (Number.isFinite(whole) ? BigInt(whole) : 0n))
    return Number.isFinite(total.high) && Number.isFinite(total.low) ? total.high + total.low : total.high
  }

  sum(): NumericValue {
    if (this.decimal) return this.withDecimal(this.decimal)
    if (this.sawDouble) return this.double()
    return integer(this.integers, this.sawLong) ?? Number(this.integers)
  }

  average(): NumericValue | null {
    if (this.decimal) return divideDecimals(this.withDecimal(this.decimal), new Int32(this.count))
    return this.count === 0 ? null : this.double() / this.count
  }

  withDecimal(decimal: Decimal128): Decimal128 {
    const integers = Decimal128.fromString(this.integers.toString())
    const doubles = addDecimals(
      exactDecimal(this.high),
      exactDecimal(Number.isFinite(this.high) ? this.low : 0),
    )
    return addDecimals(decimal, this.sawDouble ? addDecimals(integers, doubles) : integers)
  }
}
