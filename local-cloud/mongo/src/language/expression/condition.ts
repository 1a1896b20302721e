import { compareValues } from '../compare.ts'
import { MongoError } from '../error.ts'
import { isTruthy } from '../filter.ts'
import type { Value } from '../value.ts'
import { int, isDoc } from '../value.ts'
import type { Expression, Operator, Scope } from './scope.ts'
import { argumentsOf, binary, isNullish, namedArguments, unary } from './scope.ts'

const compared = (holds: (order: number) => boolean): Operator =>
  binary((a, b, { collation }) => holds(compareValues(a, b, collation)))

const all = (argument: Value, scope: Scope): Expression[] =>
  (Array.isArray(argument) ? argument : [argument]).map((each) => scope.compile(each))

function cond(argument: Value, scope: Scope): Expression {
  const parts = isDoc(argument) ? condObject(argument) : argumentsOf(argument, 3, 3, '$cond')
  const [condition, then, otherwise] = parts.map((part) => scope.compile(part))
  return (env) => (isTruthy(condition!(env)) ? then!(env) : otherwise!(env))
}

function condObject(argument: ReadonlyMap<string, Value>): Value[] {
  for (const key of argument.keys()) {
    if (!['if', 'then', 'else'].includes(key))
      throw new MongoError(17083, `Unrecognized parameter to $cond: ${key}`)
  }
  return (['if', 'then', 'else'] as const).map((key, index) => {
    const part = argument.get(key)
    if (part === undefined) throw new MongoError(17080 + index, `Missing '${key}' parameter to $cond`)
    return part
  })
}

function ifNull(argument: Value, scope: Scope): Expression {
  const parts = all(argument, scope)
  if (parts.length < 2)
    throw new MongoError(1257300, `$ifNull needs at least two arguments, had: ${parts.length}`)
  const last = parts.pop()!
  return (env) => {
    for (const part of parts) {
      const value = part(env)
      if (!isNullish(value)) return value
    }
    return last(env)
  }
}

function switchOn(argument: Value, scope: Scope): Expression {
  const { branches, default: fallback } = namedArguments(argument, '$switch', ['branches'], ['default'])
  if (!Array.isArray(branches)) throw new MongoError(40061, '$switch expected an array for "branches"')
  const cases = branches.map((branch) => {
    if (!isDoc(branch)) throw new MongoError(40062, '$switch expected each branch to be an object')
    const when = branch.get('case')
    const then = branch.get('then')
    if (when === undefined)
      throw new MongoError(40064, "$switch requires each branch have a 'case' expression")
    if (then === undefined)
      throw new MongoError(40065, "$switch requires each branch have a 'then' expression")
    if (branch.size > 2) throw new MongoError(40063, '$switch found an unknown argument to a branch')
    return [scope.compile(when), scope.compile(then)] as const
  })
  const otherwise = fallback === undefined ? undefined : scope.compile(fallback)
  if (cases.length === 0) throw new MongoError(40068, '$switch requires at least one branch.')
  return (env) => {
    for (const [when, then] of cases) if (isTruthy(when(env))) return then(env)
    if (otherwise) return otherwise(env)
    throw new MongoError(
      40066,
      '$switch could not find a matching branch for an input, and no default was specified.',
    )
  }
}

export const conditionOperators: Record<string, Operator> = {
  $eq: compared((order) => order === 0),
  $ne: compared((order) => order !== 0),
  $gt: compared((order) => order > 0),
  $gte: compared((order) => order >= 0),
  $lt: compared((order) => order < 0),
  $lte: compared((order) => order <= 0),
  $cmp: binary((a, b, { collation }) => int(Math.sign(compareValues(a, b, collation)))),
  $and: (argument, scope) => {
    const parts = all(argument, scope)
    return (env) => parts.every((part) => isTruthy(part(env)))
  },
  $or: (argument, scope) => {
    const parts = all(argument, scope)
    return (env) => parts.some((part) => isTruthy(part(env)))
  },
  $not: unary((value) => !isTruthy(value)),
  $cond: cond,
  $ifNull: ifNull,
  $switch: switchOn,
  $const: (argument) => () => argument,
  $literal: (argument) => () => argument,
  $expr: (argument, scope) => scope.compile(argument),
}
