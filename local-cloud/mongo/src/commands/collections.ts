import type { Call, Command } from '../command.ts'
import { MongoError } from '../language/error.ts'
import { compileFilter } from '../language/match.ts'
import { type Doc, int, long, toDouble, type Value } from '../language/value.ts'
import type { Collection } from '../storage/collection.ts'
import { storedDocument } from '../storage/record.ts'
import { writeConflict } from '../storage/writer.ts'
import { cursorReply } from './find.ts'

export const collectionOrNothing = (call: Call): Collection | undefined =>
  call.engine.store.collection(call.db, call.collectionName, call.transaction)

/** Waits until no other open transaction uses the collection as it is. */
export async function settled(call: Call, collection: Collection | undefined): Promise<void> {
  if (!collection) return
  for (;;) {
    const other = call.engine.store.usersOf(collection).find((user) => user !== call.transaction)
    if (!other) return
    if (call.transaction) throw writeConflict()
    await call.outwait(other)
  }
}

const drop: Command = {
  fields: {},
  async run(call) {
    const collection = collectionOrNothing(call)
    if (!collection) return new Map()
    await settled(call, collection)
    if (!collection.dropped) call.engine.store.drop(collection)
    return new Map<string, Value>([
      ['nIndexesWas', int(collection.indexes.length)],
      ['ns', collection.namespace],
    ])
  },
}

const dropDatabase: Command = {
  fields: {},
  subject: 'any',
  async run(call) {
    const collections = call.engine.store.collections(call.db)
    for (const collection of collections) {
      await settled(call, collection)
      if (!collection.dropped) call.engine.store.drop(collection)
    }
    if (collections.length > 0) call.engine.store.dropped(call.db)
    return collections.length > 0 ? new Map([['dropped', call.db]]) : new Map()
  },
}

const renameCollection: Command = {
  fields: { to: 'string!', dropTarget: 'bool' },
  subject: 'any',
  adminOnly: true,
  async run(call) {
    const { store } = call.engine
    const [fromDb, fromName] = split(call.get('renameCollection'))
    const [toDb, toName] = split(call.get('to'))
    if (fromDb !== toDb) throw new MongoError(238, 'this server does not move collections between databases')
    const source = store.collection(fromDb, fromName)
    if (!source) throw new MongoError(26, `Source collection ${fromDb}.${fromName} does not exist`)
    if (fromName === toName) throw new MongoError(20, "Can't rename a collection to itself")
    await settled(call, source)
    const target = store.collection(toDb, toName)
    if (target && !call.flag('dropTarget')) throw new MongoError(48, 'target namespace exists')
    await settled(call, target)
    store.rename(source, toName)
    return new Map()
  },
}

function split(namespace: Value | undefined): [string, string] {
  const dot = typeof namespace === 'string' ? namespace.indexOf('.') : -1
  if (typeof namespace !== 'string' || dot < 1 || dot === namespace.length - 1) {
    throw new MongoError(73, `Invalid namespace specified: ${String(namespace)}`)
  }
  return [namespace.slice(0, dot), namespace.slice(dot + 1)]
}

const listCollections: Command = {
  fields: { filter: 'object', nameOnly: 'bool', cursor: 'object', authorizedCollections: 'bool' },
  subject: 'any',
  run(call) {
    const matches = compileFilter(call.get<Doc>('filter') ?? new Map())
    const entries = call.engine.store
      .collections(call.db)
      .map(described)
      .filter((entry) => matches(entry))
    const shown = call.flag('nameOnly')
      ? entries.map((entry) => new Map([...entry].filter(([field]) => field === 'name' || field === 'type')))
      : entries
    const batch = call.engine.cursors.open({
      namespace: `${call.db}.$cmd.listCollections`,
      results: shown.map((entry) => storedDocument(entry)).values(),
      batchSize: call.cursorBatchSize,
      session: call.session,
      transaction: undefined,
    })
    return cursorReply(call, 'firstBatch', batch, '$cmd.listCollections')
  },
}

function described(collection: Collection): Doc {
  const options = new Map(collection.options)
  options.delete('uuid')
  return new Map<string, Value>([
    ['name', collection.name],
    ['type', 'collection'],
    ['options', options],
    [
      'info',
      new Map<string, Value>([
        ['readOnly', false],
        ['uuid', collection.options.get('uuid')!],
      ]),
    ],
    ['idIndex', collection.indexes[0]!.spec],
  ])
}

const listDatabases: Command = {
  fields: { filter: 'object', nameOnly: 'bool', authorizedDatabases: 'bool' },
  subject: 'any',
  adminOnly: true,
  run(call) {
    const { store } = call.engine
    const matches = compileFilter(call.get<Doc>('filter') ?? new Map())
    const entries = store.databases().map((name): Doc => {
      const size = store.collections(name).reduce((sum, { bytes }) => sum + bytes, 0)
      return new Map<string, Value>([
        ['name', name],
        ['sizeOnDisk', long(BigInt(size))],
        ['empty', false],
      ])
    })
    const found = entries.filter((entry) => matches(entry))
    if (call.flag('nameOnly')) {
      return new Map([['databases', found.map((entry): Doc => new Map([['name', entry.get('name')!]]))]])
    }
    const total = found.reduce((sum, entry) => sum + toDouble(entry.get('sizeOnDisk') as number), 0)
    return new Map<string, Value>([
      ['databases', found],
      ['totalSize', long(BigInt(total))],
      ['totalSizeMb', long(BigInt(Math.floor(total / 2 ** 20)))],
    ])
  },
}

export const collectionCommands: Record<string, Command> = {
  drop,
  dropDatabase,
  renameCollection,
  listCollections,
  listDatabases,
}
