import { MongoError } from '../error.ts'
import { printValue } from '../print.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc } from '../value.ts'
import { typeName } from './arithmetic.ts'
import type { Argument, Expression, Operator, Scope } from './scope.ts'
import { isNullish, namedArguments, unary, variadic } from './scope.ts'

function merge(args: Argument[]): Argument {
  const merged: Doc = new Map()
  for (const value of args.length === 1 && Array.isArray(args[0]) ? args[0] : args) {
    if (isNullish(value)) continue
    if (!isDoc(value)) {
      throw new MongoError(
        40400,
        `$mergeObjects requires object inputs, but input ${printValue(value)} is of type ${typeName(value)}`,
      )
    }
    for (const [name, inner] of value) merged.set(name, inner)
  }
  return merged
}

function toArray(value: Argument): Argument {
  if (isNullish(value)) return null
  if (!isDoc(value)) {
    throw new MongoError(40390, `$objectToArray requires a document input, found: ${typeName(value)}`)
  }
  return [...value].map(
    ([k, v]): Doc =>
      new Map<string, Value>([
        ['k', k],
        ['v', v],
      ]),
  )
}

function toObject(value: Argument): Argument {
  if (isNullish(value)) return null
  if (!Array.isArray(value))
    throw new MongoError(40386, `$arrayToObject requires an array input, found: ${typeName(value)}`)
  const [first] = value
  if (first !== undefined && !Array.isArray(first) && !isDoc(first)) {
    throw new MongoError(40398, `Unrecognised input type format for $arrayToObject: ${typeName(first)}`)
  }
  const pairOf = Array.isArray(first) ? pairOfArray : pairOfDoc
  const doc: Doc = new Map()
  for (const entry of value) {
    const [name, inner] = pairOf(entry)
    if (name.includes('\0')) throw new MongoError(4940400, 'Key field cannot contain an embedded null byte')
    doc.set(name, inner)
  }
  return doc
}

const mixed = (code: number, what: string, entry: Value): MongoError =>
  new MongoError(
    code,
    `$arrayToObject requires a consistent input format. Elements must all be arrays or all be objects. ${what} was ` +
      `detected, now found: ${typeName(entry)}`,
  )

function pairOfArray(entry: Value): [string, Value] {
  if (!Array.isArray(entry)) throw mixed(40396, 'Array', entry)
  const [name, inner] = entry
  if (entry.length !== 2) {
    throw new MongoError(
      40397,
      `$arrayToObject requires an array of size 2 arrays,found array of size: ${entry.length}`,
    )
  }
  if (typeof name === 'string') return [name, inner!]
  throw new MongoError(
    40395,
    `$arrayToObject requires an array of key-value pairs, where the key must be of type string. Found key type: ${typeName(name)}`,
  )
}

function pairOfDoc(entry: Value): [string, Value] {
  if (!isDoc(entry)) throw mixed(40391, 'Object', entry)
  const [name, inner] = [entry.get('k'), entry.get('v')]
  if (entry.size !== 2) {
    throw new MongoError(
      40392,
      `$arrayToObject requires an object keys of 'k' and 'v'. Found incorrect number of keys:${entry.size}`,
    )
  }
  if (name === undefined || inner === undefined) {
    throw new MongoError(
      40393,
      `$arrayToObject requires an object with keys 'k' and 'v'. Missing either or both keys from: ${printValue(entry)}`,
    )
  }
  if (typeof name === 'string') return [name, inner]
  throw new MongoError(
    40394,
    `$arrayToObject requires an object with keys 'k' and 'v', where the value of 'k' must be of type string. Found type: ${typeName(name)}`,
  )
}

function getField(argument: Value, scope: Scope): Expression {
  const parts =
    isDoc(argument) && !argument.keys().next().value?.startsWith('$')
      ? namedArguments(argument, '$getField', ['field', 'input'])
      : { field: argument, input: '$$CURRENT' }
  const field = fieldName(parts.field, scope)
  const input = scope.compile(parts.input)
  return (env) => {
    const [name, value] = [field(env), input(env)]
    if (isDoc(value)) return value.get(name)
    return value === null ? null : undefined
  }
}

function fieldName(spec: Value, scope: Scope): (env: Parameters<Expression>[0]) => string {
  const expression = scope.compile(spec)
  return (env) => {
    const name = expression(env)
    if (typeof name !== 'string') {
      throw new MongoError(
        3041704,
        `$getField requires 'field' to evaluate to type String, but got ${typeName(name)}`,
      )
    }
    return name
  }
}

function setField(name: '$setField' | '$unsetField'): Operator {
  return (argument, scope) => {
    const parts = namedArguments(
      argument,
      name,
      name === '$setField' ? ['field', 'value', 'input'] : ['field', 'input'],
    )
    const field = constantName(parts.field, name)
    const input = scope.compile(parts.input)
    const value = parts.value === undefined ? () => undefined : scope.compile(parts.value)
    return (env) => {
      const doc = input(env)
      if (isNullish(doc)) return null
      if (!isDoc(doc)) throw new MongoError(4161105, `${name} requires 'input' to evaluate to type Object`)
      const result = new Map(doc)
      const inner = value(env)
      if (inner === undefined) result.delete(field)
      else result.set(field, inner)
      return result
    }
  }
}

function constantName(spec: Value, operatorName: string): string {
  const literal = isDoc(spec) ? (spec.get('$literal') ?? spec.get('$const')) : spec
  const refusal = (code: number, why: string): MongoError =>
    new MongoError(code, `${operatorName} requires 'field' to evaluate to a constant string, ${why}`)
  if (literal === undefined) throw refusal(4161106, 'but got an expression')
  if (typeof literal !== 'string') throw refusal(4161107, `but got ${typeName(literal)}`)
  if (literal === spec && literal.startsWith('$')) throw refusal(4161108, 'not a path')
  return literal
}

export const objectOperators: Record<string, Operator> = {
  $arrayToObject: unary(toObject),
  $getField: getField,
  $mergeObjects: variadic(merge),
  $objectToArray: unary(toArray),
  $setField: setField('$setField'),
  $unsetField: setField('$unsetField'),
}
