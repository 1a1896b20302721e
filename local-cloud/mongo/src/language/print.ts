import type { Doc, Value } from './value.ts'
import {
  Binary,
  BSONRegExp,
  Code,
  Int32,
  isDoc,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  typeNameOf,
} from './value.ts'

/** A value as MongoDB prints it inside its error messages. */
export function printValue(value: Value | undefined): string {
  if (value === undefined) return 'MISSING'
  if (typeof value === 'string') return `"${value}"`
  if (typeof value === 'number') {
    return Number.isInteger(value) && Math.abs(value) < 1e15 ? value.toFixed(1) : printDouble(value)
  }
  if (value === null || typeof value === 'boolean') return String(value)
  if (isDoc(value)) return printDoc(value)
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(printValue).join(', ')} ]`
  if (value instanceof Int32 || value instanceof Long) return value.toString()
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`
  if (value instanceof Date) return `new Date(${value.getTime()})`
  if (value instanceof BSONRegExp) return `/${value.pattern}/${value.options}`
  if (value instanceof Timestamp) return `Timestamp(${value.t}, ${value.i})`
  if (value instanceof MinKey) return 'MinKey'
  if (value instanceof MaxKey) return 'MaxKey'
  if (value instanceof Binary && value.sub_type === Binary.SUBTYPE_UUID && value.length() === 16) {
    return `UUID("${value.toUUID().toHexString()}")`
  }
  if (value instanceof Binary) return `BinData(${value.sub_type}, ${value.toString('hex').toUpperCase()})`
  if (value instanceof Code) return String(value.code)
  return typeNameOf(value) === 'decimal' ? value.toString() : typeNameOf(value)
}

function printDoc(doc: Doc): string {
  if (doc.size === 0) return '{}'
  return `{ ${[...doc].map(([name, value]) => `${name}: ${printValue(value)}`).join(', ')} }`
}

/** A double as MongoDB turns it into text: the shortest that reads back the same, with an exponent below 1e-4 and from 1e16. */
export function printDouble(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [digits = '', exponentText = '0'] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (exponent >= -4 && exponent < 16) return String(value)
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}
