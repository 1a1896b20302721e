import { compareValues, typeRank } from '../compare.ts'
import { MongoError } from '../error.ts'
import { printValue } from '../print.ts'
import type { Doc, Value } from '../value.ts'
import { int, isDoc, typeNameOf } from '../value.ts'
import type { StageParser } from './stage.ts'

/** Whether a `groupBy` is one that a document can give a value for. */
export const isExpression = (value: Value | undefined): boolean =>
  (typeof value === 'string' && value.startsWith('$') && value.length > 1) ||
  (isDoc(value) && value.keys().next().value?.startsWith('$') === true)

/** The `output` where none is given. */
export const countOnly = (): Doc => new Map([['count', new Map([['$sum', int(1)]])]])

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
