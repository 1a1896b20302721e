import { bitsMatch } from './bits.ts'
import type { Collation } from './collation.ts'
import { compareValues, typeRank } from './compare.ts'
import { compileExpression, expressionIsTrue } from './expression/compile.ts'
import type { Comparison, FieldTest, Filter } from './filter.ts'
import { parseFilter } from './filter.ts'
import { encodeValue } from './keystring.ts'
import { walkInto } from './path.ts'
import { compileRegex } from './regex.ts'
import type { Doc, Value } from './value.ts'
import {
  BSONRegExp,
  bsonType,
  Decimal128,
  Int32,
  isDoc,
  isNumeric,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  toDouble,
  typeNameOf,
} from './value.ts'

export interface MatchOptions {
  collation?: Collation | undefined
  /** The variables of the command's `let`, for $expr. */
  vars?: ReadonlyMap<string, Value | undefined> | undefined
  now?: Date | undefined
}

/** Where the array element was that made a filter match: what `$` stands for in updates and projections. */
interface Position {
  index: number | undefined
}

/** Tells whether a document matches; fills `position`, where given, with the matched array index. */
export type Match = (doc: Doc, position?: Position) => boolean
type Test = (value: Value | undefined, position?: Position) => boolean

/** Parses and compiles a filter. Throws what MongoDB's parser would refuse. */
export function compileFilter(filter: Doc, options: MatchOptions = {}): Match {
  return compileParsed(parseFilter(filter), options)
}

/** Compiles a filter that is parsed already. */
export function compileParsed(filter: Filter, options: MatchOptions = {}): Match {
  const test = compile(filter, options, (path, inner) => fieldTest(path, inner, options))
  return test as Match
}

/** Compiles a filter against single values rather than documents, as `{$elemMatch: {$gt: 1}}` and $pull want. */
function compileOnValue(filter: Filter, options: MatchOptions): Test {
  return compile(filter, options, (_, inner) => compileTest(inner, options))
}

function compile(
  filter: Filter,
  options: MatchOptions,
  onField: (path: string, test: FieldTest) => Test,
): Test {
  switch (filter.kind) {
    case 'constant':
      return () => filter.value
    case 'field':
      return onField(filter.path, filter.test)
    case 'not': {
      const inner = compile(filter.filter, options, onField)
      return (value) => !inner(value)
    }
    case 'expr': {
      const expression = compileExpression(filter.expression, options)
      return (value) => expressionIsTrue(expression, value as Doc)
    }
    case 'schema':
      return (value) => filter.schema(value as Doc).length === 0
  }
  const tests = filter.filters.map((each) => compile(each, options, onField))
  if (filter.kind === 'and') {
    return (value, position) => {
      for (const test of tests) if (!test(value, position)) return false
      return true
    }
  }
  const any: Test = (value, position) => {
    for (const test of tests) if (test(value, position)) return true
    return false
  }
  return filter.kind === 'or' ? any : (value) => !any(value)
}

function fieldTest(path: string, test: FieldTest, options: MatchOptions): Test {
  const matches = compileTest(test, options)
  const parts = path.split('.')
  const ofWholeArray = test.op === 'size' || test.op === 'elemMatch' || test.op === 'elemMatchValue'
  const leaf = ofWholeArray ? 'array' : 'elements and array'
  const [name] = parts
  const single = parts.length === 1
  return (doc, position) => {
    if (single && isDoc(doc)) {
      const value = doc.get(name!)
      if (!Array.isArray(value)) return matches(value, position)
    }
    return walkInto(doc as Doc | Value[], parts, leaf, (value, index) => {
      if (!matches(value, position)) return false
      if (position && index !== -1) position.index = index
      return true
    })
  }
}

