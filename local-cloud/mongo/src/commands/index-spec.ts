import { parseCollation } from '../language/collation.ts'
import { MongoError } from '../language/error.ts'
import { type Filter, parseFilter } from '../language/filter.ts'
import { printValue } from '../language/print.ts'
import { type Doc, int, isDoc, isNumeric, toDouble, typeNameOf, type Value } from '../language/value.ts'
import { isWildcard, namedKinds } from '../storage/index-kind.ts'
import { specialize, specialOptions } from './special-index.ts'

/** Options of an index that this server honours; `background` and `v` are accepted and mean nothing any more. */
const known = [
  ...['key', 'name', 'unique', 'sparse', 'expireAfterSeconds', 'partialFilterExpression', 'collation'],
  ...['hidden', 'background', 'v', 'ns', ...specialOptions],
]
const knownForId = ['key', 'name', 'collation', 'v', 'ns']
const absent = ['storageEngine', 'clustered', 'prepareUnique']

const cannot = (why: string): MongoError => new MongoError(67, why)

/**
 * An index specification as it will be stored; without a collation of its own it gets its collection's. Throws the codes
 * of MongoDB's index validation.
 */
export function indexSpec(asked: Value, inherited?: Doc): Doc {
  if (!isDoc(asked)) throw new MongoError(14, "BSON field 'createIndexes.indexes' holds objects")
  try {
    return checkedSpec(asked, inherited)
  } catch (error) {
    if (!(error instanceof MongoError)) throw error
    const shown = printValue(asked.has('v') ? asked : new Map([...asked, ['v', int(2)]]))
    throw new MongoError(error.code, `Error in specification ${shown} :: caused by :: ${error.message}`)
  }
}

function checkedSpec(asked: Doc, inherited?: Doc): Doc {
  refuseOptions(asked)
  const key = asked.get('key')
  if (key === undefined) throw missing('key')
  if (!isDoc(key)) throw wrongType('key', 'an object', key)
  checkKey(key)
  const name = asked.get('name')
  if (name === undefined) throw missing('name')
  if (typeof name !== 'string') throw wrongType('name', 'a string', name)
  checkVersion(asked)
  checkName(name, key)
  if (isIdKey(key)) checkId(asked, key)
  const spec: Doc = new Map<string, Value>([
    ['v', int(2)],
    ['key', key],
    ['name', name],
  ])
  for (const option of ['unique', 'sparse', 'hidden']) if (isSet(asked, option)) spec.set(option, true)
  const partial = asked.get('partialFilterExpression')
  if (partial !== undefined) {
    if (!isDoc(partial)) throw wrongType('partialFilterExpression', 'an object', partial)
    if (spec.has('sparse')) throw cannot('cannot mix "partialFilterExpression" and "sparse" options')
    checkPartial(parseFilter(partial), partial)
    spec.set('partialFilterExpression', partial)
  }
  const collation = asked.has('collation') ? ownCollation(asked.get('collation')!) : inherited
  if (collation) spec.set('collation', collation)
  const seconds = asked.get('expireAfterSeconds')
  if (seconds !== undefined) spec.set('expireAfterSeconds', lifetime(seconds, key))
  return specialize(spec, asked)
}

function missing(field: string): MongoError {
  return new MongoError(9, `The '${field}' field is a required property of an index specification`)
}

function wrongType(field: string, wanted: string, value: Value): MongoError {
  return new MongoError(14, `The field '${field}' must be ${wanted}, but got ${typeNameOf(value)}`)
}

function refuseOptions(asked: Doc): void {
  for (const option of asked.keys()) {
    if (known.includes(option)) continue
    if (absent.includes(option))
      throw new MongoError(238, `this server does not offer the index option '${option}'`)
    throw new MongoError(
      197,
      `The field '${option}' is not valid for an index specification. Specification: ${printValue(asked)}`,
    )
  }
}

function checkKey(key: Doc): void {
  if (key.size === 0) throw cannot('Index keys cannot be empty.')
  const special = new Set<string>()
  for (const [field, direction] of key) {
    if (typeof direction === 'string') {
      if (!namedKinds.has(direction)) throw cannot(`Unknown index plugin '${direction}'`)
      special.add(direction)
    } else if (isNumeric(direction)) {
      if (Number.isNaN(toDouble(direction))) throw cannot('Values in the index key pattern cannot be NaN.')
      if (toDouble(direction) === 0) throw cannot('Values in the index key pattern cannot be 0.')
    } else {
      throw cannot(
        `Values in v:2 index key pattern cannot be of type ${typeNameOf(direction)}. Only numbers > 0, numbers < 0, ` +
          'and strings are allowed.',
      )
    }
    if (!isWildcard(field)) checkField(field)
    else if (direction !== 'text') special.add('wildcard')
  }
  if (special.size > 1) throw cannot("Can't use more than one index plugin for a single index.")
}

