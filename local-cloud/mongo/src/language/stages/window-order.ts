import {
  addDecimals,
  decimalFromDouble,
  divideDecimals,
  multiplyDecimals,
  subtractDecimals,
} from '../decimal.ts'
import { failedToParse, MongoError, typeMismatch } from '../error.ts'
import { difference, product, quotient, sum, typeName } from '../expression/arithmetic.ts'
import { compileExpression, evaluate } from '../expression/compile.ts'
import { compareNumbers } from '../number.ts'
import { fieldValue } from '../path.ts'
import type { SortField } from '../sort.ts'
import type { NumericValue, Value } from '../value.ts'
import { Decimal128, int, isDoc, isNumeric, toDouble } from '../value.ts'
import type { PipelineContext } from './stage.ts'
import type { WindowFunction } from './window-function.ts'

/** Window functions that go by the place of a document alone: they take no window. */
export type OrderFunction = (
  argument: Value,
  sortBy: readonly SortField[],
  context: PipelineContext,
) => WindowFunction

type Numbering = '$rank' | '$denseRank' | '$documentNumber'

const numbering =
  (operator: Numbering): OrderFunction =>
  (argument, sortBy) => {
    if (!isDoc(argument) || argument.size > 0)
      throw new MongoError(5371603, `${operator} must be specified with '{}' as the value`)
    if (operator === '$documentNumber' ? sortBy.length === 0 : sortBy.length !== 1) {
      throw new MongoError(
        5371602,
        `${operator} must be specified with a top level sortBy expression with exactly one element`,
      )
    }
    return ({ docs, sameRank }) => {
      let rank = 0
      return docs.map((_, at) => {
        if (operator === '$documentNumber') return int(at + 1)
        if (at === 0 || !sameRank(at - 1, at)) rank = operator === '$rank' ? at + 1 : rank + 1
        return int(rank)
      })
    }
  }

const shift: OrderFunction = (argument, sortBy, context) => {
  if (sortBy.length === 0) throw failedToParse("'$shift' requires a sortBy")
  const { output, by, default: fallback } = options('$shift', argument, ['output', 'by', 'default'])
  if (output === undefined || by === undefined) throw failedToParse("$shift requires 'output' and 'by'")
  if (!isNumeric(by) || !Number.isInteger(toDouble(by)))
    throw failedToParse("'$shift:by' field must be an integer")
  const expression = compileExpression(output, context)
  const missing = constant(fallback ?? null, context)
  return ({ docs }) =>
    docs.map((_, at) => {
      const root = docs[at + toDouble(by)]
      return (root && expression({ root, bindings: undefined })) ?? missing
    })
}

/** The value of an expression that refers to no document. */
function constant(spec: Value, context: PipelineContext): Value {
  if (typeof spec === 'string' && /^\$[^$]/.test(spec))
    throw failedToParse(`'$shift:default' expression must yield a constant value.`)
  return evaluate(compileExpression(spec, context), undefined) ?? null
}

function options(
  operator: string,
  argument: Value,
  known: readonly string[],
): Partial<Record<string, Value>> {
  if (!isDoc(argument)) throw failedToParse(`Argument to ${operator} must be an object`)
  for (const key of argument.keys())
    if (!known.includes(key)) throw failedToParse(`Unknown argument in ${operator}: ${key}`)
  return Object.fromEntries(argument)
}

const locf: OrderFunction = (argument, _, context) => {
  const expression = compileExpression(argument, context)
  return ({ docs }) => {
    let carried: Value = null
    return docs.map((root) => {
      carried = expression({ root, bindings: undefined }) ?? carried
      return carried
    })
  }
}

/** Each value weighs as `alpha` and all before it as the rest; reckoned in decimals, as MongoDB does. */
const expMovingAvg: OrderFunction = (argument, sortBy, context) => {
  if (sortBy.length === 0) throw failedToParse('$expMovingAvg requires an explicit sortBy')
  const { input, N, alpha } = options('$expMovingAvg', argument, ['input', 'N', 'alpha'])
  if (input === undefined || (N === undefined) === (alpha === undefined))
    throw failedToParse(
      "$expMovingAvg sub object must have exactly two fields: An 'input' field, and either an 'N' field or an 'alpha' field",
    )
  const weight = N === undefined ? checkedAlpha(alpha!) : alphaOf(N)
  const rest = subtractDecimals(int(1), weight)
  const expression = compileExpression(input, context)
  return ({ docs }) => {
    let average: Decimal128 | undefined
    let isDecimal = false
    return docs.map((root) => {
      const value = expression({ root, bindings: undefined })
      if (isNumeric(value)) {
        isDecimal ||= value instanceof Decimal128
        average = average
          ? addDecimals(multiplyDecimals(value, weight), multiplyDecimals(average, rest))
          : toDecimal(value)
      }
      return average ? (isDecimal ? average : toDouble(average)) : null
    })
  }
}

