import type { Collation } from './collation.ts'
import { typeRank } from './compare.ts'
import type { ExactNumber } from './number.ts'
import { compareExact, exactly } from './number.ts'
import type { Doc, NumericValue, Value } from './value.ts'
import {
  type Binary,
  type BSONRegExp,
  type Code,
  type Decimal128,
  Int32,
  Long,
  type ObjectId,
  type Timestamp,
} from './value.ts'

/**
 * Values as strings whose order under `<` is the order of `compareValues`, so that an index, a sort or a set can work
 * on plain strings. Every character is one byte (U+0000 to U+00FF).
 * No encoding is a prefix of another, so encodings may follow one another and may be inverted for descending keys.
 * An undefined stands before null, as what `compoundKeys` gives for an empty array.
 */
export function encodeKey(
  values: readonly (Value | undefined)[],
  directions?: readonly (1 | -1)[],
  collation?: Collation,
): string {
  let key = ''
  for (let index = 0; index < values.length; index++) {
    const encoded = encodeValue(values[index], collation)
    key += directions?.[index] === -1 ? inverted(encoded) : encoded
  }
  return key
}

/** One value's encoding; equal exactly for values that compare as equal. */
export function encodeValue(value: Value | undefined, collation?: Collation): string {
  if (value === null) return '\x05'
  if (value === undefined) return '\x02'
  if (typeof value === 'string')
    return `\x0f${terminated(collation ? collation.keyOf(value) : utf8Bytes(value))}`
  const rank = typeRank(value)
  const type = String.fromCharCode(rank)
  switch (rank) {
    case 10:
      return type + encodeNumber(value as NumericValue)
    case 20: {
      let text = type
      for (const [name, inner] of value as Doc) {
        text +=
          String.fromCharCode(typeRank(inner)) + terminated(utf8Bytes(name)) + encodeValue(inner, collation)
      }
      return `${text}\0`
    }
    case 25: {
      let text = type
      for (const inner of value as Value[]) text += encodeValue(inner, collation)
      return `${text}\0`
    }
    case 30: {
      const binary = value as Binary
      const bytes = Buffer.from(binary.buffer.subarray(0, binary.position)).toString('latin1')
      return type + uint32(binary.position) + String.fromCharCode(binary.sub_type) + bytes
    }
    case 35:
      return type + Buffer.from((value as ObjectId).id).toString('latin1')
    case 40:
      return value ? `${type}\x01` : `${type}\0`
    case 45: {
      const ms = (value as Date).getTime()
      const high = Math.floor(ms / 4294967296)
      return type + uint32(high + 0x80000000) + uint32(ms - high * 4294967296)
    }
    case 47:
      return type + uint32((value as Timestamp).t) + uint32((value as Timestamp).i)
    case 50: {
      const { pattern, options } = value as BSONRegExp
      return type + terminated(utf8Bytes(pattern)) + terminated(utf8Bytes(options))
    }
    case 60:
      return type + terminated(utf8Bytes(String((value as Code).code)))
  }
  return type
}

const uint32 = (value: number): string =>
  String.fromCharCode((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)

const ascii = /^[\0-\x7f]*$/

function utf8Bytes(text: string): string {
  return ascii.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1')
}

/** Ends with a zero byte; zeros inside become 00 FF, which sorts after the end of a shorter text. */
function terminated(bytes: string): string {
  return bytes.includes('\0') ? `${bytes.replaceAll('\0', '\0\xff')}\0` : `${bytes}\0`
}

function inverted(bytes: string): string {
  let text = ''
  for (let index = 0; index < bytes.length; index++)
    text += String.fromCharCode(255 - bytes.charCodeAt(index))
  return text
}

const scratch = new DataView(new ArrayBuffer(8))

/**
 * Sign byte, then the largest double not above the magnitude, then what that double leaves over, in decimal digits of
 * its unit in the last place: nothing for a double or a 32-bit int. Negative numbers are inverted as a whole.
 */
function encodeNumber(value: NumericValue): string {
  if (typeof value === 'number') return encodeDouble(value)
  if (value instanceof Int32) return encodeDouble(value.value)
  if (value instanceof Long) {
    const double = value.toNumber()
    if (Number.isSafeInteger(double)) return encodeDouble(double)
  }
  const exact = exactly(value as Long | Decimal128)
  if (typeof exact === 'number') return encodeDouble(exact)
  if (exact.mantissa === 0n) return '\x02'
  const magnitude = encodeMagnitude({
    ...exact,
    mantissa: exact.mantissa < 0n ? -exact.mantissa : exact.mantissa,
  })
  return exact.mantissa < 0n ? `\x01${inverted(magnitude)}` : `\x03${magnitude}`
}

function encodeDouble(value: number): string {
  if (value > 0) return `\x03${doubleBytes(value)}\0`
  if (value < 0) return `\x01${inverted(`${doubleBytes(-value)}\0`)}`
  return value === 0 ? '\x02' : '\0'
}

function doubleBytes(value: number): string {
  scratch.setFloat64(0, value)
  return uint32(scratch.getUint32(0)) + uint32(scratch.getUint32(4))
}

function encodeMagnitude(exact: ExactNumber): string {
  const floor = doubleNotAbove(exact)
  const parts = exactly(floor) as ExactNumber
  const difference = compareExact(exact, parts)
  if (difference === 0) return `${doubleBytes(floor)}\0`
  let remainder = exact.mantissa * 10n ** BigInt(Math.max(exact.exponent, 0))
  let scale = Math.max(-exact.exponent, 0)
  if (parts.exponent < 0) remainder *= 2n ** BigInt(-parts.exponent)
  else {
    remainder *= 5n ** BigInt(parts.exponent)
    scale += parts.exponent
  }
  remainder -= parts.mantissa * 10n ** BigInt(scale)
  const digits = remainder.toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale).replace(/^0+/, '')
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '')
  return `${doubleBytes(floor)}\x01${uint32(whole.length)}${whole}${fraction}\0`
}

function doubleNotAbove(exact: ExactNumber): number {
  const nearest = Math.min(Number(`${exact.mantissa}e${exact.exponent}`), Number.MAX_VALUE)
  if (compareExact(exactly(nearest) as ExactNumber, exact) <= 0) return nearest
  scratch.setFloat64(0, nearest)
  scratch.setBigUint64(0, scratch.getBigUint64(0) - 1n)
  return scratch.getFloat64(0)
}
