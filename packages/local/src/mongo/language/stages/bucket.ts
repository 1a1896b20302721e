import { compareValues, typeRank } from '../compare.ts'
import { MongoError, notHere } from '../error.ts'
import { compileExpression } from '../expression/compile.ts'
import { printValue } from '../print.ts'
import type { Doc, Value } from '../value.ts'
import { int, isDoc, isNumeric, toDouble, typeNameOf } from '../value.ts'
import type { AccumulatedField } from './accumulation.ts'
import { parseAccumulated } from './accumulation.ts'
import type { StageParser } from './stage.ts'

const isExpression = (value: Value | undefined): boolean =>
  (typeof value === 'string' && value.startsWith('$') && value.length > 1) ||
  (isDoc(value) && value.keys().next().value?.startsWith('$') === true)

const countOnly = (): Doc => new Map([['count', new Map([['$sum', int(1)]])]])

/** Groups into ranges between given boundaries: the `$group` and `$sort` that it stands for. */
export const bucket: StageParser = (spec, context, pipeline) => {
  if (!isDoc(spec))
    throw new MongoError(
      40201,
      `Argument to $bucket stage must be an object, but found type: ${typeNameOf(spec)}.`,
    )
  for (const name of spec.keys()) {
    if (!['groupBy', 'boundaries', 'default', 'output'].includes(name))
      throw new MongoError(40197, `Unrecognized option to $bucket: ${name}.`)
  }
  const [groupBy, boundaries, fallback] = [spec.get('groupBy'), spec.get('boundaries'), spec.get('default')]
  const output = spec.get('output') ?? countOnly()
  if (groupBy === undefined || boundaries === undefined)
    throw new MongoError(40198, "$bucket requires 'groupBy' and 'boundaries' to be specified.")
  if (!isExpression(groupBy)) {
    throw new MongoError(
      40202,
      `The $bucket 'groupBy' field must be defined as a $-prefixed path or an expression, but found: ${printValue(groupBy)}.`,
    )
  }
  if (!Array.isArray(boundaries))
    throw new MongoError(
      40200,
      `The $bucket 'boundaries' field must be an array, but found type: ${typeNameOf(boundaries)}.`,
    )
  if (!isDoc(output))
    throw new MongoError(
      40196,
      `The $bucket 'output' field must be an object, but found type: ${typeNameOf(output)}.`,
    )
  const constant = (value: Value, code: number, what: string): Value => {
    if (isExpression(value))
      throw new MongoError(
        code,
        `The $bucket '${what}' field must be constant, but found: ${printValue(value)}.`,
      )
    return value
  }
  const bounds = boundaries.map((value) => constant(value, 40191, 'boundaries'))
  checkBoundaries(bounds, (a, b) => compareValues(a, b, context.collation))
  if (fallback !== undefined) checkDefault(constant(fallback, 40195, 'default'), bounds)
  const branches = bounds.slice(1).map((upper, at): Doc => {
    const within = [
      new Map([['$gte', [groupBy, literal(bounds[at]!)]]]),
      new Map([['$lt', [groupBy, literal(upper)]]]),
    ]
    return new Map<string, Value>([
      ['case', new Map([['$and', within]])],
      ['then', literal(bounds[at]!)],
    ])
  })
  const choice: Doc = new Map([['branches', branches]])
  if (fallback !== undefined) choice.set('default', literal(fallback))
  return pipeline(
    [
      new Map([['$group', new Map<string, Value>([['_id', new Map([['$switch', choice]])], ...output])]]),
      new Map([['$sort', new Map([['_id', int(1)]])]]),
    ],
    context,
  )
}

const literal = (value: Value): Doc => new Map([['$literal', value]])

function checkBoundaries(bounds: Value[], compare: (a: Value, b: Value) => number): void {
  if (bounds.length < 2) {
    throw new MongoError(
      40192,
      `The $bucket 'boundaries' field must have at least 2 values, but found ${bounds.length} value(s).`,
    )
  }
  for (const [at, upper] of bounds.slice(1).entries()) {
    const lower = bounds[at]!
    if (typeRank(lower) !== typeRank(upper)) {
      throw new MongoError(
        40193,
        `All values in the the 'boundaries' option to $bucket must have the same type. Found conflicting types ${typeNameOf(lower)} and ${typeNameOf(upper)}.`,
      )
    }
    if (compare(lower, upper) >= 0) {
      throw new MongoError(
        40194,
        `The 'boundaries' option to $bucket must be sorted, but elements ${at} and ${at + 1} are not in ascending order (${printValue(lower)} is not less than ${printValue(upper)}).`,
      )
    }
  }
}