/** Compiles one field's test against a single value, whose elements are not entered. */
export function compileTest(test: FieldTest, options: MatchOptions): Test {
  switch (test.op) {
    case 'eq':
      return equality(test.value, options.collation)
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return comparison(test.op, test.value, options.collation)
    case 'in':
      return membership(test.values, test.patterns, options.collation)
    case 'regex':
      return pattern(test.pattern, test.options)
    case 'exists':
      return (value) => value !== undefined
    case 'type':
      return (value) => value !== undefined && test.types.has(bsonType[typeNameOf(value)])
    case 'mod':
      return (value) => modulo(value, test.divisor, test.remainder)
    case 'size':
      return (value) => Array.isArray(value) && value.length === test.size
    case 'bits':
      return (value) => bitsMatch(value, test)
    case 'elemMatch': {
      const inner = compileParsed(test.filter, options) as Test
      return someElement((element) => (isDoc(element) || Array.isArray(element)) && inner(element))
    }
    case 'elemMatchValue':
      return someElement(compileOnValue(test.filter, options))
  }
}

function someElement(test: (element: Value) => boolean): Test {
  return (value, position) => {
    if (!Array.isArray(value)) return false
    const index = value.findIndex((element) => test(element))
    if (index !== -1 && position) position.index = index
    return index !== -1
  }
}

function equality(wanted: Value, collation: Collation | undefined): Test {
  if (wanted === null) return (value) => value === undefined || value === null
  if (typeof wanted === 'boolean' || (typeof wanted === 'string' && !collation))
    return (value) => value === wanted
  if (wanted instanceof ObjectId) return (value) => value instanceof ObjectId && value.equals(wanted)
  return (value) => value !== undefined && compareValues(value, wanted, collation) === 0
}

/** Only values of one type bracket compare, save that everything lies between MinKey and MaxKey. */
function comparison(op: Exclude<Comparison, 'eq'>, wanted: Value, collation: Collation | undefined): Test {
  const rank = typeRank(wanted)
  const orEqual = op === 'lte' || op === 'gte'
  const less = op === 'lt' || op === 'lte'
  if (wanted === null) return (value) => orEqual && (value === undefined || value === null)
  const wantsNaN = isNumeric(wanted) && Number.isNaN(toDouble(wanted))
  return (value) => {
    if (value === undefined || typeRank(value) !== rank) {
      return less ? wanted instanceof MaxKey : wanted instanceof MinKey
    }
    if (rank === 10) {
      const valueIsNaN = isNumeric(value) && Number.isNaN(toDouble(value))
      if (wantsNaN || valueIsNaN) return orEqual && wantsNaN && valueIsNaN
    }
    const order = compareValues(value, wanted, collation)
    return order === 0 ? orEqual : order < 0 === less
  }
}

function membership(values: Value[], patterns: BSONRegExp[], collation: Collation | undefined): Test {
  const hasNull = values.some((value) => value === null)
  const regexes = patterns.map(({ pattern: source, options }) => pattern(source, options))
  const isIn = memberTest(values, collation)
  return (value) => {
    if (value === undefined) return hasNull
    if (isIn(value)) return true
    for (const regex of regexes) if (regex(value)) return true
    return false
  }
}

function memberTest(values: Value[], collation: Collation | undefined): (value: Value) => boolean {
  if (!collation && values.every((value) => typeof value === 'string')) {
    const members = new Set(values as string[])
    return (value) => typeof value === 'string' && members.has(value)
  }
  if (values.length <= 8 || collation) {
    const tests = values.map((value) => equality(value, collation))
    return (value) => tests.some((test) => test(value))
  }
  const members = new Set(values.map((value) => encodeValue(value)))
  return (value) => members.has(encodeValue(value))
}

function pattern(source: string, options: string): Test {
  const regex = compileRegex(source, options)
  return (value) => {
    if (typeof value === 'string') return regex.test(value)
    return value instanceof BSONRegExp && value.pattern === source && value.options === options
  }
}

function modulo(value: Value | undefined, divisor: bigint, remainder: bigint): boolean {
  if (value instanceof Int32) return BigInt(value.value) % divisor === remainder
  if (value instanceof Long) return value.toBigInt() % divisor === remainder
  if (typeof value !== 'number' && !(value instanceof Decimal128)) return false
  const double = Math.trunc(toDouble(value))
  if (!Number.isFinite(double) || Math.abs(double) >= 2 ** 63) return false
  return BigInt(double) % divisor === remainder
}
