import { Total } from '../arithmetic.ts'
import type { Unit } from '../calendar.ts'
import { parseUnit, unitMs } from '../calendar.ts'
import { failedToParse, MongoError } from '../error.ts'
import { difference, product, quotient, sum } from '../expression/arithmetic.ts'
import { compileExpression } from '../expression/compile.ts'
import type { Expression } from '../expression/scope.ts'
import { fieldValue } from '../path.ts'
import type { SortField } from '../sort.ts'
import type { Doc, NumericValue, Value } from '../value.ts'
import { int, isDoc, isNumeric } from '../value.ts'
import type { PipelineContext } from './stage.ts'
import type { Bounds } from './window-bounds.ts'
import type { WindowFunction } from './window-function.ts'

/** What `$derivative` and `$integral` are given: how a value changes along the field that the documents are sorted by. */
interface Curve {
  x(doc: Doc): Value | undefined
  y(doc: Doc): Value | undefined
  /** The length of the `unit` in milliseconds. */
  unit: number | undefined
}

function parseCurve(
  operator: string,
  argument: Value,
  sortBy: readonly SortField[],
  context: PipelineContext,
): Curve {
  const [field] = sortBy
  if (!field || sortBy.length > 1) throw failedToParse(`${operator} requires a sortBy of one field`)
  if (!isDoc(argument)) throw failedToParse(`${operator} expects an object`)
  for (const key of argument.keys()) {
    if (key !== 'input' && key !== 'unit') throw failedToParse(`${operator} got unexpected argument: ${key}`)
  }
  const [input, unit] = [argument.get('input'), argument.get('unit')]
  if (input === undefined) throw failedToParse(`${operator} requires an 'input' expression`)
  const expression: Expression = compileExpression(input, context)
  return {
    x: (doc) => fieldValue(doc, field.path),
    y: (root) => expression({ root, bindings: undefined }),
    unit: unit === undefined ? undefined : lengthOf(unit),
  }
}

function lengthOf(unit: Value): number {
  if (typeof unit !== 'string') throw failedToParse("'unit' must be a string")
  const name: Unit = parseUnit(unit)
  const length = unitMs[name]
  if (length !== undefined) return length
  throw new MongoError(5490710, "unit must be 'week' or smaller")
}

/** The slope between the two ends of each window. */
export function derivative(
  argument: Value,
  bounds: Bounds | undefined,
  sortBy: readonly SortField[],
  context: PipelineContext,
): WindowFunction {
  const curve = parseCurve('$derivative', argument, sortBy, context)
  if (!bounds) throw failedToParse('$derivative requires explicit window bounds')
  return ({ docs }) => {
    const window = bounds(docs)
    return docs.map((_, at) => {
      const [first, last] = window(at)
      return first <= last ? slope(curve, docs[first]!, docs[last]!) : null
    })
  }
}

function slope({ x, y, unit }: Curve, left: Doc, right: Doc): Value {
  const [from, to] = [x(left), x(right)]
  const [isDate, isNumber] = [from instanceof Date && to instanceof Date, isNumeric(from) && isNumeric(to)]
  if (unit && !isDate)
    throw new MongoError(5624900, "$derivative with 'unit' expects the sortBy field to be a Date")
  if (!unit && (from instanceof Date || to instanceof Date))
    throw new MongoError(5624901, "$derivative where the sortBy is a Date requires an 'unit'")
  if (!unit && !isNumber)
    throw new MongoError(5624902, "$derivative (with no 'unit') expects the sortBy field to be numeric")
  const rise = difference(y(right), y(left))
  if (rise === null) throw new MongoError(5624903, '$derivative input must not be null or missing')
  const run = difference(to, from) as NumericValue
  if (isZero(run)) return null
  const perMs = quotient(rise, run)
  return (unit ? product([perMs, int(unit)]) : perMs) ?? null
}

const isZero = (value: NumericValue): boolean => Number(value.toString()) === 0

/** The area below each window, by the trapezoidal rule. */
export function integral(
  argument: Value,
  bounds: Bounds,
  sortBy: readonly SortField[],
  context: PipelineContext,
): WindowFunction {
  const curve = parseCurve('$integral', argument, sortBy, context)
  return ({ docs }) => {
    const window = bounds(docs)
    return docs.map((_, at) => {
      const [first, last] = window(at)
      const points = docs.slice(first, last + 1).map((doc) => pointOf(curve, doc))
      if (points.length === 0) return null
      if (points.some((point) => point.some((value) => Number.isNaN(Number(value))))) return Number.NaN
      const area = new Total()
      for (const [index, point] of points.slice(1).entries()) area.add(trapezoid(points[index]!, point))
      return (curve.unit ? quotient(area.sum(), int(curve.unit)) : area.sum()) ?? null
    })
  }
}

type Point = [x: Value, y: Value]

function pointOf(curve: Curve, doc: Doc): Point {
  const [x, y] = [curve.x(doc), curve.y(doc)]
  if (!isNumeric(y) || !(isNumeric(x) || x instanceof Date)) {
    throw new MongoError(
      5423900,
      'The input value of $integral window function must be a vector of 2 value, the first value must be numeric or ' +
        'date type and the second must be numeric.',
    )
  }
  if (curve.unit && !(x instanceof Date))
    throw new MongoError(5423901, "$integral with 'unit' expects the sortBy field to be a Date")
  if (!curve.unit && !isNumeric(x))
    throw new MongoError(5423902, "$integral (with no 'unit') expects the sortBy field to be numeric")
  return [x, y]
}

const trapezoid = ([x1, y1]: Point, [x2, y2]: Point): Value =>
  quotient(product([sum([y1, y2]), difference(x2, x1)]), 2) ?? null
