import { MongoError, notHere } from './error.ts'
import { basicStages } from './stages/basic.ts'
import { bucket } from './stages/bucket.ts'
import { bucketAuto } from './stages/bucket-auto.ts'
import { facet } from './stages/facet.ts'
import { graphLookup } from './stages/graph-lookup.ts'
import { group, sortByCount } from './stages/group.ts'
import { lookup } from './stages/lookup.ts'
import { setWindowFields } from './stages/set-window-fields.ts'
import { shapeStages } from './stages/shape.ts'
import type { PipelineContext, Stage, StageParser } from './stages/stage.ts'
import { unionWith } from './stages/union-with.ts'
import type { Doc, Value } from './value.ts'
import { isDoc } from './value.ts'

export { splitEffect } from './stages/effect.ts'
export type { PipelineContext } from './stages/stage.ts'

const stageParsers: Readonly<Record<string, StageParser>> = {
  ...basicStages,
  ...shapeStages,
  $bucket: bucket,
  $bucketAuto: bucketAuto,
  $facet: facet,
  $graphLookup: graphLookup,
  $group: group,
  $lookup: lookup,
  $setWindowFields: setWindowFields,
  $sortByCount: sortByCount,
  $unionWith: unionWith,
}

/** Stages that bring documents of their own, which is for the aggregate command to carry out. */
const sourceStages = new Set(['$changeStream', '$collStats', '$documents', '$listLocalSessions'])

/** Stages that a real MongoDB has and this server does not. */
const absentStages = new Set([
  ...['$changeStreamSplitLargeEvent', '$currentOp', '$densify', '$fill'],
  ...['$geoNear', '$indexStats', '$listSampledQueries', '$listSearchIndexes'],
  ...[
    '$listSessions',
    '$planCacheStats',
    '$querySettings',
    '$queryStats',
    '$rankFusion',
    '$redact',
    '$scoreFusion',
  ],
  ...['$search', '$searchMeta', '$shardedDataDistribution', '$vectorSearch', '$listClusterCatalog'],
])

/** Whether a real MongoDB has a stage of this name. */
export const isStage = (name: string): boolean =>
  Object.hasOwn(stageParsers, name) ||
  sourceStages.has(name) ||
  absentStages.has(name) ||
  name === '$out' ||
  name === '$merge'

/** Runs an aggregation's stages over documents, lazily where the stages allow. Throws as `compilePipeline` does. */
export function runPipeline(source: Iterable<Doc>, stages: Value[], context: PipelineContext): Iterable<Doc> {
  return compilePipeline(stages, context)(source)
}

/** Compiles stages into one. Throws 40324 for a stage that is not known here, and what each stage's parser refuses. */
export function compilePipeline(stages: Value, context: PipelineContext): Stage {
  if (!Array.isArray(stages)) throw new MongoError(14, 'A pipeline must be an array of objects')
  const clocked = { ...context, now: context.now ?? new Date() }
  const compiled = stages.map((stage) => compileStage(stage, clocked))
  return (source) => compiled.reduce((docs, stage) => stage(docs), source)
}

function compileStage(stage: Value, context: PipelineContext): Stage {
  if (!isDoc(stage)) throw new MongoError(14, "Each element of the 'pipeline' array must be an object")
  if (stage.size !== 1) {
    throw new MongoError(40323, 'A pipeline stage specification object must contain exactly one field.')
  }
  const [[name, spec]] = [...stage] as [[string, Value]]
  const parser = Object.hasOwn(stageParsers, name) ? stageParsers[name] : undefined
  if (name === '$out' || name === '$merge') {
    throw new MongoError(40601, `${name} can only be the final stage in the pipeline`)
  }
  if (sourceStages.has(name)) {
    throw new MongoError(40602, `${name} is only valid as the first stage in a pipeline.`)
  }
  if (absentStages.has(name)) throw notHere(`the stage ${name}`)
  if (!parser) throw new MongoError(40324, `Unrecognized pipeline stage name: '${name}'`)
  return parser(spec, context, compilePipeline)
}
