import { bitPositions } from './bits.ts'
import { badValue, failedToParse, MongoError, notHere, typeMismatch } from './error.ts'
import { parseMod, parseSize, parseTypes } from './filter-operands.ts'
import { compareNumbers } from './number.ts'
import type { Schema } from './schema/rule.ts'
import { compileSchema } from './schema/schema.ts'
import type { Doc, Value } from './value.ts'
import { BSONRegExp, isDoc, isNumeric, toDouble } from './value.ts'

/**
 * A query filter as MongoDB understands it, before it is compiled. The engine reads it to choose an index: a `field`
 * test holds if any value at the path passes.
 */
export type Filter =
  | { kind: 'and' | 'or' | 'nor'; filters: Filter[] }
  | { kind: 'not'; filter: Filter }
  | { kind: 'constant'; value: boolean }
  | { kind: 'expr'; expression: Value }
  | { kind: 'schema'; schema: Schema }
  | { kind: 'field'; path: string; test: FieldTest }

export type Comparison = 'eq' | 'lt' | 'lte' | 'gt' | 'gte'
export type FieldTest =
  | { op: Comparison; value: Value }
  | { op: 'in'; values: Value[]; patterns: BSONRegExp[] }
  | { op: 'regex'; pattern: string; options: string }
  | { op: 'exists' }
  | { op: 'type'; types: ReadonlySet<number> }
  | { op: 'mod'; divisor: bigint; remainder: bigint }
  | { op: 'size'; size: number }
  | { op: 'bits'; all: boolean; set: boolean; positions: readonly number[] }
  | { op: 'elemMatch'; filter: Filter }
  | { op: 'elemMatchValue'; filter: Filter }

/** Parses a filter; throws BadValue (2) and the other codes that MongoDB's parser uses. */
export function parseFilter(filter: Doc, inElement = false): Filter {
  const filters: Filter[] = []
  for (const [name, value] of filter) {
    if (name.startsWith('$') && !dbRefFields.has(name)) {
      const parsed = parseTopLevel(name, value, inElement)
      if (parsed) filters.push(parsed)
    } else filters.push(...parseField(name, value))
  }
  return both(filters)
}

/** The fields of a DBRef are names, not operators. */
const dbRefFields = new Set(['$ref', '$id', '$db'])

const both = (filters: Filter[]): Filter => (filters.length === 1 ? filters[0]! : { kind: 'and', filters })
const not = (filter: Filter): Filter => ({ kind: 'not', filter })

function parseTopLevel(name: string, value: Value, inElement: boolean): Filter | undefined {
  switch (name) {
    case '$and':
    case '$or':
    case '$nor':
      return { kind: name.slice(1) as 'and', filters: parseList(name, value, inElement) }
    case '$expr':
      if (inElement) throw badValue('$expr can only be applied to the top-level document')
      return { kind: 'expr', expression: value }
    case '$comment':
      return undefined
    case '$alwaysTrue':
    case '$alwaysFalse':
      if (!isNumeric(value) || toDouble(value) !== 1)
        throw failedToParse(`${name} must be an integer value of 1`)
      return { kind: 'constant', value: name === '$alwaysTrue' }
    case '$jsonSchema':
      if (!isDoc(value)) throw typeMismatch('$jsonSchema must be an object')
      if (inElement) throw badValue('$jsonSchema can only be applied to the top-level document')
      return { kind: 'schema', schema: compileSchema(value) }
    case '$where':
    case '$text':
    case '$sampleRate':
      throw notHere(name)
  }
  throw badValue(
    `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, ` +
      'consider using $getField or $setField.',
  )
}

function parseList(name: string, value: Value, inElement: boolean): Filter[] {
  if (!Array.isArray(value)) throw badValue(`${name} must be an array`)
  if (value.length === 0) throw badValue('$and/$or/$nor must be a nonempty array')
  return value.map((entry) => {
    if (!isDoc(entry)) throw badValue('$or/$and/$nor entries need to be full objects')
    return parseFilter(entry, inElement)
  })
}

/** Whether a value given for a field is a set of operators rather than a literal; DBRefs are literals. */
function isOperators(value: Value): value is Doc {
  if (!isDoc(value)) return false
  const first = value.keys().next().value
  return first?.startsWith('$') === true && !dbRefFields.has(first)
}

const pathOperators = new Set(
  (
    '$eq $ne $lt $lte $gt $gte $in $nin $not $exists $type $regex $options $mod $size $all $elemMatch ' +
    '$bitsAllSet $bitsAnySet $bitsAllClear $bitsAnyClear $near $nearSphere $geoWithin $geoIntersects $within'
  ).split(' '),
)

/** Whether the name is that of an operator on one path, unlike `$or` or a field. */
export const isPathOperator = (name: string | undefined): boolean =>
  name !== undefined && pathOperators.has(name)

function parseField(path: string, value: Value): Filter[] {
  if (value instanceof BSONRegExp) return [regex(path, value.pattern, value.options)]
  if (!isOperators(value)) return [{ kind: 'field', path, test: { op: 'eq', value } }]
  return parseOperators(path, value)
}

