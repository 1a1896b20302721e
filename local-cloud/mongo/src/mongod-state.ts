import { type Document, Double, MongoClient } from 'mongodb'
import { decode } from './language/codec.ts'
import type { Doc, Value } from './language/value.ts'
import { readCollections, type SavedCollection, writeCollections } from './saved.ts'

const impatient = { serverSelectionTimeoutMS: 5000, socketTimeoutMS: 60_000 }
const own = new Set(['admin', 'config', 'local'])
const waiting = 'insula.restoring.'
const mostDocuments = 1000
const mostBytes = 8 * 1024 * 1024

/**
 * Saves a MongoDB's collections through its protocol, all as they are at one moment. `database` limits it to one;
 * without it, all but the server's own. Throws when one of them is no ordinary collection.
 */
export async function saveMongo(uri: string, folder: string, database?: string): Promise<void> {
  await withClient(uri, async (client) => {
    const entries: Omit<SavedCollection, 'documents'>[] = []
    for (const db of await databasesOf(client, database)) entries.push(...(await collectionsOf(client, db)))
    await client.withSession((session) =>
      session.withTransaction(
        async () => {
          const collections = entries.map((entry) => ({
            ...entry,
            documents: client
              .db(entry.db)
              .collection(entry.name)
              .find({}, { session, raw: true })
              .map((bson) => bson as unknown as Uint8Array),
          }))
          await writeCollections(folder, collections)
        },
        { readConcern: { level: 'snapshot' } },
      ),
    )
  })
}

/**
 * Puts saved collections in place of those there are. They are loaded under other names first, so that a failure
 * leaves everything as it was; then each takes its place, and what the state does not hold is dropped.
 */
export async function restoreMongo(uri: string, folder: string, database?: string): Promise<void> {
  const saved = await readCollections(folder)
  const elsewhere = saved.find(({ db }) => database !== undefined && db !== database)
  if (elsewhere) {
    throw new Error(
      `The state holds the database "${elsewhere.db}", but the MongoDB at ${new URL(uri).host} is given for "${database}" alone. ` +
        `Put "${elsewhere.db}" into MONGODB_URI, or restore on a MongoDB that the local cloud starts itself.`,
    )
  }
  await withClient(uri, async (client) => {
    const before = await databasesOf(client, database)
    for (const [at, collection] of saved.entries()) await load(client, collection, `${waiting}${at}`)
    for (const [at, { db, name }] of saved.entries()) {
      const from = `${db}.${waiting}${at}`
      await client.db('admin').command({ renameCollection: from, to: `${db}.${name}`, dropTarget: true })
    }
    const kept = new Set(saved.map(({ db, name }) => `${db}.${name}`))
    for (const db of before) {
      for (const { name } of await client.db(db).listCollections({}, { nameOnly: true }).toArray()) {
        if (!kept.has(`${db}.${name}`)) await client.db(db).dropCollection(name)
      }
    }
  })
}

async function withClient(uri: string, work: (client: MongoClient) => Promise<void>): Promise<void> {
  const client = new MongoClient(uri, impatient)
  try {
    await work(client)
  } finally {
    await client.close()
  }
}

async function databasesOf(client: MongoClient, database: string | undefined): Promise<string[]> {
  if (database !== undefined) return [database]
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true })
  return databases.map(({ name }) => name).filter((name) => !own.has(name))
}

async function collectionsOf(client: MongoClient, db: string): Promise<Omit<SavedCollection, 'documents'>[]> {
  const listed = await client.db(db).listCollections({}, { raw: true }).toArray()
  const collections = listed.map((raw) => decode(raw as unknown as Uint8Array))
  const wanted = collections.filter((one) => !String(one.get('name')).startsWith('system.'))
  return await Promise.all(
    wanted.map(async (one) => {
      const name = one.get('name') as string
      if (one.get('type') !== 'collection') {
        const kind = String(one.get('type'))
        throw new Error(
          `${db}.${name} is a ${kind}, and a state holds ordinary collections only. Drop it first.`,
        )
      }
      const indexes = await client.db(db).collection(name).listIndexes({ raw: true }).toArray()
      return { db, name, options: one.get('options') as Doc, indexes: indexes.flatMap(specOf) }
    }),
  )
}

/** An index as `createIndexes` takes it; the one on `_id` comes with its collection. */
function specOf(raw: Document): Doc[] {
  const spec = decode(raw as unknown as Uint8Array)
  spec.delete('ns')
  return spec.get('name') === '_id_' ? [] : [spec]
}

async function load(
  client: MongoClient,
  { db, options, indexes, documents }: Awaited<ReturnType<typeof readCollections>>[number],
  name: string,
): Promise<void> {
  const database = client.db(db)
  await database.dropCollection(name)
  await database.command({ create: name, ...Object.fromEntries(plain(options)) })
  for (const batch of batches(documents)) {
    const decoded = batch.map((document) => plain(decode(document)))
    await database.command({ insert: name, documents: decoded, bypassDocumentValidation: true })
  }
  if (indexes.length > 0) await database.command({ createIndexes: name, indexes: indexes.map(plain) })
}

function* batches(documents: Uint8Array[]): Generator<Uint8Array[]> {
  let batch: Uint8Array[] = []
  let bytes = 0
  for (const document of documents) {
    if (batch.length === mostDocuments || (batch.length > 0 && bytes + document.length > mostBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(document)
    bytes += document.length
  }
  if (batch.length > 0) yield batch
}

/** A document for the driver, which would take a whole double for an int. */
function plain(doc: Doc): Map<string, unknown> {
  return new Map([...doc].map(([name, value]) => [name, exact(value)]))
}

function exact(value: Value): unknown {
  if (typeof value === 'number') return new Double(value)
  if (Array.isArray(value)) return value.map(exact)
  return value instanceof Map ? plain(value) : value
}
