import { compilePipeline } from '../aggregate.ts'
import { MongoError } from '../error.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc } from '../value.ts'
import type { UpdateOptions } from './options.ts'

const allowed = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith'])

/** An update written as aggregation stages, run on the one document. */
export function compilePipelineUpdate(stages: Value[], options: UpdateOptions): (doc: Doc) => Doc {
  const { collation, vars, now } = options
  const writing = stages.find((stage) => isDoc(stage) && (stage.has('$out') || stage.has('$merge')))
  const run = writing ? undefined : compilePipeline(stages, { collation, vars, now })
  for (const stage of stages as Doc[]) {
    const [name] = stage.keys()
    if (!allowed.has(name!)) throw new MongoError(72, `${name} is not allowed to be used within an update`)
  }
  return (original) => {
    const [doc] = run!([original])
    const result = doc!
    const id = result.get('_id') ?? original.get('_id')
    if (id === undefined || result.keys().next().value === '_id') return result
    const ordered: Doc = new Map([['_id', id]])
    for (const [name, value] of result) ordered.set(name, value)
    return ordered
  }
}
