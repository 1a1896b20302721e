import { MongoError } from '../error.ts'
import { compileExpression } from '../expression/compile.ts'
import type { Expression } from '../expression/scope.ts'
import { encodeValue } from '../keystring.ts'
import type { Doc, Value } from '../value.ts'
import { int, isDoc } from '../value.ts'
import type { Accumulator, MakeAccumulator } from './accumulators.ts'
import { accumulators } from './accumulators.ts'
import type { PipelineContext, StageParser } from './stage.ts'

export interface AccumulatedField {
  name: string
  make: MakeAccumulator
  expression: Expression
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
  const make = Object.hasOwn(accumulators, operator) ? accumulators[operator] : undefined
  if (!make) throw new MongoError(15952, `unknown group operator '${operator}'`)
  if (Array.isArray(argument) && operator !== '$push' && operator !== '$addToSet' && argument.length !== 1) {
    throw new MongoError(40237, `The ${operator} accumulator is a unary operator`)
  }
  if (operator === '$count' && !(isDoc(argument) && argument.size === 0)) {
    throw new MongoError(9, '$count takes no arguments, i.e. $count:{}')
  }
  const only =
    Array.isArray(argument) && argument.length === 1 && operator !== '$push' && operator !== '$addToSet'
  return { name, make, expression: compileExpression(only ? (argument[0] as Value) : argument, context) }
}

export const group: StageParser = (spec, context) => {
  if (!isDoc(spec)) throw new MongoError(15947, "a group's fields must be specified in an object")
  const idSpec = spec.get('_id')
  if (idSpec === undefined) throw new MongoError(15955, 'a group specification must include an _id')
  const id = compileExpression(idSpec, context)
  const fields = [...spec]
    .filter(([name]) => name !== '_id')
    .map(([name, value]) => parseAccumulated(name, value, context))
  return function* (source) {
    const groups = new Map<string, { id: Value; accumulators: Accumulator[] }>()
    for (const doc of source) {
      const env = { root: doc, bindings: undefined }
      const value = id(env) ?? null
      const key = encodeValue(value, context.collation)
      let found = groups.get(key)
      if (!found) {
        found = { id: value, accumulators: fields.map(({ make }) => make(context.collation)) }
        groups.set(key, found)
      }
      for (let at = 0; at < fields.length; at++) found.accumulators[at]!.add(fields[at]!.expression(env))
    }
    for (const found of groups.values()) yield groupDoc(found.id, fields, found.accumulators)
  }
}

function groupDoc(id: Value, fields: readonly AccumulatedField[], results: readonly Accumulator[]): Doc {
  const doc: Doc = new Map([['_id', id]])
  fields.forEach(({ name }, at) => {
    doc.set(name, results[at]!.result())
  })
  return doc
}

export const sortByCount: StageParser = (spec, context, pipeline) => {
  const isExpression =
    (typeof spec === 'string' && spec.startsWith('$')) ||
    (isDoc(spec) && spec.keys().next().value?.startsWith('$'))
  if (!isExpression) {
    throw new MongoError(
      isDoc(spec) ? 40147 : 40148,
      'the sortByCount field must be defined as a $-prefixed path or an expression inside an object',
    )
  }
  const one: Doc = new Map([['$sum', int(1)]])
  return pipeline(
    [
      new Map([
        [
          '$group',
          new Map<string, Value>([
            ['_id', spec],
            ['count', one],
          ]),
        ],
      ]),
      new Map([['$sort', new Map<string, Value>([['count', -1]])]]),
    ],
    context,
  )
}
