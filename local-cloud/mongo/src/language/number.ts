import type { NumericValue } from './value.ts'
import { Decimal128, Int32, Long } from './value.ts'

/**
 * Numbers of different types are compared exactly: a long is never rounded to a double, nor a decimal to
 * either. All finite BSON numbers are `mantissa * base ** exponent` with base 2 or 10.
 */
export interface ExactNumber {
  mantissa: bigint
  base: 2n | 10n
  exponent: number
}

const scratch = new DataView(new ArrayBuffer(8))

/** Takes a finite double apart. */
function exactDouble(value: number): ExactNumber {
  scratch.setFloat64(0, value)
  const bits = scratch.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const magnitude = biased === 0 ? fraction : fraction | 0x10000000000000n
  return { mantissa: value < 0 ? -magnitude : magnitude, base: 2n, exponent: (biased || 1) - 1075 }
}

function exactDecimal(text: string): ExactNumber {
  const [digits = '', exponent = '0'] = text.split('E')
  const point = digits.indexOf('.')
  const scale = point === -1 ? 0 : digits.length - point - 1
  return { mantissa: BigInt(digits.replace('.', '')), base: 10n, exponent: Number(exponent) - scale }
}

/** The exact value of a number, or the double NaN, Infinity or -Infinity. */
export function exactly(value: NumericValue): ExactNumber | number {
  if (typeof value === 'number') return Number.isFinite(value) ? exactDouble(value) : value
  if (value instanceof Int32) return { mantissa: BigInt(value.value), base: 10n, exponent: 0 }
  if (value instanceof Long) return { mantissa: value.toBigInt(), base: 10n, exponent: 0 }
  const text = value.toString()
  return /\d/.test(text) ? exactDecimal(text) : Number(text)
}

/** Compares two exact numbers by bringing both to integers over a common power of their bases. */
export function compareExact(a: ExactNumber, b: ExactNumber): number {
  const signA = a.mantissa > 0n ? 1 : a.mantissa < 0n ? -1 : 0
  const signB = b.mantissa > 0n ? 1 : b.mantissa < 0n ? -1 : 0
  if (signA !== signB) return signA - signB
  const left = a.mantissa * raise(a, 1) * raise(b, -1)
  const right = b.mantissa * raise(b, 1) * raise(a, -1)
  return left < right ? -1 : left > right ? 1 : 0
}

function raise(number: ExactNumber, sign: 1 | -1): bigint {
  return number.exponent * sign > 0 ? number.base ** BigInt(Math.abs(number.exponent)) : 1n
}

/** BSON's order of numbers: NaN first, the rest by value whatever the type; -0 equals 0. */
export function compareNumbers(a: NumericValue, b: NumericValue): number {
  const left = smallNumber(a)
  const right = smallNumber(b)
  if (left !== undefined && right !== undefined) {
    if (left < right) return -1
    if (left > right) return 1
    if (left === right) return 0
    return Number.isNaN(left) ? (Number.isNaN(right) ? 0 : -1) : 1
  }
  const exactLeft = exactly(a)
  const exactRight = exactly(b)
  if (typeof exactLeft === 'number') {
    return typeof exactRight === 'number' ? compareNumbers(exactLeft, exactRight) : exactLeft > 0 ? 1 : -1
  }
  if (typeof exactRight === 'number') return exactRight > 0 ? -1 : 1
  return compareExact(exactLeft, exactRight)
}

/** The number as a double where that loses nothing; undefined for large longs and for decimals. */
function smallNumber(value: NumericValue): number | undefined {
  if (typeof value === 'number') return value
  if (value instanceof Int32) return value.value
  if (value instanceof Decimal128) return undefined
  const double = value.toNumber()
  return Number.isSafeInteger(double) ? double : undefined
}
