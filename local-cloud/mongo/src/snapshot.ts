import { Call, checkFields } from './command.ts'
import { creationFields, creationOptions } from './commands/create.ts'
import { indexSpec } from './commands/index-spec.ts'
import type { Engine } from './engine.ts'
import { decode } from './language/codec.ts'
import type { Doc } from './language/value.ts'
import { readCollections, type SavedCollection, writeCollections } from './saved.ts'
import type { Collection } from './storage/collection.ts'
import { Index } from './storage/index.ts'

/** Saves every collection as it is at this moment, whatever is written meanwhile. */
export async function saveSnapshot({ store }: Engine, folder: string): Promise<void> {
  const collections = store.collections().map(savedCollection)
  await writeCollections(folder, collections)
}

function savedCollection(collection: Collection): SavedCollection {
  const { db, name } = collection
  const options: Doc = new Map(collection.options)
  options.delete('uuid')
  const indexes = collection.indexes.map(({ spec }) => spec).filter((spec) => spec.get('name') !== '_id_')
  const documents = Array.from(collection.visible(undefined), ({ bson }) => bson!)
  return { db, name, options, indexes, documents: bytesOf(documents) }
}

function* bytesOf(documents: string[]): Generator<Buffer> {
  for (const document of documents) yield Buffer.from(document, 'latin1')
}

/**
 * Puts what was saved in place of everything there is, in one commit: open transactions end, cursors close. Throws
 * before the first change when the state holds what this server does not offer.
 */
export async function restoreSnapshot(engine: Engine, folder: string): Promise<void> {
  const { store, sessions, cursors, faults } = engine
  const saved = (await readCollections(folder)).map((collection) => ({
    ...collection,
    options: ownOptions(engine, collection),
    indexes: collection.indexes.map((spec) => new Index(indexSpec(spec))),
    documents: collection.documents.map(decode),
  }))
  faults.reset()
  cursors.clear()
  sessions.abortAll()
  for (const collection of store.collections()) store.drop(collection)
  for (const { db, name, options, indexes, documents } of saved) {
    const collection = store.create(db, name, options)
    collection.indexes.push(...indexes)
    store.save(collection)
    for (const document of documents) collection.insert(document, undefined)
  }
  await store.disk.synced
}

/** @throws MongoError IDLUnknownField (40415), CommandNotSupported (238) */
function ownOptions(engine: Engine, { db, name, options }: SavedCollection): Doc {
  const body: Doc = new Map([['create', name], ...options])
  checkFields('create', body, { create: 'string', ...creationFields })
  return creationOptions(new Call(engine, 'create', body, db))
}
