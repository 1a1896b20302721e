import { type Call, type Command, truthy } from '../command.ts'
import { MongoError } from '../language/error.ts'
import { compileFilter } from '../language/match.ts'
import { compileUpdate, isReplacement, type Update, upsertDocument } from '../language/update.ts'
import { type Doc, int, toDouble, type Value } from '../language/value.ts'
import { collationOf, find, type Query, stillMatches, variablesOf } from '../read.ts'
import type { Collection } from '../storage/collection.ts'
import { documentOf, type Record, visible } from '../storage/record.ts'
import { checkValid } from '../validation.ts'
import { collectionToWrite, statementsOf, writeAll } from '../write.ts'
import { checkId } from './insert.ts'

export const updateFields = {
  q: 'object!',
  u: 'pipelineOrObject!',
  c: 'object',
  upsert: 'bool',
  multi: 'bool',
  sort: 'object',
  collation: 'object',
  arrayFilters: 'objects',
  hint: 'hint',
} as const

/** What to change, and how to find it. */
export interface Change {
  query: Query
  update: Doc | Value[]
  arrayFilters: Doc[] | undefined
  upsert: boolean
  collation: Value | undefined
}

export const update: Command = {
  fields: { updates: 'array!', ordered: 'bool', let: 'object', bypassDocumentValidation: 'bool' },
  transactional: true,
  retryable: true,
  async run(call) {
    let [n, modified] = [0, 0]
    const upserted: Doc[] = []
    const reply = await writeAll(
      call,
      statementsOf(call, 'updates', updateFields),
      (statement) => updateStatement(call, statement),
      (result, index) => {
        n += toDouble(result.get('n') as number)
        modified += toDouble(result.get('nModified') as number)
        if (result.has('upserted'))
          upserted.push(
            new Map([
              ['index', int(index)],
              ['_id', result.get('upserted')!],
            ]),
          )
      },
    )
    const totals: Doc = new Map<string, Value>([['n', int(n)]])
    if (upserted.length > 0) totals.set('upserted', upserted)
    totals.set('nModified', int(modified))
    return new Map([...totals, ...reply])
  },
}

/** One statement of an update, whose fields are known to be right. */
export async function updateStatement(call: Call, statement: Doc): Promise<Doc> {
  if (statement.has('c') && !Array.isArray(statement.get('u')))
    throw new MongoError(51198, 'Constant values may only be specified for pipeline updates')
  const multi = truthy(statement.get('multi'))
  const change: Change = {
    query: {
      filter: statement.get('q') as Doc,
      sort: (statement.get('sort') ?? undefined) as Doc | undefined,
      hint: statement.get('hint'),
      vars: variablesOf(call, statement.get('c') as Doc | undefined),
    },
    update: statement.get('u') as Doc | Value[],
    arrayFilters: (statement.get('arrayFilters') ?? undefined) as Doc[] | undefined,
    upsert: truthy(statement.get('upsert')),
    collation: statement.get('collation'),
  }
  if (!multi) {
    const { matched, modified, upserted } = await call.patiently(() => updateOne(call, change))
    return outcome(matched, modified ? 1 : 0, upserted)
  }
  if (change.query.sort) throw new MongoError(9, 'Cannot specify sort with multi=true')
  if (call.retryNumber !== undefined) {
    throw new MongoError(72, 'Cannot use (or request) retryable writes with multi=true')
  }
  if (isReplacement(change.update)) {
    throw new MongoError(9, 'multi update is not supported for replacement-style update')
  }
  return updateMany(call, change)
}

function outcome(matched: number, modified: number, upserted: Value | undefined): Doc {
  const result: Doc = new Map([
    ['n', int(matched)],
    ['nModified', int(modified)],
  ])
  if (upserted !== undefined) result.set('upserted', upserted)
  return result
}

interface OneUpdate {
  matched: number
  modified: boolean
  upserted: Value | undefined
  before: Doc | undefined
  after: Doc | undefined
}

/** Updates the first match or, asked to, inserts; in one turn, so that nothing comes between. Throws Blocked. */
export function updateOne(call: Call, change: Change, name = call.collectionName): OneUpdate {
  const existing = call.engine.store.collection(call.db, name, call.transaction)
  change.query.collation = collationOf(existing, change.collation)
  const apply = compiled(change)
  const found = find(call, existing, { ...change.query, limit: 1 }).next().value
  if (existing && found) {
    const before = documentOf(found.version)
    const { doc, modified } = changeRecord(call, existing, change, apply, found.record, before)
    return { matched: 1, modified, upserted: undefined, before, after: doc }
  }
  if (!change.upsert) {
    return { matched: 0, modified: false, upserted: undefined, before: undefined, after: undefined }
  }
  const doc = upsert(call, change, name)
  return { matched: 1, modified: false, upserted: doc.get('_id')!, before: undefined, after: doc }
}

/** Brings one document up to date, if the update changes it at all. */
function changeRecord(
  call: Call,
  collection: Collection,
  { update }: Change,
  apply: Update,
  record: Record,
  before: Doc,
): { doc: Doc; modified: boolean } {
  const updated = apply(before)
  if (updated.modified) {
    checkValid(call, collection, updated.doc, before)
    collection.update(record, updated.doc, call.transaction, isReplacement(update) ? undefined : update)
  }
  return updated
}

/** Compiled whether anything matches or not: a wrong update is refused in any case. */
function compiled({ query, arrayFilters, update }: Change): Update {
  const { filter, vars, collation } = query
  const matches = compileFilter(filter, { collation, vars })
  return compileUpdate(update, { arrayFilters, filter: matches, vars, collation })
}

function upsert(call: Call, change: Change, name: string): Doc {
  const { filter, vars, collation } = change.query
  const { arrayFilters, update } = change
  const doc = upsertDocument(filter, update, { arrayFilters, vars, collation })
  checkId(doc.get('_id')!)
  const collection = collectionToWrite(call, name)
  checkValid(call, collection, doc)
  collection.insert(doc, call.transaction)
  return doc
}

async function updateMany(call: Call, change: Change): Promise<Doc> {
  const collection = call.engine.store.collection(call.db, call.collectionName, call.transaction)
  change.query.collation = collationOf(collection, change.collation)
  const apply = compiled(change)
  const found = [...find(call, collection, change.query)]
  if (found.length === 0 && change.upsert) {
    const { upserted } = await call.patiently(() => updateOne(call, change))
    return outcome(1, 0, upserted)
  }
  let [matched, changed] = [0, 0]
  for (const { record, version } of found) {
    await call.patiently(() => {
      const now = visible(record, call.transaction)
      if (!now || collection!.dropped || (now !== version && !stillMatches(change.query, now))) return
      const { modified } = changeRecord(call, collection!, change, apply, record, documentOf(now))
      matched++
      if (modified) changed++
    })
  }
  return outcome(matched, changed, undefined)
}
