import { MongoError } from '../language/error.ts'
import { Binary, type Doc, Int32, Long, ObjectId, type Value } from '../language/value.ts'
import type { Index } from './index.ts'

/** The error 11000 as MongoDB words it; drivers and libraries read index and fields from it. */
export function duplicateKey(namespace: string, index: Index, keyValue: Doc): MongoError {
  return new MongoError(
    11000,
    `E11000 duplicate key error collection: ${namespace} index: ${index.name} dup key: ${shell(keyValue)}`,
    new Map<string, Value>([
      ['keyPattern', index.spec.get('key')!],
      ['keyValue', keyValue],
    ]),
  )
}

/** A value as MongoDB prints it in messages, which is the shell's notation. */
export function shell(value: Value): string {
  if (typeof value === 'string') return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  if (typeof value === 'number')
    return Number.isInteger(value) && Math.abs(value) < 1e15 ? value.toFixed(1) : String(value)
  if (value === null || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(shell).join(', ')} ]`
  if (value instanceof Map) {
    if (value.size === 0) return '{}'
    return `{ ${[...value].map(([name, inner]) => `${name}: ${shell(inner)}`).join(', ')} }`
  }
  if (value instanceof Int32 || value instanceof Long) return value.toString()
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`
  if (value instanceof Date) return `new Date(${value.getTime()})`
  if (value instanceof Binary)
    return `BinData(${value.sub_type}, ${Buffer.from(value.value()).toString('hex').toUpperCase()})`
  return String(value)
}
