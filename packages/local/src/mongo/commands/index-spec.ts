import { parseCollation } from '../language/collation.ts'
import { MongoError } from '../language/error.ts'
import { type Filter, parseFilter } from '../language/filter.ts'
import { printValue } from '../language/print.ts'
import { type Doc, int, isNumeric, toDouble, type Value } from '../language/value.ts'
import { isWildcard, namedKinds } from '../storage/index-kind.ts'
import { specialize, specialOptions } from './special-index.ts'

/** Options of an index that this server honours; `background` and `v` are accepted and mean nothing any more. */
const known = new Set([
  'key',
  'name',
  'unique',
  'sparse',
  'expireAfterSeconds',
  'partialFilterExpression',
  'collation',
  'hidden',
  'background',
  'v',
  'ns',
  ...specialOptions,
])

/**
 * An index specification as it will be stored; without a collation of its own it has its collection's. Throws the
 * codes of MongoDB's index validation.
 */
export function indexSpec(asked: Value, inherited?: Doc): Doc {
  if (!(asked instanceof Map)) throw new MongoError(14, "BSON field 'createIndexes.indexes' holds objects")
  const key = asked.get('key')
  if (!(key instanceof Map))
    throw new MongoError(9, "The 'key' field is a required property of an index specification")
  const name = asked.get('name')
  if (typeof name !== 'string') {
    throw new MongoError(9, "The 'name' field is a required property of an index specification")
  }
  if (name === '' || name === '*') throw new MongoError(67, `'${name}' is not a valid index name`)
  for (const option of asked.keys()) {
    if (!known.has(option)) throw unknownOption(option)
  }
  checkKey(key)
  const spec: Doc = new Map<string, Value>([
    ['v', int(2)],
    ['key', key],
    ['name', name],
  ])
  for (const option of ['unique', 'sparse', 'hidden']) {
    const value = asked.get(option)
    if (value === undefined) continue
    if (typeof value !== 'boolean' && !isNumeric(value))
      throw new MongoError(14, `The field '${option}' must be a bool`)
    if (value === true || (isNumeric(value) && toDouble(value) !== 0)) spec.set(option, true)
  }
  const partial = asked.get('partialFilterExpression')
  if (partial !== undefined) {
    if (!(partial instanceof Map))
      throw new MongoError(14, "The field 'partialFilterExpression' must be an object")
    if (spec.has('sparse'))
      throw new MongoError(67, 'cannot mix "partialFilterExpression" and "sparse" options')
    if (!mayBePartial(parseFilter(partial))) {
      throw new MongoError(67, `Expression not supported in partial index: ${printValue(partial)}`)
    }
    spec.set('partialFilterExpression', partial)
  }
  const given = asked.get('collation') as Doc | undefined
  const collation = given === undefined ? inherited : parseCollation(given)?.spec
  if (collation) spec.set('collation', collation)
  const seconds = asked.get('expireAfterSeconds')
  if (seconds !== undefined) spec.set('expireAfterSeconds', lifetime(seconds, key))
  if (key.size === 1 && key.has('_id')) checkIdIndex(spec)
  return specialize(spec, asked)
}

/** What a partial index's expression may be built of. */
function mayBePartial(filter: Filter): boolean {
  if (filter.kind === 'and' || filter.kind === 'or') return filter.filters.every(mayBePartial)
  const operators = ['eq', 'lt', 'lte', 'gt', 'gte', 'in', 'exists', 'type']
  return filter.kind === 'field' && operators.includes(filter.test.op)
}

function unknownOption(option: string): MongoError {
  const here = ['storageEngine', 'clustered', 'prepareUnique']
  if (here.includes(option))
    return new MongoError(238, `this server does not offer the index option '${option}'`)
  return new MongoError(197, `The field '${option}' is not valid for an index specification`)
}

function checkKey(key: Doc): void {
  if (key.size === 0) throw new MongoError(67, 'Index keys cannot be an empty object')
  const special = new Set<string>()
  for (const [field, direction] of key) {
    if (typeof direction === 'string') {
      if (!namedKinds.has(direction)) throw new MongoError(67, `Unknown index plugin '${direction}'`)
      special.add(direction)
    } else if (!isNumeric(direction) || !(Math.abs(toDouble(direction)) > 0)) {
      throw new MongoError(
        67,
        `Values in v:2 index key pattern must be numbers other than zero or strings. Field: ${field}`,
      )
    }
    if (field === '' || field.split('.').includes(''))
      throw new MongoError(67, 'Index keys cannot be empty fields')
    if (isWildcard(field)) {
      if (direction !== 'text') special.add('wildcard')
      continue
    }
    if (field.split('.').some((part) => part.startsWith('$') && !['$id', '$ref', '$db'].includes(part))) {
      throw new MongoError(
        67,
        `Index key contains an illegal field name: field name starts with '$': ${field}`,
      )
    }
  }
  if (special.size > 1) throw new MongoError(67, "Can't use more than one index plugin for a single index.")
}

/** Seconds that a document outlives its date. */
export function lifetime(seconds: Value, key: Doc): Value {
  if (!isNumeric(seconds)) throw new MongoError(67, "TTL index 'expireAfterSeconds' option must be numeric")
  if (key.size > 1) {
    throw new MongoError(67, 'TTL indexes are single-field indexes, compound indexes do not support TTL')
  }
  if (key.has('_id'))
    throw new MongoError(67, "The field 'expireAfterSeconds' is not valid for an _id index specification")
  const value = Math.trunc(toDouble(seconds))
  if (!(value >= 0 && value <= 0x7fffffff)) {
    throw new MongoError(
      67,
      `TTL index 'expireAfterSeconds' option must be within an acceptable range, try a lower number: ${value}`,
    )
  }
  return int(value)
}

function checkIdIndex(spec: Doc): void {
  for (const option of ['unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds', 'hidden']) {
    if (spec.has(option))
      throw new MongoError(197, `The field '${option}' is not valid for an _id index specification`)
  }
}
