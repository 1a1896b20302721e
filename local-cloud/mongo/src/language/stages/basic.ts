import { MongoError } from '../error.ts'
import { compileFilter } from '../match.ts'
import { fieldPath } from '../path.ts'
import { printValue } from '../print.ts'
import { parseSort, sortDocs } from '../sort.ts'
import type { Doc, Value } from '../value.ts'
import { int, isDoc, isNumeric, Long, long, toDouble } from '../value.ts'
import { withField } from './fields.ts'
import type { StageParser } from './stage.ts'

const match: StageParser = (spec, context) => {
  if (!isDoc(spec)) throw new MongoError(15959, 'the match filter must be an expression in an object')
  const matches = compileFilter(spec, context)
  return function* (source) {
    for (const doc of source) if (matches(doc)) yield doc
  }
}

/** A whole number that is not negative, given as any number type. */
function wholeNumber(spec: Value, refuse: (what: string) => MongoError): number {
  if (!isNumeric(spec)) throw refuse(`Expected a number in: ${printValue(spec)}`)
  const number = spec instanceof Long ? Number(spec.toBigInt()) : toDouble(spec)
  if (!Number.isInteger(number)) throw refuse(`Expected an integer: ${printValue(spec)}`)
  if (number < 0) throw refuse(`Expected a non-negative number in: ${printValue(spec)}`)
  return number
}

const limit: StageParser = (spec) => {
  const count = wholeNumber(
    spec,
    (what) => new MongoError(2107201, `invalid argument to $limit stage: ${what}`),
  )
  if (count === 0) throw new MongoError(15958, 'the limit must be positive')
  return function* (source) {
    let left = count
    for (const doc of source) {
      yield doc
      if (--left === 0) return
    }
  }
}

const skip: StageParser = (spec) => {
  const count = wholeNumber(
    spec,
    (what) => new MongoError(5107200, `invalid argument to $skip stage: ${what}`),
  )
  return function* (source) {
    let left = count
    for (const doc of source) {
      if (left > 0) left--
      else yield doc
    }
  }
}

const sort: StageParser = (spec, { collation }) => {
  if (!isDoc(spec)) throw new MongoError(15973, 'the $sort key specification must be an object')
  if (spec.size === 0) throw new MongoError(15976, '$sort stage must have at least one sort key')
  parseSort(spec)
  return function* (source) {
    yield* sortDocs(source, spec, collation)
  }
}

/** Counts documents; of none it says nothing at all. */
const count: StageParser = (spec) => {
  if (typeof spec !== 'string') throw new MongoError(40156, 'the count field must be a non-empty string')
  if (spec === '') throw new MongoError(40156, 'the count field must be a non-empty string')
  if (spec.startsWith('$')) throw new MongoError(40158, 'the count field cannot be a $-prefixed path')
  if (spec.includes('\0')) throw new MongoError(40159, 'the count field cannot contain a null byte')
  if (spec.includes('.')) throw new MongoError(40160, "the count field cannot contain '.'")
  return function* (source) {
    let total = 0
    for (const _ of source) total++
    if (total > 0) yield new Map([[spec, countValue(total)]])
  }
}

/** A count as $sum: 1 would give it. */
const countValue = (total: number): Value => (total > 2147483647 ? long(BigInt(total)) : int(total))

interface Unwind {
  path: string[]
  indexField: string[] | undefined
  keepEmpty: boolean
}

function parseUnwind(spec: Value): Unwind {
  const options = isDoc(spec) ? spec : new Map<string, Value>([['path', spec]])
  if (!isDoc(spec) && typeof spec !== 'string') {
    throw new MongoError(
      15981,
      `expected either a string or an object as specification for $unwind stage, got ${printValue(spec)}`,
    )
  }
  for (const name of options.keys()) {
    if (!['path', 'includeArrayIndex', 'preserveNullAndEmptyArrays'].includes(name)) {
      throw new MongoError(28811, `unrecognized option to $unwind stage: ${name}`)
    }
  }
  const path = options.get('path')
  if (path === undefined) throw new MongoError(28812, 'no path specified to $unwind stage')
  if (typeof path !== 'string')
    throw new MongoError(28808, `expected a string as the path for $unwind stage, got ${printValue(path)}`)
  if (!path.startsWith('$'))
    throw new MongoError(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`)
  const keepEmpty = options.get('preserveNullAndEmptyArrays') ?? false
  if (typeof keepEmpty !== 'boolean')
    throw new MongoError(
      28809,
      `expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage, got ${printValue(keepEmpty)}`,
    )
  const indexField = options.get('includeArrayIndex')
  if (indexField !== undefined && (typeof indexField !== 'string' || indexField === '')) {
    throw new MongoError(
      28810,
      `expected a non-empty string for the includeArrayIndex  option to $unwind stage, got ${printValue(indexField)}`,
    )
  }
  if (indexField?.startsWith('$'))
    throw new MongoError(
      28822,
      `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${indexField}`,
    )
  return {
    path: fieldPath(path.slice(1)),
    indexField: indexField === undefined ? undefined : fieldPath(indexField),
    keepEmpty,
  }
}

const unwind: StageParser = (spec) => {
  const { path, indexField, keepEmpty } = parseUnwind(spec)
  const withIndex = (doc: Doc, index: Value): Doc => (indexField ? withField(doc, indexField, index) : doc)
  return function* (source) {
    for (const doc of source) {
      const value = valueThroughDocs(doc, path)
      if (Array.isArray(value) && value.length > 0) {
        for (const [index, element] of value.entries()) {
          yield withIndex(withField(doc, path, element), long(BigInt(index)))
        }
      } else if (!Array.isArray(value) && value !== undefined && value !== null) yield withIndex(doc, null)
      else if (keepEmpty) yield withIndex(Array.isArray(value) ? withField(doc, path, undefined) : doc, null)
    }
  }
}

function valueThroughDocs(doc: Doc, path: readonly string[]): Value | undefined {
  let value: Value | undefined = doc
  for (const part of path) {
    if (!isDoc(value)) return undefined
    value = value.get(part)
  }
  return value
}

const sample: StageParser = (spec) => {
  if (!isDoc(spec)) throw new MongoError(28745, 'the $sample stage specification must be an object')
  for (const name of spec.keys())
    if (name !== 'size') throw new MongoError(28748, `unrecognized option to $sample: ${name}`)
  const size = spec.get('size')
  if (size === undefined) throw new MongoError(28749, '$sample stage must specify a size')
  if (!isNumeric(size)) throw new MongoError(28746, 'size argument to $sample must be a number')
  const wanted = toDouble(size)
  if (!(wanted > 0)) throw new MongoError(28747, 'size argument to $sample must be a positive integer')
  return function* (source) {
    const docs = [...source]
    for (let taken = 0; taken < Math.min(Math.trunc(wanted), docs.length); taken++) {
      const at = taken + Math.floor(Math.random() * (docs.length - taken))
      const doc = docs[at]!
      docs[at] = docs[taken]!
      yield doc
    }
  }
}

export const basicStages: Record<string, StageParser> = {
  $match: match,
  $limit: limit,
  $skip: skip,
  $sort: sort,
  $count: count,
  $unwind: unwind,
  $sample: sample,
}
