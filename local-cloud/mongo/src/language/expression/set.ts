import { MongoError } from '../error.ts'
import { isTruthy } from '../filter.ts'
import { encodeValue } from '../keystring.ts'
import type { Value } from '../value.ts'
import { typeName } from './arithmetic.ts'
import type { Argument, Operator, Scope } from './scope.ts'
import { binary, isNullish, unary, variadic } from './scope.ts'

/** A set's members by their keys: equal values are one member. */
function membersOf(value: Argument, code: number, name: string, { collation }: Scope): Map<string, Value> {
  if (!Array.isArray(value)) {
    throw new MongoError(
      code,
      `All operands of ${name} must be arrays. One argument is of type: ${typeName(value)}`,
    )
  }
  const members = new Map<string, Value>()
  for (const member of value) {
    const key = encodeValue(member, collation)
    if (!members.has(key)) members.set(key, member)
  }
  return members
}

const inOrder = (members: Map<string, Value>): Value[] =>
  [...members].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)

function union(args: Argument[], scope: Scope): Argument {
  const all = new Map<string, Value>()
  for (const arg of args) {
    if (isNullish(arg)) return null
    for (const [key, value] of membersOf(arg, 17043, '$setUnion', scope))
      if (!all.has(key)) all.set(key, value)
  }
  return inOrder(all)
}

function intersection(args: Argument[], scope: Scope): Argument {
  let common: Map<string, Value> | undefined
  for (const arg of args) {
    if (isNullish(arg)) return null
    const members = membersOf(arg, 17047, '$setIntersection', scope)
    common = common ? new Map([...common].filter(([key]) => members.has(key))) : members
  }
  return common ? inOrder(common) : []
}

function difference(a: Argument, b: Argument, scope: Scope): Argument {
  if (isNullish(a) || isNullish(b)) return null
  const [kept, removed] = [
    membersOf(a, 17048, '$setDifference', scope),
    membersOf(b, 17049, '$setDifference', scope),
  ]
  return [...kept].filter(([key]) => !removed.has(key)).map(([, value]) => value)
}

function equal(args: Argument[], scope: Scope): Argument {
  const [first, ...others] = args.map((arg) => membersOf(arg, 17044, '$setEquals', scope))
  return others.every(
    (other) => other.size === first!.size && [...first!.keys()].every((key) => other.has(key)),
  )
}

function subset(a: Argument, b: Argument, scope: Scope): Argument {
  const [inner, outer] = [
    membersOf(a, 17046, '$setIsSubset', scope),
    membersOf(b, 17042, '$setIsSubset', scope),
  ]
  return [...inner.keys()].every((key) => outer.has(key))
}

function elementsOf(value: Argument, code: number, name: string): Value[] {
  if (Array.isArray(value)) return value
  throw new MongoError(code, `${name}'s argument must be an array, but is ${typeName(value)}`)
}

export const setOperators: Record<string, Operator> = {
  $allElementsTrue: unary((value) => elementsOf(value, 17040, '$allElementsTrue').every(isTruthy)),
  $anyElementTrue: unary((value) => elementsOf(value, 17041, '$anyElementTrue').some(isTruthy)),
  $setDifference: binary(difference),
  $setEquals: (argument, scope, name) => {
    const count = Array.isArray(argument) ? argument.length : 1
    if (count < 2) throw new MongoError(17045, `$setEquals needs at least two arguments had: ${count}`)
    return variadic(equal)(argument, scope, name)
  },
  $setIntersection: variadic(intersection),
  $setIsSubset: binary(subset),
  $setUnion: variadic(union),
}
