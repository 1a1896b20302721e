import { MongoError } from '../error.ts'
import { isTruthy } from '../filter.ts'
import { printValue } from '../print.ts'
import type { Value } from '../value.ts'
import { isDoc } from '../value.ts'
import { typeName } from './arithmetic.ts'
import { wholeNumber } from './array.ts'
import type { Argument, Expression, Operator, Scope } from './scope.ts'
import { bind, isNullish, namedArguments } from './scope.ts'

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

function zip(argument: Value, scope: Scope): Expression {
  const parts = namedArguments(argument, '$zip', ['inputs'], ['useLongestLength', 'defaults'])
  if (parts.useLongestLength !== undefined && typeof parts.useLongestLength !== 'boolean')
    throw new MongoError(34463, `useLongestLength must be a bool, found ${typeName(parts.useLongestLength)}`)
  if (parts.defaults !== undefined && !Array.isArray(parts.defaults))
    throw new MongoError(34462, `defaults must be an array of expressions, found ${typeName(parts.defaults)}`)
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
      arrays.map((array, which) => {
        const elements = array as Value[]
        return at < elements.length ? elements[at]! : (defaults?.[which]?.(env) ?? null)
      }),
    )
  }
}

/** Operators that evaluate an expression for each element, or with variables. */
export const iterateOperators: Record<string, Operator> = {
  $filter: filter,
  $let: letIn,
  $map: map,
  $reduce: reduce,
  $zip: zip,
}
