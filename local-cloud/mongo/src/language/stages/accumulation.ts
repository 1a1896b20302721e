import { MongoError, notHere } from '../error.ts'
import { compileExpression, evaluate } from '../expression/compile.ts'
import type { Env } from '../expression/scope.ts'
import { namedArguments } from '../expression/scope.ts'
import { parsePercentiles } from '../percentile.ts'
import { choose, countOf } from '../ranked.ts'
import type { SortKey } from '../sort.ts'
import { sorter } from '../sort.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc } from '../value.ts'
import { accumulators } from './accumulators.ts'
import type { PipelineContext } from './stage.ts'

/** A running result over the documents of one group or window. */
export interface Accumulation {
  add(env: Env): void
  result(): Value
}

/** An output field of `$group`, `$bucket` and `$bucketAuto`. */
export interface AccumulatedField {
  name: string
  start: Start
}

/** Reads `{<field>: {<accumulator>: <expression>}}`. */
export function parseAccumulated(name: string, spec: Value, context: PipelineContext): AccumulatedField {
  if (name.includes('.')) throw new MongoError(40235, `The field name '${name}' cannot contain '.'`)
  if (name.startsWith('$')) throw new MongoError(40236, `The field name '${name}' cannot be an operator name`)
  if (!isDoc(spec) || !spec.keys().next().value?.startsWith('$')) {
    throw new MongoError(40234, `The field '${name}' must be an accumulator object`)
  }
  if (spec.size !== 1) throw new MongoError(40238, `The field '${name}' must specify one accumulator`)
  const [[operator, argument]] = [...spec] as [[string, Value]]
  const start = accumulatorStart(operator, argument, context)
  if (!start) throw new MongoError(15952, `unknown group operator '${operator}'`)
  return { name, start }
}

const absent = new Set(['$accumulator'])

/** Starts an accumulation; an `n` is reckoned from the key of its group. */
export type Start = (key?: Value) => Accumulation

/** How an accumulator starts; undefined for a name that is none. */
export function accumulatorStart(
  operator: string,
  argument: Value,
  context: PipelineContext,
): Start | undefined {
  if (absent.has(operator)) throw notHere(operator)
  switch (operator) {
    case '$firstN':
    case '$lastN':
    case '$minN':
    case '$maxN': {
      const { input, n } = namedArguments(argument, operator, ['n', 'input'])
      const countFor = counting(n, operator, context)
      return collecting(input, context, (values, key) =>
        choose(operator, values, countFor(key), context.collation),
      )
    }
    case '$median':
    case '$percentile': {
      const constant = (p: Value) => evaluate(compileExpression(p, context), undefined)
      const { input, of } = parsePercentiles(operator, argument, constant)
      return collecting(input, context, of)
    }
    case '$top':
    case '$bottom': {
      const { sortBy, output } = namedArguments(argument, operator, ['output', 'sortBy'])
      return ranking(sortBy, output, context, (ordered) => ordered.at(operator === '$top' ? 0 : -1) ?? null)
    }
    case '$topN':
    case '$bottomN': {
      const { sortBy, output, n } = namedArguments(argument, operator, ['n', 'output', 'sortBy'])
      const countFor = counting(n, operator, context)
      return ranking(sortBy, output, context, (ordered, key) =>
        operator === '$topN' ? ordered.slice(0, countFor(key)) : ordered.slice(-countFor(key)),
      )
    }
  }
  return simple(operator, argument, context)
}

function counting(n: Value, operator: string, context: PipelineContext): (key: Value | undefined) => number {
  const expression = compileExpression(n, context)
  return (key) => countOf(evaluate(expression, key), operator)
}

function simple(operator: string, argument: Value, context: PipelineContext): Start | undefined {
  const make = Object.hasOwn(accumulators, operator) ? accumulators[operator] : undefined
  if (!make) return undefined
  if (operator === '$count' && !(isDoc(argument) && argument.size === 0)) {
    throw new MongoError(9, '$count takes no arguments, i.e. $count:{}')
  }
  const expression = compileExpression(unaryArgument(operator, argument), context)
  return () => {
    const accumulator = make(context.collation)
    return { add: (env) => accumulator.add(expression(env)), result: () => accumulator.result() }
  }
}

/** A list of one counts as its element. */
function unaryArgument(operator: string, argument: Value): Value {
  if (!Array.isArray(argument)) return argument
  if (argument.length === 1) return argument[0]!
  throw new MongoError(40237, `The ${operator} accumulator is a unary operator`)
}

function collecting(
  input: Value,
  context: PipelineContext,
  result: (values: (Value | undefined)[], key: Value | undefined) => Value,
): Start {
  const expression = compileExpression(input, context)
  return (key) => {
    const values: (Value | undefined)[] = []
    return { add: (env) => values.push(expression(env)), result: () => result(values, key) }
  }
}

function ranking(
  sortBy: Value,
  output: Value,
  context: PipelineContext,
  result: (ordered: Value[], key: Value | undefined) => Value,
): Start {
  if (!isDoc(sortBy)) throw new MongoError(10065, 'invalid parameter: expected an object (sortBy)')
  const { keyOf, compare } = sorter(sortBy, context.collation)
  const expression = compileExpression(output, context)
  return (key) => {
    const entries: { key: SortKey; value: Value }[] = []
    return {
      add: (env) => {
        entries.push({ key: keyOf(env.root as Doc), value: expression(env) ?? null })
      },
      result: () => {
        const ordered = entries.toSorted((a, b) => compare(a.key, b.key))
        return result(
          ordered.map(({ value }) => value),
          key,
        )
      },
    }
  }
}
