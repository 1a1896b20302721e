import type { Collation } from '../collation.ts'
import { MongoError } from '../error.ts'
import { printValue } from '../print.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc } from '../value.ts'
import { argumentCodes } from './argument-codes.ts'

/** A variable that `$let`, `$map` and their like have bound, before those bound further out. */
interface Binding {
  readonly name: string
  readonly value: Value | undefined
  readonly next: Binding | undefined
}

/** What an expression is evaluated against: the whole document and the variables bound around it. */
export interface Env {
  readonly root: Value | undefined
  readonly bindings: Binding | undefined
}

/** A compiled expression; it answers undefined for a missing value. */
export type Expression = (env: Env) => Value | undefined
export type Operator = (argument: Value, scope: Scope, name: string) => Expression

/** What is known while an expression is compiled. */
export interface Scope {
  readonly collation: Collation | undefined
  readonly now: Date
  compile(value: Value): Expression
  /** The same scope with more variables. */
  binding(...names: string[]): Scope
  /** The same scope compiling against other options is never needed: collation and clock hold for a whole command. */
  knows(variable: string): boolean
}

export type Argument = Value | undefined

export const bind = (env: Env, name: string, value: Value | undefined): Env => ({
  root: env.root,
  bindings: { name, value, next: env.bindings },
})

/** An operator of `min` to `max` arguments that are all evaluated first. */
export function operator(
  min: number,
  max: number,
  apply: (args: Argument[], scope: Scope) => Argument,
): Operator {
  return (argument, scope, name) => {
    const expressions = argumentsOf(argument, min, max, name).map((each) => scope.compile(each))
    return (env) =>
      apply(
        expressions.map((each) => each(env)),
        scope,
      )
  }
}

export function unary(apply: (value: Argument, scope: Scope) => Argument): Operator {
  return (argument, scope, name) => {
    const expression = scope.compile(argumentsOf(argument, 1, 1, name)[0]!)
    return (env) => apply(expression(env), scope)
  }
}

export function binary(apply: (a: Argument, b: Argument, scope: Scope) => Argument): Operator {
  return (argument, scope, name) => {
    const [first, second] = argumentsOf(argument, 2, 2, name).map((each) => scope.compile(each))
    return (env) => apply(first!(env), second!(env), scope)
  }
}

/** An operator of any number of arguments. */
export const variadic = (apply: (args: Argument[], scope: Scope) => Argument): Operator =>
  operator(0, Number.POSITIVE_INFINITY, apply)

export function argumentsOf(argument: Value, min: number, max: number, name: string): Value[] {
  const args = Array.isArray(argument) ? argument : [argument]
  if (args.length >= min && args.length <= max) return args
  if (min === max) {
    throw new MongoError(
      16020,
      `Expression ${name} takes exactly ${min} arguments. ${args.length} were passed in.`,
    )
  }
  throw new MongoError(
    28667,
    `Expression ${name} takes at least ${min} arguments, and at most ${max}, but ${args.length} were passed in.`,
  )
}

/** Reads `{input: ..., as: ...}` arguments: all of `required` must be there and nothing but these and `optional`. */
export function namedArguments<Required extends string, Optional extends string = never>(
  argument: Value,
  name: string,
  required: readonly Required[],
  optional: readonly Optional[] = [],
): Record<Required, Value> & Partial<Record<Optional, Value>> {
  const codes = argumentCodes(name)
  if (!isDoc(argument)) {
    throw new MongoError(
      codes.object,
      `${name} only supports an object as an argument, but found ${printValue(argument)}`,
    )
  }
  const known: readonly string[] = [...required, ...optional]
  for (const key of argument.keys()) {
    if (!known.includes(key)) throw new MongoError(codes.unknown, `Unrecognized argument to ${name}: ${key}`)
  }
  for (const key of required) {
    if (argument.has(key)) continue
    const code = typeof codes.missing === 'number' ? codes.missing : codes.missing[key]
    throw new MongoError(code ?? 9, `Missing '${key}' parameter to ${name}`)
  }
  return Object.fromEntries(argument as Doc) as Record<Required, Value> & Partial<Record<Optional, Value>>
}

export const isNullish = (value: Argument): value is null | undefined => value === null || value === undefined
