import { MongoError } from '../error.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc, typeNameOf } from '../value.ts'
import type { StageParser } from './stage.ts'

const refused = new Set(['$facet', '$out', '$merge', '$geoNear', '$indexStats', '$collStats'])

export const facet: StageParser = (spec, context, compilePipeline) => {
  if (!isDoc(spec) || spec.size === 0) {
    throw new MongoError(
      40169,
      `the $facet specification must be a non-empty object, but found: ${typeNameOf(spec)}`,
    )
  }
  const facets = [...spec].map(([name, stages]) => {
    if (name.includes('.') || name.startsWith('$') || name === '')
      throw new MongoError(40412, `the facet name '${name}' is not valid`)
    if (!Array.isArray(stages))
      throw new MongoError(40170, `arguments to $facet must be arrays, ${name} is type ${typeNameOf(stages)}`)
    for (const stage of stages) {
      const operator = isDoc(stage) ? stage.keys().next().value : undefined
      if (operator && refused.has(operator))
        throw new MongoError(40600, `${operator} is not allowed to be used within a $facet stage`)
    }
    return [name, compilePipeline(stages, context)] as const
  })
  return function* (source) {
    const docs = [...source]
    const result: Doc = new Map()
    for (const [name, stage] of facets) result.set(name, [...stage(docs)] as Value[])
    yield result
  }
}
