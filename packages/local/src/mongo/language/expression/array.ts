import { Total } from '../arithmetic.ts'
import { compareValues } from '../compare.ts'
import { MongoError } from '../error.ts'
import { isTruthy } from '../filter.ts'
import { printValue } from '../print.ts'
import type { Value } from '../value.ts'
import { int, isDoc, isNumeric, toDouble } from '../value.ts'
import { typeName } from './arithmetic.ts'
import type { Argument, Expression, Operator, Scope } from './scope.ts'
import { binary, bind, isNullish, namedArguments, operator, unary, variadic } from './scope.ts'

/** A whole number given as an argument, or undefined. */
export function wholeNumber(value: Argument): number | undefined {
  if (!isNumeric(value)) return undefined
  const number = toDouble(value)
  return Number.isInteger(number) && Math.abs(number) <= 2147483648 ? number : undefined
}

function elementAt(array: Argument, index: Argument): Argument {
  if (isNullish(array) || isNullish(index)) return null
  if (!Array.isArray(array)) {
    throw new MongoError(28689, `$arrayElemAt's first argument must be an array, but is ${typeName(array)}`)
  }
  if (!isNumeric(index)) {
    throw new MongoError(
      28690,
      `$arrayElemAt's second argument must be a numeric value, but is ${typeName(index)}`,
    )
  }
  const at = wholeNumber(index)
  if (at === undefined) {
    throw new MongoError(
      28691,
      `$arrayElemAt's second argument must be representable as a 32-bit integer: ${printValue(index)}`,
    )
  }
  return array.at(at)
}

const endOf = (name: string, at: 0 | -1): Operator =>
  unary((array) => {
    if (isNullish(array)) return null
    if (!Array.isArray(array))
      throw new MongoError(28689, `${name}'s argument must be an array, but is ${typeName(array)}`)
    return array.at(at)
  })

function concatenated(args: Argument[]): Argument {
  if (args.some(isNullish)) return null
  return args.flatMap((array) => {
    if (!Array.isArray(array))
      throw new MongoError(28664, `$concatArrays only supports arrays, not ${typeName(array)}`)
    return array
  })
}

function size(value: Argument): Argument {
  if (!Array.isArray(value)) {
    throw new MongoError(17124, `The argument to $size must be an array, but was of type: ${typeName(value)}`)
  }
  return int(value.length)
}

function filter(argument: Value, scope: Scope): Expression {
  const { input, as, cond, limit } = namedArguments(argument, '$filter', ['input', 'cond'], ['as', 'limit'])
  const name = variableName(as, '$filter')
  const array = scope.compile(input)
  const keep = scope.binding(name).compile(cond)
  const most = limit === undefined ? undefined : scope.compile(limit)
  return (env) => {
    const elements = array(env)
    if (isNullish(elements)) return null
    if (!Array.isArray(elements)) {
      throw new MongoError(28651, `input to $filter must be an array not ${typeName(elements)}`)
    }
    const allowed = most === undefined ? Number.POSITIVE_INFINITY : limitOf(most(env))
    const kept: Value[] = []
    for (const element of elements) {
      if (isTruthy(keep(bind(env, name, element)))) kept.push(element)
      if (kept.length >= allowed) break
    }
    return kept
  }
}

function limitOf(value: Argument): number {
  if (isNullish(value)) return Number.POSITIVE_INFINITY
  const limit = wholeNumber(value)
  if (limit === undefined)
    throw new MongoError(327391, '$filter: limit must be represented as a 32-bit integral value')
  if (limit <= 0) throw new MongoError(327392, `$filter: limit must be greater than 0: ${limit}`)
  return limit
}

function variableName(as: Value | undefined, operatorName: string): string {
  if (as === undefined) return 'this'
  if (typeof as !== 'string') throw new MongoError(9, `'as' of ${operatorName} must be a string`)
  return as
}

