import { MongoError, typeMismatch } from '../error.ts'
import type { Value } from '../value.ts'
import { isDoc, typeNameOf } from '../value.ts'
import { hintOf } from './hint.ts'
import type { StageParser } from './stage.ts'
import { refuseWriting } from './stage.ts'

/** Appends the documents of another collection, through a pipeline of its own. */
export const unionWith: StageParser = (spec, context, compilePipeline) => {
  const options = isDoc(spec) ? spec : new Map<string, Value>([['coll', spec]])
  for (const name of options.keys()) {
    if (name !== 'coll' && name !== 'pipeline')
      throw new MongoError(40415, `BSON field '$unionWith.${name}' is an unknown field.`)
  }
  const collection = options.get('coll')
  if (isDoc(spec) && collection !== undefined && typeof collection !== 'string')
    throw typeMismatch("BSON field '$unionWith.coll' is the wrong type, expected type 'string'")
  if (typeof collection !== 'string') {
    throw new MongoError(
      9,
      `the $unionWith stage specification must be an object or string, but found ${typeNameOf(collection ?? null)}`,
    )
  }
  refuseWriting(options.get('pipeline'), 31441, '$unionWith')
  const stages = options.get('pipeline') ?? []
  if (!Array.isArray(stages))
    throw typeMismatch("BSON field '$unionWith.pipeline' is the wrong type, expected type 'array'")
  const inner = compilePipeline(stages, context)
  return function* (source) {
    yield* source
    if (!context.collection) throw new MongoError(1, '$unionWith needs the collections of a database')
    const hint = hintOf(stages, context.vars ?? new Map())
    yield* inner(context.collection(collection, hint))
  }
}
