import type { Collation } from '../collation.ts'
import { MongoError, notHere } from '../error.ts'
import { isTruthy } from '../filter.ts'
import { checkFieldName, fieldPath, fieldValue } from '../path.ts'
import { printValue } from '../print.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc } from '../value.ts'
import { absentOperators, operators } from './operators.ts'
import type { Env, Expression, Scope } from './scope.ts'

export interface ExpressionOptions {
  collation?: Collation | undefined
  vars?: ReadonlyMap<string, Value | undefined> | undefined
  now?: Date | undefined
}

const systemVariables = new Set(['ROOT', 'REMOVE', 'NOW', 'DESCEND', 'PRUNE', 'KEEP'])
const absentVariables = new Set(['CLUSTER_TIME', 'USER_ROLES', 'SEARCH_META', 'JS_SCOPE', 'IS_MR'])

/** Compiles an aggregation expression. Throws what MongoDB's parser refuses, such as an unknown operator (168). */
export function compileExpression(value: Value, options: ExpressionOptions = {}): Expression {
  return scopeOf(options).compile(value)
}

/** The scope that a command's options open: its `let` variables and its clock. */
export function scopeOf(options: ExpressionOptions): Scope {
  return new CompileScope(options, [...(options.vars?.keys() ?? [])])
}

/** Evaluates against a document. */
export const evaluate = (expression: Expression, root: Value | undefined): Value | undefined =>
  expression({ root, bindings: undefined })

export const expressionIsTrue = (expression: Expression, root: Value): boolean =>
  isTruthy(evaluate(expression, root))

class CompileScope implements Scope {
  readonly options: ExpressionOptions
  readonly names: readonly string[]
  readonly now: Date
  readonly collation: Collation | undefined

  constructor(options: ExpressionOptions, names: readonly string[]) {
    this.options = options
    this.names = names
    this.now = options.now ?? new Date()
    this.collation = options.collation
  }

  binding(...names: string[]): Scope {
    for (const name of names) checkVariableName(name)
    return new CompileScope({ ...this.options, now: this.now }, [...this.names, ...names])
  }

  knows(name: string): boolean {
    return this.names.includes(name)
  }

  compile(value: Value): Expression {
    if (typeof value === 'string' && value.startsWith('$')) {
      if (value.startsWith('$$')) return this.variable(value.slice(2))
      // Only `$let` and its like can make CURRENT anything else than ROOT.
      return this.knows('CURRENT') ? this.variable(`CURRENT.${value.slice(1)}`) : valueAt(value.slice(1))
    }
    if (Array.isArray(value)) {
      const elements = value.map((element) => this.compile(element))
      return (env) => elements.map((element) => element(env) ?? null)
    }
    if (isDoc(value)) return this.document(value)
    return () => value
  }

  document(doc: Doc): Expression {
    const first = doc.keys().next().value
    if (first?.startsWith('$')) {
      if (doc.size !== 1) {
        throw new MongoError(
          15983,
          `An object representing an expression must have exactly one field: ${printValue(doc)}`,
        )
      }
      const operator = Object.hasOwn(operators, first) ? operators[first] : undefined
      if (absentOperators.has(first)) throw notHere(first)
      if (!operator) throw new MongoError(168, `Unrecognized expression '${first}'`)
      return operator(doc.get(first)!, this, first)
    }
    const fields = [...doc].map(([name, inner]) => {
      checkFieldName(name)
      if (name.includes('.')) throw new MongoError(16412, `FieldPath field names may not contain '.'.`)
      return [name, this.compile(inner)] as const
    })
    return (env) => {
      const result: Doc = new Map()
      for (const [name, expression] of fields) {
        const inner = expression(env)
        if (inner !== undefined) result.set(name, inner)
      }
      return result
    }
  }

  variable(path: string): Expression {
    const [name = '', ...rest] = path.split('.')
    if (rest.length > 0) fieldPath(rest.join('.'))
    const read = this.read(name)
    return rest.length === 0 ? read : (env) => fieldValue(read(env), rest)
  }

  read(name: string): Expression {
    if (name === 'ROOT' || (name === 'CURRENT' && !this.knows(name))) return (env) => env.root
    if (name === 'REMOVE') return () => undefined
    if (name === 'NOW') return () => this.now
    const given = this.options.vars
    if (!this.names.includes(name)) {
      if (name === '') throw new MongoError(9, 'empty variable names are not allowed')
      if (absentVariables.has(name)) throw notHere(`the variable $$${name}`)
      throw new MongoError(17276, `Use of undefined variable: ${name}`)
    }
    return (env) => lookUp(env, name, given)
  }
}

function lookUp(
  env: Env,
  name: string,
  given: ReadonlyMap<string, Value | undefined> | undefined,
): Value | undefined {
  for (let binding = env.bindings; binding; binding = binding.next)
    if (binding.name === name) return binding.value
  return given?.get(name)
}

function valueAt(path: string): Expression {
  if (path === '') throw new MongoError(16872, "'$' by itself is not a valid FieldPath")
  const parts = fieldPath(path)
  const [name] = parts
  if (parts.length === 1) return ({ root }) => (isDoc(root) ? root.get(name!) : undefined)
  return ({ root }) => fieldValue(root, parts)
}

function checkVariableName(name: string): void {
  if (name === '') throw new MongoError(9, 'empty variable names are not allowed')
  if (systemVariables.has(name)) throw new MongoError(16867, `'${name}' is a reserved variable name`)
  if (!/^[a-z\x80-\uffff]/.test(name) && name !== 'CURRENT') {
    throw new MongoError(9, `'${name}' starts with an invalid character for a user variable name`)
  }
  if (!/^[a-zA-Z0-9_\x80-\uffff]*$/.test(name)) {
    throw new MongoError(9, `'${name}' contains an invalid character for a variable name`)
  }
}
