import { MongoError } from '../error.ts'
import type { Value } from '../value.ts'
import { isDoc, typeNameOf } from '../value.ts'
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
  if (typeof collection !== 'string') {
    throw new MongoError(
      9,
      `the $unionWith stage specification must be an object or string, but found ${typeNameOf(collection ?? null)}`,
    )
  }
  refuseWriting(options.get('pipeline'), 31441, '$unionWith')
  const inner = compilePipeline(options.get('pipeline') ?? [], context)
  return function* (source) {
    yield* source
    if (!context.collection) throw new MongoError(1, '$unionWith needs the collections of a database')
    yield* inner(context.collection(collection))
  }
}
