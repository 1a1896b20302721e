import type { Call, Command } from '../command.ts'
import { MongoError } from '../language/error.ts'
import { type Doc, int, type Value } from '../language/value.ts'
import { collationOf, find, projectionOf, type Query, variablesOf } from '../read.ts'
import { documentOf } from '../storage/record.ts'
import { once } from '../write.ts'
import { updateOne } from './update.ts'

export const findAndModify: Command = {
  fields: {
    query: 'object',
    sort: 'object',
    remove: 'bool',
    update: 'pipelineOrObject',
    new: 'bool',
    fields: 'object',
    upsert: 'bool',
    bypassDocumentValidation: 'bool',
    collation: 'object',
    arrayFilters: 'objects',
    hint: 'hint',
    let: 'object',
  },
  transactional: true,
  retryable: true,
  async run(call) {
    const remove = call.flag('remove')
    const update = call.get<Doc | Value[]>('update')
    if (remove && update) throw new MongoError(9, 'Cannot specify both an update and remove=true')
    if (!remove && !update) throw new MongoError(9, 'Either an update or remove=true must be specified')
    if (remove && call.flag('upsert'))
      throw new MongoError(9, 'Cannot specify both upsert=true and remove=true')
    if (remove && call.flag('new')) {
      throw new MongoError(
        9,
        "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
      )
    }
    if (remove && call.get('arrayFilters'))
      throw new MongoError(9, 'Cannot specify arrayFilters and remove=true')
    if (call.flag('new') && [...(call.get<Doc>('fields')?.keys() ?? [])].some((name) => name.endsWith('.$')))
      throw new MongoError(2, 'cannot use a positional projection and return the new document')
    const query: Query = {
      filter: call.get<Doc>('query') ?? new Map(),
      sort: call.get<Doc>('sort'),
      hint: call.get('hint'),
      vars: variablesOf(call),
    }
    // Refuses a wrong projection before anything is changed.
    projectionOf(query, call.get<Doc>('fields'))
    const result = await once(call, 0, () =>
      call.patiently(() => (remove ? take(call, query) : change(call, query, update!))),
    )
    const reply = new Map(result)
    if (call.retried.length > 0) reply.set('retriedStmtId', int(0))
    return reply
  },
}

function take(call: Call, query: Query): Doc {
  const collection = call.engine.store.collection(call.db, call.collectionName, call.transaction)
  query.collation = collationOf(collection, call.get('collation'))
  const found = find(call, collection, { ...query, limit: 1 }).next().value
  if (!collection || !found) return answer(call, query, 0, undefined)
  const doc = documentOf(found.version)
  collection.delete(found.record, call.transaction)
  return answer(call, query, 1, doc)
}

function change(call: Call, query: Query, update: Doc | Value[]): Doc {
  const { matched, upserted, before, after } = updateOne(call, {
    query,
    update,
    arrayFilters: call.get<Doc[]>('arrayFilters'),
    upsert: call.flag('upsert'),
    collation: call.get('collation'),
  })
  const reply = answer(call, query, matched, call.flag('new') ? after : before)
  const last = reply.get('lastErrorObject') as Doc
  last.set('updatedExisting', matched === 1 && upserted === undefined)
  if (upserted !== undefined) last.set('upserted', upserted)
  return reply
}

function answer(call: Call, query: Query, n: number, doc: Doc | undefined): Doc {
  const fields = call.get<Doc>('fields')
  const project = projectionOf(query, fields)
  const shown = doc && project ? project(doc) : doc
  return new Map<string, Value>([
    ['lastErrorObject', new Map([['n', int(n)]])],
    ['value', shown ?? null],
  ])
}
