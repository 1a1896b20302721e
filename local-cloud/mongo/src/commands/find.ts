import { ChangeStream } from '../change-stream.ts'
import { type Call, type Command, type CursorReply, readLevels } from '../command.ts'
import type { Batch } from '../cursors.ts'
import { Following } from '../following.ts'
import { MongoError, notHere } from '../language/error.ts'
import { compileFilter } from '../language/match.ts'
import { type Doc, isNumeric, Long, long, toDouble, type Value } from '../language/value.ts'
import { type Found, find, projectionOf, type Query, queryOf } from '../read.ts'
import type { Collection } from '../storage/collection.ts'
import { documentOf, type Stored, storedDocument } from '../storage/record.ts'
import { Tail } from '../tail.ts'

export const findCommand: Command = {
  fields: {
    filter: 'object',
    sort: 'object',
    projection: 'object',
    hint: 'hint',
    min: 'object',
    max: 'object',
    skip: 'number',
    limit: 'number',
    batchSize: 'number',
    singleBatch: 'bool',
    collation: 'object',
    let: 'object',
    allowDiskUse: 'bool',
    noCursorTimeout: 'bool',
    allowPartialResults: 'bool',
    oplogReplay: 'bool',
    tailable: 'bool',
    awaitData: 'bool',
    returnKey: 'absent',
    showRecordId: 'absent',
  },
  transactional: true,
  reads: readLevels,
  run(call) {
    const collection = call.engine.store.collection(call.db, call.collectionName, call.reader)
    const query = queryOf(call, collection)
    const project = projectionOf(query, call.get<Doc>('projection'))
    if (!call.flag('tailable') && call.flag('awaitData')) {
      throw new MongoError(9, "Cannot set 'awaitData' without also setting 'tailable'")
    }
    const tail = call.flag('tailable') ? tailOf(call, collection, query, project) : undefined
    // Taken in one turn, so that the whole result is of one moment.
    const found = tail ? [] : [...find(call, collection, query)]
    const batch = call.engine.cursors.open({
      namespace: `${call.db}.${call.collectionName}`,
      results: tail ?? results(found, project),
      batchSize: call.get('batchSize') === undefined ? undefined : call.count('batchSize'),
      single: call.flag('singleBatch'),
      session: call.session,
      transaction: call.transaction,
      keptOpen: call.flag('noCursorTimeout'),
    })
    return cursorReply(call, 'firstBatch', batch, call.collectionName)
  },
}

/** Nothing to follow where there is nothing yet, as with MongoDB. */
function tailOf(
  call: Call,
  collection: Collection | undefined,
  query: Query,
  project: ((doc: Doc) => Doc) | undefined,
): Tail | undefined {
  const { filter, sort, skip, limit, collation, vars } = query
  if (call.flag('singleBatch')) {
    throw new MongoError(9, "Cannot use 'tailable' option with the 'singleBatch' option")
  }
  if (sort && sort.size > 0 && !(sort.size === 1 && Number(sort.get('$natural')) === 1)) {
    throw new MongoError(2, 'cannot use tailable option with a sort other than {$natural: 1}')
  }
  if (collection && !collection.cap) {
    throw new MongoError(2, 'error processing query: tailable cursor requested on non capped collection')
  }
  if (skip || limit) throw notHere('a tailable cursor with skip or limit')
  if (!collection || collection.documents === 0) return undefined
  const matches = compileFilter(filter, { collation, vars })
  return new Tail(collection, call.flag('awaitData'), (version) => {
    const doc = documentOf(version)
    if (!matches(doc)) return undefined
    return project ? storedDocument(project(doc)) : version.bson!
  })
}

function* results(found: Found[], project: ((doc: Doc) => Doc) | undefined): Generator<Stored> {
  for (const { version } of found)
    yield project ? storedDocument(project(documentOf(version))) : version.bson!
}

export function cursorReply(
  call: Call,
  batchName: CursorReply['batchName'],
  batch: Batch,
  collection: string,
): CursorReply {
  const namespace = `${call.db}.${collection}`
  return { batchName, batch, namespace, atClusterTime: call.moment?.time }
}

/** How long a cursor waits for more when nobody says. */
const awaitMs = 1000

const getMore: Command = {
  fields: { collection: 'string!', batchSize: 'number' },
  subject: 'any',
  transactional: true,
  // Drivers repeat a session's concern here; the result is of the moment of its first batch in any case.
  reads: readLevels,
  async run(call) {
    const id = call.get('getMore')
    if (!(id instanceof Long))
      throw new MongoError(14, "BSON field 'getMore.getMore' is the wrong type, expected type 'long'")
    const collection = call.get<string>('collection')!
    const size = call.get('batchSize') === undefined ? undefined : call.count('batchSize')
    const { cursors, faults } = call.engine
    const namespace = `${call.db}.${collection}`
    const more = () => cursors.more(id.toBigInt(), namespace, size, call)
    const { rest } = cursors.find(id.toBigInt(), namespace, call)
    call.changeStream = rest instanceof ChangeStream
    try {
      faults.meetGetMore()
    } catch (error) {
      cursors.kill(id.toBigInt(), namespace)
      throw error
    }
    const tail = rest instanceof Following && rest.awaits ? rest : undefined
    const patience = call.get('maxTimeMS')
    if (isNumeric(patience) && toDouble(patience) > 0 && !tail) {
      throw new MongoError(2, 'cannot set maxTimeMS on getMore command for a non-awaitData cursor')
    }
    const until = Date.now() + (isNumeric(patience) ? toDouble(patience) : awaitMs)
    let batch = more()
    while (tail && !tail.over && batch.documents.length === 0 && Date.now() < until) {
      await tail.change(until - Date.now())
      batch = more()
    }
    return cursorReply(call, 'nextBatch', batch, collection)
  },
}

const killCursors: Command = {
  fields: { cursors: 'array!' },
  transactional: true,
  run(call) {
    const [killed, unknown]: [Value[], Value[]] = [[], []]
    for (const id of call.get<Value[]>('cursors')!) {
      if (!(id instanceof Long)) throw new MongoError(14, "BSON field 'killCursors.cursors' holds longs")
      const known = call.engine.cursors.kill(id.toBigInt(), `${call.db}.${call.collectionName}`)
      ;(known ? killed : unknown).push(long(id.toBigInt()))
    }
    return new Map([
      ['cursorsKilled', killed],
      ['cursorsNotFound', unknown],
      ['cursorsAlive', []],
      ['cursorsUnknown', []],
    ])
  },
}

export const cursorCommands: Record<string, Command> = { getMore, killCursors }
