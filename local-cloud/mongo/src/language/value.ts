import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  BSONValue,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson'
import type { Doc, Value } from './document.ts'
import { badValue } from './error.ts'

export type { Doc, Value } from './document.ts'
export { Binary, BSONRegExp, Code, Decimal128, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp }

/** Type numbers of the BSON specification; minKey is the -1 that $type uses. */
export const bsonType = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  javascript: 13,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
} as const
export type BsonTypeName = keyof typeof bsonType

/** The alias of a value's BSON type, as `$type` prints it. */
export function typeNameOf(value: Value): BsonTypeName {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'number':
      return 'double'
    case 'boolean':
      return 'bool'
  }
  if (value === null) return 'null'
  switch (value.constructor) {
    case Map:
      return 'object'
    case Array:
      return 'array'
    case Int32:
      return 'int'
    case ObjectId:
      return 'objectId'
    case Date:
      return 'date'
    case Long:
      return 'long'
    case Binary:
      return 'binData'
    case BSONRegExp:
      return 'regex'
    case Timestamp:
      return 'timestamp'
    case Decimal128:
      return 'decimal'
    case MinKey:
      return 'minKey'
    case MaxKey:
      return 'maxKey'
    case Code:
      return 'javascript'
  }
  throw badValue(`a ${Object.getPrototypeOf(value)?.constructor?.name} is not a BSON value`)
}

export const isDoc = (value: Value | undefined): value is Doc => value instanceof Map

export type NumericValue = number | Int32 | Long | Decimal128

/** Whether the value is one of BSON's four number types. */
export function isNumeric(value: Value | undefined): value is NumericValue {
  if (typeof value === 'number') return true
  if (value === null || typeof value !== 'object') return false
  const kind = value.constructor
  return kind === Int32 || kind === Long || kind === Decimal128
}

/** A number as a double, rounded where a long or decimal does not fit. */
export function toDouble(value: NumericValue): number {
  if (typeof value === 'number') return value
  if (value instanceof Int32) return value.value
  if (value instanceof Long) return value.toNumber()
  return Number(value.toString())
}

export const int = (value: number): Int32 => new Int32(value)
export const long = (value: bigint): Long => Long.fromBigInt(value)

/** Turns what a driver's user would write into a value, with the types the Node driver would send. */
export function toValue(plain: unknown): Value {
  switch (typeof plain) {
    case 'string':
    case 'boolean':
      return plain
    case 'number':
      return Number.isInteger(plain) && plain === (plain | 0) && !Object.is(plain, -0) ? int(plain) : plain
    case 'bigint':
      return long(plain)
    case 'object':
      break
    default:
      throw badValue(`a ${typeof plain} has no BSON type`)
  }
  if (plain === null) return null
  if (Array.isArray(plain)) return plain.map(toValue)
  if (plain instanceof Map) return new Map([...plain].map(([key, value]) => [String(key), toValue(value)]))
  if (plain instanceof Double) return plain.value
  if (plain instanceof Date) return plain
  if (plain instanceof RegExp) return new BSONRegExp(plain.source, plain.flags.replace(/[^imsu]/g, ''))
  if (plain instanceof Binary) return new Binary(plain.buffer.slice(0, plain.position), plain.sub_type)
  if (plain instanceof Uint8Array) return new Binary(plain)
  if (plain instanceof BSONSymbol) throw badValue('BSON symbols are not supported')
  if (plain instanceof BSONValue) return plain as unknown as Value
  return toDoc(plain)
}

/** Turns a plain object into a document; fields that are undefined are left out. */
export function toDoc(plain: object): Doc {
  const doc: Doc = new Map()
  for (const [key, value] of Object.entries(plain)) if (value !== undefined) doc.set(key, toValue(value))
  return doc
}

/** The reverse of `toValue`: int and double become numbers, all else stays what it is. */
export function toPlain(value: Value | undefined): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, inner]) => [key, toPlain(inner)]))
  }
  if (Array.isArray(value)) return value.map(toPlain)
  if (value instanceof Int32) return value.value
  return value
}