function checkField(field: string): void {
  if (field === '') throw cannot('Index keys cannot be an empty field.')
  const parts = field.split('.')
  for (const [at, part] of parts.entries()) {
    if (part === '') throw cannot('Index keys cannot contain an empty field.')
    if (part.startsWith('$') && !(at > 0 && ['$db', '$id', '$ref'].includes(part)))
      throw cannot("Index key contains an illegal field name: field name starts with '$'.")
  }
}

function checkVersion(asked: Doc): void {
  const version = asked.get('v')
  if (version === undefined) return
  if (!isNumeric(version)) throw wrongType('v', 'a number', version)
  if (![1, 2].includes(toDouble(version))) {
    throw cannot(
      `Invalid index specification ${printValue(asked)}; cannot create an index with v=${toDouble(version)}`,
    )
  }
}

function checkName(name: string, key: Doc): void {
  if (name === '') throw cannot('index name cannot be empty')
  if (name === '*') throw new MongoError(2, "The index name '*' is not valid.")
  if (name === '_id_' && !isIdKey(key)) {
    throw new MongoError(
      2,
      `The index name '_id_' is reserved for the _id index, which must have key pattern {_id: 1}, found key: ${printValue(key)}`,
    )
  }
}

const isIdKey = (key: Doc): boolean =>
  key.size === 1 && key.has('_id') && Math.abs(Math.trunc(toDouble(key.get('_id') as number))) === 1

function checkId(asked: Doc, key: Doc): void {
  for (const option of asked.keys()) {
    if (knownForId.includes(option)) continue
    throw new MongoError(
      197,
      `The field '${option}' is not valid for an _id index specification. Specification: ${printValue(asked)}`,
    )
  }
  if (toDouble(key.get('_id') as number) !== 1)
    throw new MongoError(2, `The field 'key' for an _id index must be {_id: 1}, but got ${printValue(key)}`)
}

function isSet(asked: Doc, option: string): boolean {
  const value = asked.get(option)
  if (value === undefined || typeof value === 'boolean') return value === true
  if (isNumeric(value)) return toDouble(value) !== 0
  throw new MongoError(
    14,
    `The field '${option} has value ${option}: ${printValue(value)}, which is not convertible to bool`,
  )
}

/** A partial index holds what equalities, ranges, types and existence say, joined by `$and` and `$or`. */
function checkPartial(filter: Filter, whole: Doc): void {
  if (filter.kind === 'expr') throw new MongoError(224, '$expr is not allowed in this context')
  if (filter.kind === 'and' || filter.kind === 'or') {
    for (const each of filter.filters) checkPartial(each, whole)
    return
  }
  const holds = ['eq', 'lt', 'lte', 'gt', 'gte', 'in', 'exists', 'type']
  if (filter.kind === 'field' && holds.includes(filter.test.op)) return
  throw cannot(`Expression not supported in partial index: ${printValue(whole)}`)
}

function ownCollation(collation: Value): Doc | undefined {
  if (!isDoc(collation)) throw wrongType('collation', 'an object', collation)
  if (collation.size === 0) throw new MongoError(2, "The field 'collation' cannot be an empty object.")
  return parseCollation(collation)?.spec
}

/** Seconds that a document outlives its date. */
export function lifetime(seconds: Value, key: Doc): Value {
  const option = "TTL index 'expireAfterSeconds' option"
  if (!isNumeric(seconds)) {
    throw cannot(`${option} must be numeric, but received a type of '${typeNameOf(seconds)}'`)
  }
  if (key.size > 1) {
    throw cannot('TTL indexes are single-field indexes, compound indexes do not support TTL')
  }
  const value = Math.trunc(toDouble(seconds))
  if (Number.isNaN(value)) throw cannot(`${option} must not be NaN`)
  if (value < 0) throw cannot(`${option} cannot be less than 0`)
  if (value > 0x7fffffff) {
    throw cannot(
      `${option} cannot be greater than max int32_t (2147483647) for secondary indexes, found ${value}`,
    )
  }
  return int(value)
}
