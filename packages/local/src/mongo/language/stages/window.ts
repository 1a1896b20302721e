import { dateAdd, parseUnit } from '../calendar.ts'
import { failedToParse, MongoError, notHere } from '../error.ts'
import { compileExpression } from '../expression/compile.ts'
import { compareNumbers } from '../number.ts'
import { fieldValue } from '../path.ts'
import { printValue } from '../print.ts'
import { parseSort } from '../sort.ts'
import { utc } from '../time-zone.ts'
import type { Doc, Value } from '../value.ts'
import { int, isDoc, isNumeric, toDouble } from '../value.ts'
import type { Accumulation } from './accumulation.ts'
import { accumulatorStart } from './accumulation.ts'
import type { PipelineContext } from './stage.ts'

/** The documents of one partition in order. */
export interface Partition {
  docs: Doc[]
  /** Whether two documents, by their places, are equal under the sort. */
  sameRank(a: number, b: number): boolean
}

/** Answers a value for each document of a partition; undefined leaves the field out. */
export type WindowFunction = (partition: Partition) => (Value | undefined)[]
/** The first and the last place of the window around a place; empty when they have crossed. */
type Bounds = (partition: Partition, at: number) => [number, number]

const absent = new Set([
  '$derivative',
  '$integral',
  '$expMovingAvg',
  '$linearFill',
  '$covariancePop',
  '$covarianceSamp',
  '$minMaxScaler',
])

export function parseWindowFunction(
  path: string,
  spec: Value,
  sortBy: Doc | undefined,
  context: PipelineContext,
): WindowFunction {
  if (!isDoc(spec)) throw failedToParse(`The field '${path}' must be an object`)
  const window = spec.get('window')
  const operators = [...spec.keys()].filter((name) => name !== 'window')
  const [operator] = operators
  if (operator === undefined || operators.length > 1)
    throw failedToParse('Expected a $-prefixed window function')
  if (!operator.startsWith('$')) throw failedToParse(`Expected a $-prefixed window function, ${operator}`)
  if (absent.has(operator)) throw notHere(`the window function ${operator}`)
  const argument = spec.get(operator)!
  const ordered = orderedFunction(operator, argument, sortBy, context)
  if (ordered) {
    if (window !== undefined) throw failedToParse(`'window' field is not allowed in ${operator}`)
    return ordered
  }
  const start = accumulatorStart(operator, argument, context)
  if (!start) throw failedToParse(`Unrecognized window function, ${operator}`)
  return accumulated(start, parseBounds(window, sortBy))
}

function orderedFunction(
  operator: string,
  argument: Value,
  sortBy: Doc | undefined,
  context: PipelineContext,
): WindowFunction | undefined {
  switch (operator) {
    case '$rank':
    case '$denseRank':
    case '$documentNumber':
      if (!isDoc(argument) || argument.size > 0)
        throw new MongoError(5371603, `${operator} must be specified with '{}' as the value`)
      if (!sortBy || (operator !== '$documentNumber' && sortBy.size !== 1)) {
        throw new MongoError(
          5371602,
          `${operator} must be specified with a top level sortBy expression with exactly one element`,
        )
      }
      return numbering(operator)
    case '$shift':
      if (!sortBy) throw new MongoError(9, "'$shift' requires a sortBy")
      return shift(argument, context)
    case '$locf': {
      const expression = compileExpression(argument, context)
      return ({ docs }) => {
        let carried: Value = null
        return docs.map((root) => {
          carried = expression({ root, bindings: undefined }) ?? carried
          return carried
        })
      }
    }
  }
  return undefined
}

function numbering(operator: '$rank' | '$denseRank' | '$documentNumber'): WindowFunction {
  return ({ docs, sameRank }) => {
    let rank = 0
    return docs.map((_, at) => {
      if (operator === '$documentNumber') return int(at + 1)
      if (at === 0 || !sameRank(at - 1, at)) rank = operator === '$rank' ? at + 1 : rank + 1
      return int(rank)
    })
  }
}

function shift(argument: Value, context: PipelineContext): WindowFunction {
  if (!isDoc(argument)) throw failedToParse(`Argument to $shift must be an object`)
  for (const key of argument.keys()) {
    if (!['output', 'by', 'default'].includes(key)) throw failedToParse(`Unknown argument in $shift: ${key}`)
  }
  const [output, by] = [argument.get('output'), argument.get('by')]
  if (output === undefined || by === undefined) throw failedToParse("$shift requires 'output' and 'by'")
  if (!isNumeric(by) || !Number.isInteger(toDouble(by)))
    throw failedToParse("'$shift:by' field must be an integer")
  const expression = compileExpression(output, context)
  const fallback = compileExpression(
    argument.get('default') ?? null,
    context,
  )({ root: undefined, bindings: undefined })
  return ({ docs }) =>
    docs.map((_, at) => {
      const root = docs[at + toDouble(by)]
      return root ? (expression({ root, bindings: undefined }) ?? null) : (fallback ?? null)
    })
}

