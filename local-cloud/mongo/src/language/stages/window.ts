import { failedToParse, MongoError } from '../error.ts'
import { parseSort } from '../sort.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc } from '../value.ts'
import type { Accumulation } from './accumulation.ts'
import { accumulatorStart } from './accumulation.ts'
import { covariance } from './covariance.ts'
import type { PipelineContext } from './stage.ts'
import type { Bounds } from './window-bounds.ts'
import { parseBounds } from './window-bounds.ts'
import { derivative, integral } from './window-calculus.ts'
import type { WindowFunction } from './window-function.ts'
import { orderFunctions } from './window-order.ts'

/** Reads `{<function>: <argument>, window: ...}`. */
export function parseWindowFunction(
  path: string,
  spec: Value,
  sortBy: Doc | undefined,
  context: PipelineContext,
): WindowFunction {
  if (!isDoc(spec)) throw failedToParse(`The field '${path}' must be an object`)
  const window = spec.get('window')
  const [operator, ...others] = [...spec.keys()].filter((name) => name !== 'window')
  if (operator === undefined) throw failedToParse('Expected a $-prefixed window function')
  if (!operator.startsWith('$')) throw failedToParse(`Expected a $-prefixed window function, ${operator}`)
  const argument = spec.get(operator)!
  const fields = sortBy ? parseSort(sortBy) : []
  const ordered = Object.hasOwn(orderFunctions, operator) ? orderFunctions[operator] : undefined
  if (ordered) {
    const isRank = ['$rank', '$denseRank', '$documentNumber'].includes(operator)
    if (window !== undefined)
      throw new MongoError(isRank ? 5371601 : 9, `'window' field is not allowed in ${operator}`)
    return ordered(argument, fields, context)
  }
  const start = overWindow(operator, argument, context)
  const isCurve = operator === '$derivative' || operator === '$integral'
  if (!start && !isCurve) throw failedToParse(`Unrecognized window function, ${operator}`)
  if (others.length > 0)
    throw failedToParse(`Window function ${operator} found an unknown argument: ${others[0]}`)
  const bounds = parseBounds(window, fields, context)
  if (start) return accumulated(start, bounds)
  return operator === '$integral'
    ? integral(argument, bounds, fields, context)
    : derivative(argument, window === undefined ? undefined : bounds, fields, context)
}

function overWindow(
  operator: string,
  argument: Value,
  context: PipelineContext,
): (() => Accumulation) | undefined {
  if (operator === '$covariancePop' || operator === '$covarianceSamp')
    return covariance(operator, argument, context)
  return operator === '$mergeObjects' ? undefined : accumulatorStart(operator, argument, context)
}

function accumulated(start: () => Accumulation, bounds: Bounds): WindowFunction {
  return ({ docs }) => {
    const window = bounds(docs)
    let accumulation = start()
    let added = 0
    let began = 0
    return docs.map((_, at) => {
      const [first, last] = window(at)
      if (first !== began || last + 1 < added) {
        accumulation = start()
        began = first
        added = first
      }
      for (; added <= last; added++) accumulation.add({ root: docs[added], bindings: undefined })
      return snapshot(accumulation.result())
    })
  }
}

/** Results that go on growing, such as those of $push, are copied as they are now. */
const snapshot = (value: Value): Value =>
  Array.isArray(value) ? [...value] : isDoc(value) ? new Map(value) : value
