import type { Call } from '../command.ts'
import { MongoError, notHere } from '../language/error.ts'
import { compileExpression, evaluate } from '../language/expression/compile.ts'
import type { PipelineEffect } from '../language/stages/effect.ts'
import { type Doc, ObjectId, type Value } from '../language/value.ts'
import { collationOf, variablesOf } from '../read.ts'
import type { Collection } from '../storage/collection.ts'
import { Index } from '../storage/index.ts'
import { checkValid } from '../validation.ts'
import { collectionToWrite, endsCommand } from '../write.ts'
import { settled } from './collections.ts'
import { completed } from './insert.ts'
import type { Change } from './update.ts'
import { updateOne } from './update.ts'

/** Writes what a pipeline with `$out` or `$merge` at its end came to. */
export async function carryOut(call: Call, effect: PipelineEffect, docs: Doc[]): Promise<void> {
  const stage = effect.kind === 'out' ? '$out' : '$merge'
  if (call.transaction) throw new MongoError(263, `${stage} cannot be used in a transaction`)
  if (call.get<Doc>('readConcern')?.get('level') === 'linearizable') {
    throw new MongoError(72, `${stage} cannot be used with a 'linearizable' read concern level`)
  }
  if (call.moment) throw notHere(`${stage} of what a snapshot shows`)
  if (effect.db !== undefined && effect.db !== call.db) {
    throw new MongoError(238, `this server's ${stage} writes only into the database it reads`)
  }
  if (effect.kind === 'out') await replaceCollection(call, effect.collection, docs)
  else await merge(call, effect, docs)
}

/** Fills a new collection with the old one's indexes and, once that went well, puts it in the old one's place. */
async function replaceCollection(call: Call, name: string, docs: Doc[]): Promise<void> {
  const { store } = call.engine
  await settled(call, store.collection(call.db, name))
  const old = store.collection(call.db, name)
  if (old?.cap)
    throw new MongoError(17152, `namespace '${old.namespace}' is capped so it can't be used for $out`)
  const fresh = store.create(call.db, `tmp.agg_out.${new ObjectId().toHexString()}`, new Map(old?.options))
  fresh.indexes = old ? old.indexes.map(({ spec }) => new Index(spec)) : fresh.indexes
  try {
    for (const doc of docs) {
      const whole = completed(call, doc)
      checkValid(call, fresh, whole)
      fresh.insert(whole, undefined)
    }
  } catch (error) {
    store.drop(fresh)
    throw error
  }
  store.rename(fresh, name)
}

type Merge = Extract<PipelineEffect, { kind: 'merge' }>

/** One document to merge, and what finds its like in the target. */
interface Arrival {
  doc: Doc
  filter: Doc
}

/** Tries all documents, as MongoDB's unordered batches do, and then throws what went wrong first. */
async function merge(call: Call, effect: Merge, docs: Doc[]): Promise<void> {
  const { store } = call.engine
  const on = effect.on ?? ['_id']
  const collation = collationSpec(call)
  if (effect.on) checkUnique(store.collection(call.db, effect.collection), on, collation)
  const arrivals = docs.map((each): Arrival => {
    const doc = on.includes('_id') ? completed(call, each) : each
    return { doc, filter: new Map(on.map((field) => [field, new Map([['$eq', keyPart(doc, field)]])])) }
  })
  let failure: unknown
  for (const arrival of arrivals) {
    try {
      await call.patiently(() => mergeOne(call, effect, arrival, collation))
    } catch (error) {
      if (endsCommand(error)) throw error
      failure ??= error
    }
  }
  if (failure) throw failure
}

/** What the target is compared by: the pipeline's own collation, which is that of its source, not the target's. */
function collationSpec(call: Call): Value {
  const name = call.get('aggregate')
  const source = typeof name === 'string' ? call.engine.store.collection(call.db, name) : undefined
  return call.get('collation') ?? source?.options.get('collation') ?? new Map([['locale', 'simple']])
}

function checkUnique(target: Collection | undefined, on: string[], collation: Value): void {
  const compared = collationOf(undefined, collation)
  const unique = target?.indexes.some(
    (index) =>
      index.unique &&
      !index.covers &&
      index.collation === compared &&
      index.fields.length === on.length &&
      index.fields.every(({ name }) => on.includes(name)),
  )
  if (unique || (!target && on.length === 1 && on[0] === '_id')) return
  throw new MongoError(51183, 'Cannot find index to verify that join fields will be unique')
}

function keyPart(doc: Doc, field: string): Value {
  const value = field
    .split('.')
    .reduce<Value | undefined>((at, name) => (at instanceof Map ? at.get(name) : undefined), doc)
  if (Array.isArray(value))
    throw new MongoError(51185, `$merge write error: 'on' field '${field}' cannot be an array`)
  if (value !== undefined && value !== null) return value
  throw new MongoError(
    51132,
    `$merge write error: 'on' field '${field}' cannot be missing, null, undefined or an array`,
  )
}

function mergeOne(call: Call, effect: Merge, { doc, filter }: Arrival, collation: Value): void {
  const { collection: name, whenMatched, whenNotMatched } = effect
  if (whenMatched === 'fail') {
    insertInto(call, name, doc)
    return
  }
  const isPipeline = Array.isArray(whenMatched)
  const change: Change = {
    query: { filter, vars: isPipeline ? variablesFor(call, effect, doc) : undefined },
    update: isPipeline ? whenMatched : updateFor(whenMatched, doc),
    arrayFilters: undefined,
    // Where a pipeline finds nothing to change, the document itself is inserted.
    upsert: whenNotMatched === 'insert' && !isPipeline,
    collation,
  }
  if (updateOne(call, change, name).matched > 0) return
  if (whenNotMatched === 'insert') insertInto(call, name, doc)
  if (whenNotMatched !== 'fail') return
  throw new MongoError(
    13113,
    '$merge could not find a matching document in the target collection for at least one document in the source collection',
  )
}

function insertInto(call: Call, name: string, doc: Doc): void {
  const collection = collectionToWrite(call, name)
  const whole = completed(call, doc)
  checkValid(call, collection, whole)
  collection.insert(whole, undefined)
}

function updateFor(whenMatched: 'replace' | 'merge' | 'keepExisting', doc: Doc): Doc {
  if (whenMatched === 'replace') return doc
  return new Map([[whenMatched === 'merge' ? '$set' : '$setOnInsert', doc]])
}

/** `$$new` is the document that arrives, unless `let` names other variables. */
function variablesFor(call: Call, { let: given }: Merge, doc: Doc): ReadonlyMap<string, Value> {
  const vars = new Map<string, Value>(variablesOf(call))
  if (!given) return vars.set('new', doc)
  for (const [name, expression] of given) {
    const value = evaluate(compileExpression(expression, { vars: variablesOf(call) }), doc)
    if (value !== undefined) vars.set(name, value)
  }
  return vars
}