const toDecimal = (value: NumericValue): Decimal128 => {
  if (value instanceof Decimal128) return value
  return typeof value === 'number' ? decimalFromDouble(value) : Decimal128.fromString(value.toString())
}

function alphaOf(n: Value): Decimal128 {
  if (!isNumeric(n) || !Number.isInteger(toDouble(n)))
    throw failedToParse(`'N' field must be an integer, but found ${typeName(n)}`)
  if (toDouble(n) <= 0) throw failedToParse("'N' must be greater than zero")
  return divideDecimals(Decimal128.fromString('2'), addDecimals(toDecimal(n), int(1)))
}

function checkedAlpha(alpha: Value): Decimal128 {
  if (!isNumeric(alpha)) throw failedToParse(`'alpha' must be a number, but found ${typeName(alpha)}`)
  if (compareNumbers(alpha, 0) <= 0 || compareNumbers(alpha, 1) >= 0)
    throw failedToParse("'alpha' must be between 0 and 1 (exclusive)")
  return toDecimal(alpha)
}

interface Known {
  at: number
  value: Value
}

/** Fills null and missing values on the line between the known ones around them. */
const linearFill: OrderFunction = (argument, sortBy, context) => {
  const [field] = sortBy
  if (!field || sortBy.length > 1) {
    throw new MongoError(
      605001,
      '$linearFill must be specified with a top level sortBy expression with exactly one element',
    )
  }
  const expression = compileExpression(argument, context)
  return ({ docs }) => {
    const places = docs.map((doc) => fieldValue(doc, field.path))
    const values = docs.map((root) => expression({ root, bindings: undefined }) ?? null)
    docs.forEach((_, at) => {
      checkPoint(values[at]!, places, at)
    })
    const filled: Value[] = []
    let before: Known | undefined
    for (const [at, value] of values.entries()) {
      if (value !== null) before = { at, value }
      const next =
        value === null && before ? values.findIndex((each, place) => place > at && each !== null) : -1
      filled.push(
        before && next !== -1 ? between(before, { at: next, value: values[next]! }, at, places) : value,
      )
    }
    return filled
  }
}

function checkPoint(value: Value, places: readonly (Value | undefined)[], at: number): void {
  const [place, last] = [places[at], places[at - 1]]
  if (value !== null && !isNumeric(value))
    throw typeMismatch(`Value to be filled must be numeric or nullish, but found ${typeName(value)}`)
  if (!isNumeric(place) && !(place instanceof Date))
    throw typeMismatch(`Value of the sortBy field must be numeric or a date, but found ${typeName(place)}`)
  if (at === 0) return
  if (place instanceof Date !== last instanceof Date)
    throw typeMismatch(`Conflicting sort value types, previously received type ${typeName(last)}`)
  if (comparable(place) === comparable(last))
    throw new MongoError(6050106, 'There can be no repeated values in the sort field')
}

const comparable = (value: Value | undefined): number | string =>
  value instanceof Date ? value.getTime() : String(value)

function between(left: Known, right: Known, at: number, places: readonly (Value | undefined)[]): Value {
  const [x1, x2, x] = [places[left.at], places[right.at], places[at]]
  const slope = quotient(difference(right.value, left.value), difference(x2, x1))
  return sum([left.value, product([difference(x, x1), slope])]) ?? null
}

export const orderFunctions: Readonly<Record<string, OrderFunction>> = {
  $denseRank: numbering('$denseRank'),
  $documentNumber: numbering('$documentNumber'),
  $expMovingAvg: expMovingAvg,
  $linearFill: linearFill,
  $locf: locf,
  $rank: numbering('$rank'),
  $shift: shift,
}
