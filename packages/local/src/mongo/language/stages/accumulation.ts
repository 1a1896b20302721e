import { MongoError, notHere } from '../error.ts'
import { compileExpression } from '../expression/compile.ts'
import type { Env } from '../expression/scope.ts'
import type { KeyPart } from '../keys.ts'
import { choose, countOf } from '../ranked.ts'
import { sorter } from '../sort.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc, isNumeric } from '../value.ts'
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
  start(): Accumulation
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

const absent = new Set(['$accumulator', '$median', '$percentile', '$concatArrays', '$setUnion'])

/** How an accumulator starts; undefined for a name that is none. */
export function accumulatorStart(
  operator: string,
  argument: Value,
  context: PipelineContext,
): (() => Accumulation) | undefined {
  if (absent.has(operator)) throw notHere(operator)
  switch (operator) {
    case '$firstN':
    case '$lastN':
    case '$minN':
    case '$maxN': {
      const { input, n } = settings(operator, argument, ['input', 'n'])
      return collecting(input!, context, (values) =>
        choose(operator, values, constantCount(n, operator), context.collation),
      )
    }
    case '$top':
    case '$bottom': {
      const { sortBy, output } = settings(operator, argument, ['sortBy', 'output'])
      return ranking(sortBy!, output!, context, (ordered) => ordered.at(operator === '$top' ? 0 : -1) ?? null)
    }
    case '$topN':
    case '$bottomN': {
      const { sortBy, output, n } = settings(operator, argument, ['sortBy', 'output', 'n'])
      const count = constantCount(n, operator)
      return ranking(sortBy!, output!, context, (ordered) =>
        operator === '$topN' ? ordered.slice(0, count) : ordered.slice(-count),
      )
    }
  }
  return simple(operator, argument, context)
}

function simple(
  operator: string,
  argument: Value,
  context: PipelineContext,
): (() => Accumulation) | undefined {
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

function settings(operator: string, argument: Value, required: readonly string[]): Record<string, Value> {
  if (!isDoc(argument)) throw new MongoError(5787900, `specification must be an object; found ${operator}`)
  for (const key of argument.keys()) {
    if (!required.includes(key))
      throw new MongoError(5787901, `Unknown argument for ${operator} operator: ${key}`)
  }
  for (const key of required) {
    if (!argument.has(key)) throw new MongoError(5787906, `Missing value for '${key}' in ${operator}`)
  }
  return Object.fromEntries(argument)
}

function constantCount(n: Value | undefined, operator: string): number {
  if (!isNumeric(n)) throw notHere(`${operator} with an 'n' that is not a number`)
  return countOf(n, operator)
}

function collecting(
  input: Value,
  context: PipelineContext,
  result: (values: (Value | undefined)[]) => Value,
): () => Accumulation {
  const expression = compileExpression(input, context)
  return () => {
    const values: (Value | undefined)[] = []
    return { add: (env) => values.push(expression(env)), result: () => result(values) }
  }
}

function ranking(
  sortBy: Value,
  output: Value,
  context: PipelineContext,
  result: (ordered: Value[]) => Value,
): () => Accumulation {
  if (!isDoc(sortBy)) throw new MongoError(10065, 'invalid parameter: expected an object (sortBy)')
  const { keyOf, compare } = sorter(sortBy, context.collation)
  const expression = compileExpression(output, context)
  return () => {
    const entries: { key: KeyPart[]; value: Value }[] = []
    return {
      add: (env) => {
        entries.push({ key: keyOf(env.root as Doc), value: expression(env) ?? null })
      },
      result: () => result(entries.toSorted((a, b) => compare(a.key, b.key)).map(({ value }) => value)),
    }
  }
}
