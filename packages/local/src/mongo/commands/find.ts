import { type Call, type Command, type CursorReply, readLevels } from '../command.ts'
import { encode } from '../language/codec.ts'
import { MongoError } from '../language/error.ts'
import { type Doc, Long, long, type Value } from '../language/value.ts'
import { type Found, find, projectionOf, queryOf } from '../read.ts'
import { documentOf, type Stored, stored } from '../storage/record.ts'

/** Options of `find` that this server does not offer, and how it says so when they are asked for. */
const refused: [name: string, code: number, message: string][] = [
  ['tailable', 2, 'error processing query: tailable cursor requested on non capped collection'],
  ['awaitData', 9, 'Cannot set awaitData without tailable'],
  ['returnKey', 238, 'this server does not offer returnKey'],
  ['showRecordId', 238, 'this server does not offer showRecordId'],
]

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
    ...(Object.fromEntries(refused.map(([name]) => [name, 'bool'])) as Record<string, 'bool'>),
  },
  transactional: true,
  reads: readLevels,
  run(call) {
    for (const [name, code, message] of refused) if (call.flag(name)) throw new MongoError(code, message)
    const collection = call.engine.store.collection(call.db, call.collectionName, call.reader)
    const query = queryOf(call, collection)
    const project = projectionOf(query, call.get<Doc>('projection'))
    // Taken in one turn, so that the whole result is of one moment.
    const found = [...find(call, collection, query)]
    const batch = call.engine.cursors.open({
      namespace: `${call.db}.${call.collectionName}`,
      results: results(found, project),
      batchSize: call.get('batchSize') === undefined ? undefined : call.count('batchSize'),
      single: call.flag('singleBatch'),
      session: call.session,
      transaction: call.transaction,
      keptOpen: call.flag('noCursorTimeout'),
    })
    return cursorReply(call, 'firstBatch', batch, call.collectionName)
  },
}

function* results(found: Found[], project: ((doc: Doc) => Doc) | undefined): Generator<Stored> {
  for (const { version } of found)
    yield project ? stored(encode(project(documentOf(version)))) : version.bson!
}

export function cursorReply(
  call: Call,
  batchName: CursorReply['batchName'],
  { documents, cursorId }: { documents: Stored[]; cursorId: bigint },
  collection: string,
): CursorReply {
  const namespace = `${call.db}.${collection}`
  return { batchName, batch: documents, cursorId, namespace, atClusterTime: call.moment?.time }
}

const getMore: Command = {
  fields: { collection: 'string!', batchSize: 'number' },
  subject: 'any',
  transactional: true,
  // Drivers repeat a session's concern here; the result is of the moment of its first batch in any case.
  reads: readLevels,
  run(call) {
    const id = call.get('getMore')
    if (!(id instanceof Long))
      throw new MongoError(14, "BSON field 'getMore.getMore' is the wrong type, expected type 'long'")
    const collection = call.get<string>('collection')!
    const size = call.get('batchSize') === undefined ? undefined : call.count('batchSize')
    const batch = call.engine.cursors.more(id.toBigInt(), `${call.db}.${collection}`, size, call.session)
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