function accumulated(start: () => Accumulation, bounds: Bounds): WindowFunction {
  return (partition) => {
    const { docs } = partition
    let accumulation = start()
    let added = 0
    let began = 0
    return docs.map((_, at) => {
      const [first, last] = bounds(partition, at)
      if (first !== began || last + 1 < added) {
        accumulation = start()
        began = first
        added = Math.max(first, 0)
      }
      for (; added <= Math.min(last, docs.length - 1); added++) {
        accumulation.add({ root: docs[added], bindings: undefined })
      }
      return snapshot(accumulation.result())
    })
  }
}

/** Results that go on growing, such as those of $push, are copied as they are now. */
const snapshot = (value: Value): Value =>
  Array.isArray(value) ? [...value] : isDoc(value) ? new Map(value) : value

function parseBounds(window: Value | undefined, sortBy: Doc | undefined): Bounds {
  const whole: Bounds = ({ docs }) => [0, docs.length - 1]
  if (window === undefined) return whole
  if (!isDoc(window)) throw failedToParse("'window' field must be an object")
  for (const key of window.keys()) {
    if (!['documents', 'range', 'unit'].includes(key))
      throw failedToParse(`'window' field contains an unknown argument: ${key}`)
  }
  const [documents, range, unit] = [window.get('documents'), window.get('range'), window.get('unit')]
  if (documents !== undefined && range !== undefined)
    throw failedToParse("Window bounds can specify either 'documents' or 'unit', not both.")
  if (documents !== undefined) return documentBounds(pair(documents, 'documents'), sortBy)
  if (range === undefined) {
    if (unit !== undefined)
      throw failedToParse("Window bounds can only specify 'unit' with range-based bounds.")
    return whole
  }
  return rangeBounds(pair(range, 'range'), unit, sortBy)
}

type Bound = number | 'unbounded' | 'current'

function pair(value: Value, name: string): [Bound, Bound] {
  if (!Array.isArray(value) || value.length !== 2)
    throw failedToParse(`Window bounds must be a 2-element array: ${name}: ${printValue(value)}`)
  return value.map((bound) => {
    if (bound === 'unbounded' || bound === 'current') return bound
    if (isNumeric(bound)) return toDouble(bound)
    throw failedToParse(`Window bounds must be 'unbounded', 'current', or a number.`)
  }) as [Bound, Bound]
}

function documentBounds([lower, upper]: [Bound, Bound], sortBy: Doc | undefined): Bounds {
  for (const bound of [lower, upper]) {
    if (typeof bound === 'number' && !Number.isInteger(bound))
      throw failedToParse('Numeric document-based bounds must be an integer')
  }
  if (!sortBy && (lower !== 'unbounded' || upper !== 'unbounded'))
    throw new MongoError(5339901, 'Document-based bounds require a sortBy')
  const offset = (bound: Bound): number => (bound === 'current' ? 0 : (bound as number))
  if (typeof lower === 'number' && typeof upper === 'number' && lower > upper)
    throw new MongoError(5339900, 'Lower bound must not exceed upper bound')
  return ({ docs }, at) => [
    lower === 'unbounded' ? 0 : Math.max(at + offset(lower), 0),
    upper === 'unbounded' ? docs.length - 1 : Math.min(at + offset(upper), docs.length - 1),
  ]
}

function rangeBounds(
  [lower, upper]: [Bound, Bound],
  unit: Value | undefined,
  sortBy: Doc | undefined,
): Bounds {
  const field = sortBy?.size === 1 ? parseSort(sortBy)[0] : undefined
  if (field?.direction !== 1)
    throw new MongoError(5339902, 'Range-based bounds require a sortBy a single field that sorts ascending')
  if (unit !== undefined && typeof unit !== 'string') throw failedToParse("'unit' must be a string")
  const step = unit === undefined ? undefined : parseUnit(unit)
  const edge = (value: Value | undefined, bound: number): number => {
    if (step && value instanceof Date) return dateAdd(value.getTime(), step, bound, utc)
    if (!step && isNumeric(value)) return toDouble(value) + bound
    throw new MongoError(
      step ? 5429513 : 5429414,
      `Invalid range: Expected the sortBy field to be a ${step ? 'Date' : 'number'}, but it was ${value === undefined ? 'missing' : printValue(value)}`,
    )
  }
  const comparable = (value: Value | undefined): number => edge(value, 0)
  return ({ docs }, at) => {
    const values = (place: number): Value | undefined => fieldValue(docs[place], field.path)
    const from =
      lower === 'unbounded' ? Number.NEGATIVE_INFINITY : edge(values(at), lower === 'current' ? 0 : lower)
    const to =
      upper === 'unbounded' ? Number.POSITIVE_INFINITY : edge(values(at), upper === 'current' ? 0 : upper)
    let [first, last] = [0, docs.length - 1]
    while (first < docs.length && compareNumbers(comparable(values(first)), from) < 0) first++
    while (last >= first && compareNumbers(comparable(values(last)), to) > 0) last--
    return [first, last]
  }
}
