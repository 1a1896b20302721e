import type { Images } from '../change-event.ts'
import { ChangeStream, type Watched } from '../change-stream.ts'
import { type Call, checkFields, truthy } from '../command.ts'
import { compilePipeline, isStage } from '../language/aggregate.ts'
import { MongoError, notHere } from '../language/error.ts'
import { type Doc, isDoc, Timestamp, type Value } from '../language/value.ts'
import { collationOf, variablesOf } from '../read.ts'
import { stagesOf } from './leading-stages.ts'

const admitted = [
  ...['$match', '$project', '$addFields', '$set', '$unset', '$replaceRoot', '$replaceWith', '$redact'],
  ...['$changeStream', '$changeStreamSplitLargeEvent'],
]

export const isChangeStream = (pipeline: Value | undefined): boolean =>
  Array.isArray(pipeline) && isDoc(pipeline[0]) && pipeline[0].has('$changeStream')

/** Opens the change stream that a pipeline begins with. */
export function openChangeStream(call: Call): ChangeStream {
  call.changeStream = true
  const [first, ...stages] = stagesOf(call.get<Value[]>('pipeline')!)
  const spec = first!.get('$changeStream')!
  if (call.transaction) {
    const why = 'Aggregation stage $changeStream cannot run within a multi-document transaction'
    throw new MongoError(263, `Operation not permitted in transaction :: caused by :: ${why}`)
  }
  const level = call.get<Doc>('readConcern')?.get('level')
  if (level !== undefined && level !== 'majority') {
    const why = `cannot run with a readConcern other than 'majority'. Current readConcern: ${String(level)}`
    throw new MongoError(72, `$changeStream ${why}`)
  }
  if (!isDoc(spec)) throw new MongoError(50808, '$changeStream stage expects a document as argument')
  checkFields('$changeStream', spec, {
    fullDocument: 'string',
    fullDocumentBeforeChange: 'string',
    resumeAfter: 'object',
    startAfter: 'object',
    startAtOperationTime: 'any',
    allChangesForCluster: 'bool',
    showExpandedEvents: 'bool',
  })
  if (truthy(spec.get('showExpandedEvents'))) throw notHere('$changeStream with showExpandedEvents')
  const watched = watchedBy(call, truthy(spec.get('allChangesForCluster')))
  for (const stage of stages) {
    const name = stage.keys().next().value!
    if (!isStage(name) || admitted.includes(name)) continue
    throw new MongoError(20, `${name} is not permitted in a $changeStream pipeline`)
  }
  const pipeline = compilePipeline(stages, {
    collation: collationOf(undefined, call.get('collation')),
    vars: variablesOf(call),
  })
  return new ChangeStream(call.engine.store, watched, imagesIn(spec), pipeline, beginningIn(spec))
}

function watchedBy(call: Call, cluster: boolean): Watched {
  const collection = typeof call.get('aggregate') === 'string' ? call.collectionName : undefined
  if (cluster) {
    if (call.db === 'admin' && collection === undefined) return { db: undefined, collection: undefined }
    const found = collection === undefined ? `${call.db}.$cmd.aggregate` : `${call.db}.${collection}`
    throw new MongoError(
      72,
      "A $changeStream with 'allChangesForCluster:true' may only be opened on the 'admin' database, and with no " +
        `collection name; found ${found}`,
    )
  }
  if (['admin', 'config', 'local'].includes(call.db)) {
    throw new MongoError(73, `$changeStream may not be opened on the internal ${call.db} database`)
  }
  if (collection?.startsWith('system.')) {
    throw new MongoError(
      73,
      `$changeStream may not be opened on the internal ${call.db}.${collection} collection`,
    )
  }
  return { db: call.db, collection }
}

function imagesIn(spec: Doc): Images {
  const one = <Name extends string>(field: string, names: readonly [Name, ...Name[]]): Name => {
    const value = spec.get(field) ?? names[0]
    const known = names.find((name) => name === value)
    if (known) return known
    throw new MongoError(
      2,
      `Enumeration value '${String(value)}' for field '$changeStream.${field}' is not a valid value.`,
    )
  }
  return {
    fullDocument: one('fullDocument', ['default', 'updateLookup', 'whenAvailable', 'required']),
    fullDocumentBeforeChange: one('fullDocumentBeforeChange', ['off', 'whenAvailable', 'required']),
  }
}

function beginningIn(spec: Doc) {
  const given = (field: string): Value | undefined => spec.get(field) ?? undefined
  const [resumeAfter, startAfter] = [given('resumeAfter'), given('startAfter')]
  const time = given('startAtOperationTime')
  if (resumeAfter !== undefined && startAfter !== undefined) {
    throw new MongoError(50865, "Do not specify both 'resumeAfter' and 'startAfter' in a $changeStream stage")
  }
  if (time === undefined) return { resumeAfter, startAfter }
  if (resumeAfter !== undefined || startAfter !== undefined) {
    throw new MongoError(40674, 'Only one type of resume option is allowed, but multiple were found.')
  }
  if (time instanceof Timestamp) return { startAtOperationTime: time }
  throw new MongoError(
    14,
    "BSON field '$changeStream.startAtOperationTime' is the wrong type, expected type 'timestamp'",
  )
}
