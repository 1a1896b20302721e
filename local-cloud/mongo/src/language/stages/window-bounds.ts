import { add } from '../arithmetic.ts'
import type { Unit } from '../calendar.ts'
import { dateAdd, parseUnit } from '../calendar.ts'
import { failedToParse, MongoError } from '../error.ts'
import { compileExpression, evaluate } from '../expression/compile.ts'
import { compareNumbers } from '../number.ts'
import { fieldValue } from '../path.ts'
import { printValue } from '../print.ts'
import type { SortField } from '../sort.ts'
import { utc } from '../time-zone.ts'
import type { Doc, NumericValue, Value } from '../value.ts'
import { isDoc, isNumeric, toDouble } from '../value.ts'
import type { PipelineContext } from './stage.ts'

/** The first and the last place of the window around a place; it is empty when they have crossed. */
type Window = (at: number) => [number, number]
/** Lays windows over the documents of one partition, which are sorted. */
export type Bounds = (docs: readonly Doc[]) => Window

type Bound = NumericValue | 'unbounded' | 'current'

/** Reads a window's `documents`, or `range` and `unit`; without any, it is the whole partition. */
export function parseBounds(
  window: Value | undefined,
  sortBy: readonly SortField[],
  context: PipelineContext,
): Bounds {
  if (window === undefined) return documentBounds(['unbounded', 'unbounded'], sortBy)
  if (!isDoc(window)) throw failedToParse("'window' field must be an object")
  for (const key of window.keys()) {
    if (!['documents', 'range', 'unit'].includes(key))
      throw failedToParse(`'window' field contains an unknown argument: ${key}`)
  }
  const [documents, range, unit] = [window.get('documents'), window.get('range'), window.get('unit')]
  if (documents !== undefined && range !== undefined)
    throw failedToParse("Window bounds can specify either 'documents' or 'range', not both.")
  if (unit !== undefined && range === undefined)
    throw failedToParse("Window bounds can only specify 'unit' with range-based bounds.")
  if (range !== undefined) return rangeBounds(pair(range, 'range', context), unit, sortBy)
  return documentBounds(
    documents === undefined ? ['unbounded', 'unbounded'] : pair(documents, 'documents', context),
    sortBy,
  )
}

function pair(value: Value, name: string, context: PipelineContext): [Bound, Bound] {
  if (!Array.isArray(value) || value.length !== 2)
    throw failedToParse(`Window bounds must be a 2-element array: ${name}: ${printValue(value)}`)
  return value.map((bound) => {
    if (bound === 'unbounded' || bound === 'current') return bound
    const constant = evaluate(compileExpression(bound, context), undefined)
    if (isNumeric(constant)) return constant
    throw failedToParse(`Window bounds must be 'unbounded', 'current', or a number.`)
  }) as [Bound, Bound]
}

function checkOrder([lower, upper]: [Bound, Bound]): void {
  if (lower === 'unbounded' || upper === 'unbounded') return
  const offset = (bound: Bound): NumericValue => (bound === 'current' ? 0 : (bound as NumericValue))
  if (compareNumbers(offset(lower), offset(upper)) > 0)
    throw new MongoError(
      5339900,
      `Lower bound must not exceed upper bound: [${printValue(lower)}, ${printValue(upper)}]`,
    )
}

function documentBounds([lower, upper]: [Bound, Bound], sortBy: readonly SortField[]): Bounds {
  for (const bound of [lower, upper]) {
    if (typeof bound !== 'string' && !Number.isInteger(toDouble(bound)))
      throw failedToParse('Numeric document-based bounds must be an integer')
  }
  if (sortBy.length === 0 && (lower !== 'unbounded' || upper !== 'unbounded'))
    throw new MongoError(5339901, 'Document-based bounds require a sortBy')
  checkOrder([lower, upper])
  const offset = (bound: Bound): number => (bound === 'current' ? 0 : toDouble(bound as NumericValue))
  return (docs) => (at) => [
    lower === 'unbounded' ? 0 : Math.max(at + offset(lower), 0),
    upper === 'unbounded' ? docs.length - 1 : Math.min(at + offset(upper), docs.length - 1),
  ]
}

function rangeBounds(
  [lower, upper]: [Bound, Bound],
  unitName: Value | undefined,
  sortBy: readonly SortField[],
): Bounds {
  const [field] = sortBy
  if (!field || sortBy.length > 1)
    throw new MongoError(5339902, 'Range-based bounds require sortBy a single field')
  if (field.direction !== 1) throw new MongoError(8947400, 'Range-based bounds require an ascending sortBy')
  if (unitName !== undefined && typeof unitName !== 'string') throw failedToParse("'unit' must be a string")
  const unit = unitName === undefined ? undefined : parseUnit(unitName)
  for (const bound of [lower, upper]) {
    if (unit && typeof bound !== 'string' && !Number.isInteger(toDouble(bound)))
      throw failedToParse("With 'unit', range-based bounds must be an integer")
  }
  checkOrder([lower, upper])
  return (docs) => {
    const values = docs.map((doc) => positionOf(fieldValue(doc, field.path), unit))
    const edge = (at: number, bound: NumericValue): NumericValue => moved(values[at]!, bound, unit)
    return (at) => [
      typeof lower === 'string' ? (lower === 'current' ? at : 0) : firstWhere(values, edge(at, lower), 0),
      typeof upper === 'string'
        ? upper === 'current'
          ? at
          : docs.length - 1
        : firstWhere(values, edge(at, upper), 1) - 1,
    ]
  }
}

function positionOf(value: Value | undefined, unit: Unit | undefined): NumericValue {
  if (unit && value instanceof Date) return value.getTime()
  if (!unit && isNumeric(value)) return value
  const found = value === undefined ? 'missing' : printValue(value)
  throw new MongoError(
    unit ? 5429513 : 5429414,
    `Invalid range: Expected the sortBy field to be a ${unit ? 'Date' : 'number'}, but it was ${found}`,
  )
}

const moved = (value: NumericValue, by: NumericValue, unit: Unit | undefined): NumericValue =>
  unit
    ? dateAdd(toDouble(value), unit, toDouble(by), utc)
    : (add(value, by) ?? toDouble(value) + toDouble(by))

/** The first place whose value is at least the edge, or beyond it when the order has to exceed 0. */
function firstWhere(values: readonly NumericValue[], edge: NumericValue, order: 0 | 1): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareNumbers(values[middle]!, edge) >= order) high = middle
    else low = middle + 1
  }
  return low
}