function map(argument: Value, scope: Scope): Expression {
  const { input, as, in: body } = namedArguments(argument, '$map', ['input', 'in'], ['as'])
  const name = variableName(as, '$map')
  const array = scope.compile(input)
  const each = scope.binding(name).compile(body)
  return (env) => {
    const elements = array(env)
    if (isNullish(elements)) return null
    if (!Array.isArray(elements))
      throw new MongoError(16883, `input to $map must be an array not ${typeName(elements)}`)
    return elements.map((element) => each(bind(env, name, element)) ?? null)
  }
}

function reduce(argument: Value, scope: Scope): Expression {
  const parts = namedArguments(argument, '$reduce', ['input', 'initialValue', 'in'])
  const array = scope.compile(parts.input)
  const initial = scope.compile(parts.initialValue)
  const step = scope.binding('this', 'value').compile(parts.in)
  return (env) => {
    const elements = array(env)
    if (isNullish(elements)) return null
    if (!Array.isArray(elements)) {
      throw new MongoError(40080, `$reduce requires that 'input' be an array, found: ${printValue(elements)}`)
    }
    let value = initial(env)
    for (const element of elements) value = step(bind(bind(env, 'value', value), 'this', element))
    return value
  }
}

function letIn(argument: Value, scope: Scope): Expression {
  const { vars, in: body } = namedArguments(argument, '$let', ['vars', 'in'])
  if (!isDoc(vars)) throw new MongoError(10065, 'invalid parameter: expected an object (vars)')
  const bindings = [...vars].map(([name, value]) => [name, scope.compile(value)] as const)
  const inner = scope.binding(...vars.keys()).compile(body)
  return (env) => {
    let bound = env
    for (const [name, expression] of bindings) bound = bind(bound, name, expression(env))
    return inner(bound)
  }
}

function isIn(value: Argument, array: Argument, { collation }: Scope): Argument {
  if (!Array.isArray(array)) {
    throw new MongoError(40081, `$in requires an array as a second argument, found: ${typeName(array)}`)
  }
  return array.some((element) => compareValues(element, value, collation) === 0)
}

function slice(args: Argument[]): Argument {
  const [array, first, second] = args
  if (isNullish(array) || isNullish(first) || (args.length === 3 && isNullish(second))) return null
  if (!Array.isArray(array)) {
    throw new MongoError(
      28724,
      `First argument to $slice must be an array, but is of type: ${typeName(array)}`,
    )
  }
  const n = wholeNumber(first)
  if (n === undefined)
    throw new MongoError(28725, `Second argument to $slice must be a 32-bit integer: ${printValue(first)}`)
  if (args.length === 2) return n >= 0 ? array.slice(0, n) : array.slice(n)
  const count = wholeNumber(second)
  if (count === undefined)
    throw new MongoError(28727, `Third argument to $slice must be a 32-bit integer: ${printValue(second)}`)
  if (count <= 0) throw new MongoError(28729, `Third argument to $slice must be positive: ${count}`)
  const start = n < 0 ? Math.max(array.length + n, 0) : n
  return array.slice(start, start + count)
}

function range(args: Argument[]): Argument {
  const [start, end, step = int(1)] = args
  const bounds = [start, end, step].map((value, index) => {
    const number = wholeNumber(value)
    if (number === undefined) {
      throw new MongoError(
        34443 + index * 2,
        `$range requires numeric 32-bit integer arguments, found: ${printValue(value)}`,
      )
    }
    return number
  })
  const [from = 0, to = 0, by = 1] = bounds
  if (by === 0) throw new MongoError(34449, '$range requires a non-zero step value')
  const numbers: Value[] = []
  for (let at = from; by > 0 ? at < to : at > to; at += by) numbers.push(int(at))
  return numbers
}

