import type { Call } from '../command.ts'
import { compareValues } from '../language/compare.ts'
import { MongoError, notHere } from '../language/error.ts'
import { compileExpression, evaluate } from '../language/expression/compile.ts'
import type { PipelineEffect } from '../language/stages/effect.ts'
import { compileUpdate } from '../language/update.ts'
import { type Doc, ObjectId, type Value } from '../language/value.ts'
import { find, variablesOf } from '../read.ts'
import type { Collection } from '../storage/collection.ts'
import { Index } from '../storage/index.ts'
import { documentOf } from '../storage/record.ts'
import { checkValid } from '../validation.ts'
import { collectionToWrite } from '../write.ts'
import { settled } from './collections.ts'
import { completed } from './insert.ts'

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
  if (old) store.drop(old)
  store.rename(fresh, name)
}

type Merge = Extract<PipelineEffect, { kind: 'merge' }>

async function merge(call: Call, effect: Merge, docs: Doc[]): Promise<void> {
  const on = effect.on ?? ['_id']
  checkUnique(call.engine.store.collection(call.db, effect.collection), on)
  for (const doc of docs) {
    const whole = completed(call, doc)
    const filter: Doc = new Map(on.map((field) => [field, new Map([['$eq', keyPart(whole, field)]])]))
    await call.patiently(() => mergeOne(call, effect, whole, filter))
  }
}

function checkUnique(target: Collection | undefined, on: string[]): void {
  const unique = target?.indexes.some(
    ({ unique, covers, fields }) =>
      unique && !covers && fields.length === on.length && fields.every(({ name }) => on.includes(name)),
  )
  if (unique || (on.length === 1 && on[0] === '_id')) return
  throw new MongoError(51183, 'Cannot find index to verify that join fields will be unique')
}

function keyPart(doc: Doc, field: string): Value {
  const value = field
    .split('.')
    .reduce<Value | undefined>((at, name) => (at instanceof Map ? at.get(name) : undefined), doc)
  if (value !== undefined && value !== null && !Array.isArray(value)) return value
  throw new MongoError(51132, "$merge write error: 'on' field cannot be missing, null, undefined or an array")
}

function mergeOne(call: Call, effect: Merge, doc: Doc, filter: Doc): void {
  const collection = collectionToWrite(call, effect.collection)
  const found = find(call, collection, { filter, limit: 1 }).next().value
  if (found) {
    const before = documentOf(found.version)
    const after = merged(call, effect, before, doc)
    if (compareValues(before, after) === 0) return
    checkValid(call, collection, after, before)
    collection.update(found.record, after, undefined)
  } else if (effect.whenNotMatched === 'insert') {
    checkValid(call, collection, doc)
    collection.insert(doc, undefined)
  } else if (effect.whenNotMatched === 'fail') {
    throw new MongoError(
      13113,
      '$merge could not find a matching document in the target collection for at least one document in the source collection',
    )
  }
}

function merged(call: Call, { whenMatched, let: given }: Merge, before: Doc, doc: Doc): Doc {
  if (Array.isArray(whenMatched)) {
    const vars = new Map<string, Value>([...(variablesOf(call) ?? []), ['new', doc]])
    for (const [name, expression] of given ?? []) {
      const value = evaluate(compileExpression(expression, { vars }), doc)
      if (value !== undefined) vars.set(name, value)
    }
    return compileUpdate(whenMatched, { vars })(before).doc
  }
  switch (whenMatched) {
    case 'replace':
      return compileUpdate(doc)(before).doc
    case 'merge':
      return compileUpdate(new Map([['$set', doc]]))(before).doc
    case 'keepExisting':
      return before
    case 'fail':
      throw new MongoError(
        11000,
        '$merge failed: a document with this key is already in the target collection',
      )
  }
}
