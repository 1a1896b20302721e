import { MongoError } from '../error.ts'
import { compileExpression } from '../expression/compile.ts'
import { encodeValue } from '../keystring.ts'
import type { Doc, Value } from '../value.ts'
import { int, isDoc } from '../value.ts'
import type { AccumulatedField, Accumulation } from './accumulation.ts'
import { parseAccumulated } from './accumulation.ts'
import type { StageParser } from './stage.ts'

export const group: StageParser = (spec, context) => {
  if (!isDoc(spec)) throw new MongoError(15947, "a group's fields must be specified in an object")
  const idSpec = spec.get('_id')
  if (idSpec === undefined) throw new MongoError(15955, 'a group specification must include an _id')
  const id = compileExpression(idSpec, context)
  const fields = [...spec]
    .filter(([name]) => name !== '_id')
    .map(([name, value]) => parseAccumulated(name, value, context))
  return function* (source) {
    const groups = new Map<string, { id: Value; results: Accumulation[] }>()
    for (const doc of source) {
      const env = { root: doc, bindings: undefined }
      const value = id(env) ?? null
      const key = encodeValue(value, context.collation)
      let found = groups.get(key)
      if (!found) {
        found = { id: value, results: fields.map((field) => field.start(value)) }
        groups.set(key, found)
      }
      for (const result of found.results) result.add(env)
    }
    for (const found of groups.values()) yield groupDoc(found.id, fields, found.results)
  }
}

function groupDoc(id: Value, fields: readonly AccumulatedField[], results: readonly Accumulation[]): Doc {
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
