import { MongoError } from '../language/error.ts'
import type { Doc, Value } from '../language/value.ts'

/** A pipeline's stages. Throws what is no stage: 14, or 40323 when it has not one name. */
export function stagesOf(pipeline: Value[]): Doc[] {
  return pipeline.map((stage) => {
    if (stage instanceof Map && stage.size === 1) return stage
    if (stage instanceof Map) {
      throw new MongoError(40323, 'A pipeline stage specification object must contain exactly one field.')
    }
    throw new MongoError(14, "Each element of the 'pipeline' array must be an object")
  })
}

/** Splits off the stages at a pipeline's beginning that a query plan can do. */
export function leading(stages: Doc[]): { filter: Doc; sort: Doc | undefined; rest: Doc[] } {
  let rest = stages
  let filter: Doc = new Map()
  const match = rest[0]?.get('$match')
  if (match instanceof Map) {
    filter = match
    rest = rest.slice(1)
  }
  const sort = rest[0]?.get('$sort')
  if (!(sort instanceof Map) || sort.size === 0) return { filter, sort: undefined, rest }
  return { filter, sort, rest: rest.slice(1) }
}