function parseOperators(path: string, operators: Doc): Filter[] {
  const filters: Filter[] = []
  for (const [name, value] of operators) {
    if (name === '$options' && !operators.has('$regex')) throw badValue('$options needs a $regex')
    if (name === '$options') continue
    filters.push(parseOperator(path, name, value, operators))
  }
  return filters
}

function parseOperator(path: string, name: string, value: Value, all: Doc): Filter {
  const field = (test: FieldTest): Filter => ({ kind: 'field', path, test })
  switch (name) {
    case '$eq':
      return field({ op: 'eq', value })
    case '$ne':
      if (value instanceof BSONRegExp) throw badValue("Can't have regex as arg to $ne.")
      return not(field({ op: 'eq', value }))
    case '$lt':
    case '$lte':
    case '$gt':
    case '$gte':
      if (value instanceof BSONRegExp) {
        throw badValue(`Can't have RegEx as arg to predicate over field '${path}'.`)
      }
      return field({ op: name.slice(1) as Comparison, value })
    case '$in':
      return field(parseIn(name, value))
    case '$nin':
      return not(field(parseIn(name, value)))
    case '$not':
      return parseNot(path, value)
    case '$exists':
      return isTruthy(value) ? field({ op: 'exists' }) : not(field({ op: 'exists' }))
    case '$type':
      return field({ op: 'type', types: parseTypes(value) })
    case '$regex':
      return parseRegex(path, value, all.get('$options'))
    case '$mod':
      return field(parseMod(value))
    case '$size':
      return field({ op: 'size', size: parseSize(value) })
    case '$all':
      return parseAll(path, value)
    case '$elemMatch':
      return field(parseElemMatch(value))
    case '$bitsAllSet':
    case '$bitsAnySet':
    case '$bitsAllClear':
    case '$bitsAnyClear':
      return field({
        op: 'bits',
        all: name.includes('All'),
        set: name.endsWith('Set'),
        positions: bitPositions(name, value),
      })
    case '$near':
    case '$nearSphere':
    case '$geoWithin':
    case '$geoIntersects':
    case '$within':
      throw notHere(name)
  }
  throw badValue(`unknown operator: ${name}`)
}

/** MongoDB's truth: everything but false, zero, null and a missing value. */
export function isTruthy(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === false) return false
  return !isNumeric(value) || compareNumbers(value, 0) !== 0
}

function parseIn(name: string, value: Value): FieldTest {
  if (!Array.isArray(value)) throw badValue(`${name} needs an array`)
  const patterns: BSONRegExp[] = []
  const values: Value[] = []
  for (const member of value) {
    if (isOperators(member)) throw badValue(`cannot nest $ under ${name}`)
    if (member instanceof BSONRegExp) patterns.push(member)
    else values.push(member)
  }
  return { op: 'in', values, patterns }
}

function parseNot(path: string, value: Value): Filter {
  if (value instanceof BSONRegExp) return not(regex(path, value.pattern, value.options))
  if (!isDoc(value)) throw badValue('$not needs a regex or a document')
  if (value.size === 0) throw badValue('$not cannot be empty')
  return not(both(parseOperators(path, value)))
}

function regex(path: string, pattern: string, options: string): Filter {
  return { kind: 'field', path, test: { op: 'regex', pattern, options } }
}

function parseRegex(path: string, value: Value, options: Value | undefined): Filter {
  if (options !== undefined && typeof options !== 'string') throw badValue('$options has to be a string')
  if (typeof value === 'string') return regex(path, value, options ?? '')
  if (!(value instanceof BSONRegExp)) throw badValue('$regex has to be a string')
  if (options !== undefined && value.options !== '') {
    throw new MongoError(51075, 'options set in both $regex and $options')
  }
  return regex(path, value.pattern, options ?? value.options)
}

function parseAll(path: string, value: Value): Filter {
  if (!Array.isArray(value)) throw badValue('$all needs an array')
  if (value.length === 0) return { kind: 'constant', value: false }
  const elemMatches = value.filter(
    (member) => isDoc(member) && member.keys().next().value === '$elemMatch',
  ).length
  const filters = value.map((member): Filter => {
    if (elemMatches > 0) {
      if (!isDoc(member) || member.keys().next().value !== '$elemMatch')
        throw badValue('$all/$elemMatch has to be consistent')
      return { kind: 'field', path, test: parseElemMatch(member.get('$elemMatch')!) }
    }
    if (isOperators(member)) throw badValue('no $ expressions in $all')
    if (member instanceof BSONRegExp) return regex(path, member.pattern, member.options)
    return { kind: 'field', path, test: { op: 'eq', value: member } }
  })
  return both(filters)
}

function parseElemMatch(value: Value): FieldTest {
  if (!isDoc(value)) throw badValue('$elemMatch needs an Object')
  const first = value.keys().next().value
  if (isOperators(value) && !['$and', '$or', '$nor', '$where', '$expr', '$comment'].includes(first ?? '')) {
    return { op: 'elemMatchValue', filter: both(parseOperators('', value)) }
  }
  return { op: 'elemMatch', filter: parseFilter(value, true) }
}
