import { compareValues } from '../compare.ts'
import { MongoError } from '../error.ts'
import { compileExpression } from '../expression/compile.ts'
import { printValue } from '../print.ts'
import type { Doc, NumericValue, Value } from '../value.ts'
import { isDoc, isNumeric, toDouble, typeNameOf } from '../value.ts'
import type { AccumulatedField } from './accumulation.ts'
import { parseAccumulated } from './accumulation.ts'
import { countOnly, isExpression } from './bucket.ts'
import type { Granularity } from './granularity.ts'
import { checkRoundable, parseGranularity } from './granularity.ts'
import type { StageParser } from './stage.ts'

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
  const granularity = spec.has('granularity') ? parseGranularity(spec.get('granularity')!) : undefined
  const key = compileExpression(groupBy, context)
  const fields = [...output].map(([name, value]) => parseAccumulated(name, value, context))
  const compare = (a: Keyed, b: Keyed): number => compareValues(a.key, b.key, context.collation)
  return function* (source) {
    const docs = Array.from(source, (doc): Keyed => {
      const value = key({ root: doc, bindings: undefined })
      if (granularity) checkRoundable(value)
      return { doc, key: value ?? null }
    }).sort(compare)
    const size = Math.max(Math.round(docs.length / wanted), 1)
    let start = 0
    let before: Value | undefined
    for (let number = 1; number <= wanted && start < docs.length; number++) {
      let end = number === wanted ? docs.length : Math.min(start + size, docs.length)
      const [first, last] = [docs[start]!.key, docs[end - 1]!.key]
      const edge = granularity?.up(last as NumericValue)
      while (end < docs.length && (compare(docs[end - 1]!, docs[end]!) === 0 || beyond(edge, docs[end]!)))
        end++
      const next = docs[end]?.key
      const min = granularity ? (before ?? granularity.down(first as NumericValue)) : first
      before =
        granularity && edge !== undefined ? upperEdge(granularity, edge, next) : (next ?? docs.at(-1)!.key)
      yield bucketDoc(docs.slice(start, end), [min, before], fields)
      start = end
    }
  }
}

interface Keyed {
  doc: Doc
  key: Value
}

const beyond = (edge: NumericValue | undefined, { key }: Keyed): boolean =>
  edge !== undefined && compareValues(edge, key) > 0

/** A bucket of zeros ends where the next one begins, rounded down: zero itself is in every series. */
const upperEdge = (granularity: Granularity, edge: NumericValue, next: Value | undefined): Value =>
  toDouble(edge) === 0 && next !== undefined ? granularity.down(next as NumericValue) : edge

function bucketDoc(docs: Keyed[], [min, max]: [Value, Value], fields: AccumulatedField[]): Doc {
  const range: Doc = new Map([
    ['min', min],
    ['max', max],
  ])
  const result: Doc = new Map([['_id', range as Value]])
  for (const field of fields) {
    const accumulation = field.start(new Map())
    for (const { doc } of docs) accumulation.add({ root: doc, bindings: undefined })
    result.set(field.name, accumulation.result())
  }
  return result
}