function indexOf(args: Argument[], { collation }: Scope): Argument {
  const [array, wanted, start, end] = args
  if (isNullish(array)) return null
  if (!Array.isArray(array)) {
    throw new MongoError(
      40090,
      `$indexOfArray requires an array as a first argument, found: ${typeName(array)}`,
    )
  }
  const [from, to] = [start ?? int(0), end ?? int(array.length)].map((bound) => {
    const at = wholeNumber(bound)
    if (at === undefined)
      throw new MongoError(40096, `$indexOfArray requires an integral index, found: ${printValue(bound)}`)
    if (at < 0) throw new MongoError(40097, `$indexOfArray requires a nonnegative index, found: ${at}`)
    return at
  })
  for (let at = from!; at < Math.min(to!, array.length); at++) {
    if (compareValues(array[at], wanted, collation) === 0) return int(at)
  }
  return int(-1)
}

/** $sum, $avg, $min and $max as expressions: one array argument is looked into, several are taken as they are. */
function over(apply: (values: Argument[], scope: Scope) => Argument): Operator {
  return variadic((args, scope) => {
    const [only] = args
    return apply(args.length === 1 && Array.isArray(only) ? only : args, scope)
  })
}

function extreme(sign: 1 | -1): Operator {
  return over((values, { collation }) => {
    let best: Argument
    for (const value of values) {
      if (isNullish(value)) continue
      if (best === undefined || compareValues(value, best, collation) * sign > 0) best = value
    }
    return best ?? null
  })
}

function total(values: Argument[]): Total {
  const sum = new Total()
  for (const value of values) sum.add(value)
  return sum
}

function reversed(array: Argument): Argument {
  if (isNullish(array)) return null
  if (!Array.isArray(array)) {
    throw new MongoError(
      34435,
      `The argument to $reverseArray must be an array, but was of type: ${typeName(array)}`,
    )
  }
  return array.toReversed()
}

function zip(argument: Value, scope: Scope): Expression {
  const parts = namedArguments(argument, '$zip', ['inputs'], ['useLongestLength', 'defaults'])
  if (!Array.isArray(parts.inputs))
    throw new MongoError(34461, `inputs must be an array of expressions, found ${typeName(parts.inputs)}`)
  const inputs = parts.inputs.map((input) => scope.compile(input))
  const defaults = Array.isArray(parts.defaults)
    ? parts.defaults.map((value) => scope.compile(value))
    : undefined
  const longest = parts.useLongestLength === true
  if (inputs.length === 0) throw new MongoError(34465, '$zip requires at least one input array')
  if (defaults && !longest)
    throw new MongoError(34466, 'cannot specify defaults unless useLongestLength is true')
  if (defaults && defaults.length !== inputs.length)
    throw new MongoError(34467, 'defaults and inputs must have the same length')
  return (env) => {
    const arrays = inputs.map((input) => input(env))
    if (arrays.some(isNullish)) return null
    const lengths = arrays.map((array) => {
      if (!Array.isArray(array))
        throw new MongoError(34468, `$zip found a non-array expression in input: ${printValue(array)}`)
      return array.length
    })
    const length = longest ? Math.max(...lengths) : Math.min(...lengths)
    return Array.from({ length }, (_, at) =>
      arrays.map((array, which) => (array as Value[])[at] ?? defaults?.[which]?.(env) ?? null),
    )
  }
}

export const arrayOperators: Record<string, Operator> = {
  $arrayElemAt: binary(elementAt),
  $avg: over((values) => total(values).average()),
  $concatArrays: variadic(concatenated),
  $filter: filter,
  $first: endOf('$first', 0),
  $in: binary(isIn),
  $indexOfArray: operator(2, 4, indexOf),
  $isArray: unary((value) => Array.isArray(value)),
  $last: endOf('$last', -1),
  $let: letIn,
  $map: map,
  $max: extreme(1),
  $min: extreme(-1),
  $range: operator(2, 3, range),
  $reduce: reduce,
  $reverseArray: unary(reversed),
  $size: unary(size),
  $slice: operator(2, 3, slice),
  $sum: over((values) => total(values).sum()),
  $zip: zip,
}
