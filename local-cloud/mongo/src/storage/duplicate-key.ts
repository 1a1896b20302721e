import { MongoError } from '../language/error.ts'
import { printValue } from '../language/print.ts'
import { type Doc, isDoc, type Value } from '../language/value.ts'
import type { Index } from './index.ts'

/** The error 11000 as MongoDB words it; drivers and libraries read index and fields from it. */
export function duplicateKey(namespace: string, index: Index, keyValue: Doc): MongoError {
  const collation = index.spec.get('collation')
  const shown = collation ? new Map([...keyValue].map(([name, value]) => [name, hex(value)])) : keyValue
  const where = `collection: ${namespace} index: ${index.name}`
  const how = collation ? ` collation: ${printValue(collation)}` : ''
  const extra = new Map<string, Value>([
    ['keyPattern', index.spec.get('key')!],
    ['keyValue', shown],
  ])
  if (collation) extra.set('collation', collation)
  return new MongoError(
    11000,
    `E11000 duplicate key error ${where}${how} dup key: ${printValue(shown)}`,
    extra,
  )
}

/**
 * Under a collation MongoDB knows texts only by their sort keys, and shows those. JavaScript gives no such keys, so
 * the hexadecimal digits are those of the text.
 */
function hex(value: Value): Value {
  if (typeof value === 'string') return `0x${Buffer.from(value, 'utf8').toString('hex')}`
  if (Array.isArray(value)) return value.map(hex)
  return isDoc(value) ? new Map([...value].map(([name, inner]) => [name, hex(inner)])) : value
}