function checkDefault(fallback: Value, bounds: Value[]): void {
  if (typeRank(fallback) !== typeRank(bounds[0]!)) return
  if (compareValues(fallback, bounds[0]) < 0 || compareValues(fallback, bounds.at(-1)) >= 0) return
  throw new MongoError(
    40199,
    "The $bucket 'default' field must be less than the lowest boundary or greater than or equal to the highest boundary.",
  )
}

/** Groups into a number of ranges that hold about as many documents each. */
export const bucketAuto: StageParser = (spec, context) => {
  if (!isDoc(spec))
    throw new MongoError(
      40240,
      `The argument to $bucketAuto must be an object, but found type: ${typeNameOf(spec)}.`,
    )
  for (const name of spec.keys()) {
    if (!['groupBy', 'buckets', 'output', 'granularity'].includes(name))
      throw new MongoError(40245, `Unrecognized option to $bucketAuto: ${name}.`)
  }
  if (spec.has('granularity')) throw notHere("$bucketAuto with 'granularity'")
  const [groupBy, buckets] = [spec.get('groupBy'), spec.get('buckets')]
  const output = spec.get('output') ?? countOnly()
  if (groupBy === undefined || buckets === undefined)
    throw new MongoError(40246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified.")
  if (!isExpression(groupBy)) {
    throw new MongoError(
      40239,
      `The $bucketAuto 'groupBy' field must be defined as a $-prefixed path or an expression object, but found: ${printValue(groupBy)}`,
    )
  }
  if (!isNumeric(buckets))
    throw new MongoError(
      40241,
      `The $bucketAuto 'buckets' field must be a numeric value, but found type: ${typeNameOf(buckets)}.`,
    )
  const wanted = toDouble(buckets)
  if (!Number.isInteger(wanted) || wanted > 2147483647)
    throw new MongoError(
      40242,
      `The $bucketAuto 'buckets' field must be representable as a 32-bit integer, but found ${printValue(buckets)}`,
    )
  if (wanted <= 0)
    throw new MongoError(
      40243,
      `The $bucketAuto 'buckets' field must be greater than 0, but found: ${wanted}.`,
    )
  if (!isDoc(output))
    throw new MongoError(
      40244,
      `The $bucketAuto 'output' field must be an object, but found type: ${typeNameOf(output)}.`,
    )
  const key = compileExpression(groupBy, context)
  const fields = [...output].map(([name, value]) => parseAccumulated(name, value, context))
  const compare = (a: Keyed, b: Keyed): number => compareValues(a.key, b.key, context.collation)
  return function* (source) {
    const docs = Array.from(source, (doc) => ({
      doc,
      key: key({ root: doc, bindings: undefined }) ?? null,
    })).sort(compare)
    const size = Math.max(Math.round(docs.length / wanted), 1)
    let start = 0
    for (let number = 1; number <= wanted && start < docs.length; number++) {
      let end = number === wanted ? docs.length : Math.min(start + size, docs.length)
      while (end < docs.length && compare(docs[end - 1]!, docs[end]!) === 0) end++
      yield bucketDoc(docs.slice(start, end), docs[end] ?? docs.at(-1)!, fields)
      start = end
    }
  }
}

interface Keyed {
  doc: Doc
  key: Value
}

function bucketDoc(docs: Keyed[], next: Keyed, fields: AccumulatedField[]): Doc {
  const result: Doc = new Map<string, Value>([
    [
      '_id',
      new Map([
        ['min', docs[0]!.key],
        ['max', next.key],
      ]),
    ],
  ])
  for (const field of fields) {
    const accumulation = field.start()
    for (const { doc } of docs) accumulation.add({ root: doc, bindings: undefined })
    result.set(field.name, accumulation.result())
  }
  return result
}
