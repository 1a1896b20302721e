import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import {
  Binary,
  type ClientSession,
  type Collection,
  type Db,
  Long,
  MongoClient,
  MongoServerError,
} from 'mongodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { MongoControl } from '../src/mongo/control.ts'
import { startMongo } from '../src/mongo/server.ts'
import type { LocalServer } from '../src/server.ts'
import { RawMongo } from './mongo-raw.ts'

interface Thing {
  _id: string | number
  n?: number
  key?: string
}

let dataDir: string
let server: LocalServer<MongoControl>
let client: MongoClient
let db: Db
let things: Collection<Thing>

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'insula-mongo-'))
  server = await startMongo({ port: 0, dataDir })
  client = new MongoClient(server.url)
  db = client.db('test')
  things = db.collection('things')
})

beforeEach(async () => {
  await server.control.reset()
  await things.insertMany([
    { _id: 'a', n: 1 },
    { _id: 'b', n: 1 },
  ])
})

afterAll(async () => {
  await client.close()
  await server.close()
  await rm(dataDir, { recursive: true })
})

async function inTransaction(work: (session: ClientSession) => Promise<void>): Promise<void> {
  const session = client.startSession()
  session.startTransaction()
  try {
    await work(session)
  } finally {
    if (session.inTransaction()) await session.abortTransaction()
    await session.endSession()
  }
}

/** Starts a command and waits until the server has received it. */
async function received<T>(command: string, start: () => Promise<T>): Promise<{ result: Promise<T> }> {
  const times = async () => (await server.control.stats()).commands[command] ?? 0
  const before = await times()
  const result = start()
  while ((await times()) === before) await turn()
  return { result }
}

async function failure(promise: Promise<unknown>): Promise<MongoServerError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof MongoServerError)) throw new Error(`expected a server's error, got ${error}`)
  return error
}

describe('a snapshot', () => {
  test('does not see what others commit after the first operation', async () => {
    await inTransaction(async (session) => {
      expect(await things.countDocuments({}, { session })).toBe(2)
      await things.insertOne({ _id: 'c' })
      await things.updateOne({ _id: 'a' }, { $set: { n: 5 } })
      await things.deleteOne({ _id: 'b' })
      expect(await things.find({}, { session }).sort({ _id: 1 }).toArray()).toEqual([
        { _id: 'a', n: 1 },
        { _id: 'b', n: 1 },
      ])
    })
    expect(await things.find().sort({ _id: 1 }).toArray()).toEqual([{ _id: 'a', n: 5 }, { _id: 'c' }])
  })

  test('is found through an index by the values it saw', async () => {
    await things.createIndex({ n: 1 })
    await inTransaction(async (session) => {
      await things.findOne({}, { session })
      await things.updateOne({ _id: 'a' }, { $set: { n: 9 } })
      expect(await things.countDocuments({ n: 1 }, { session })).toBe(2)
      expect(await things.countDocuments({ n: 9 }, { session })).toBe(0)
      const order = await things.find({}, { session, hint: { n: 1 } }).toArray()
      expect(order.map(({ _id }) => _id)).toEqual(['a', 'b'])
    })
    expect(await db.command({ validate: 'things' })).toMatchObject({ valid: true, errors: [] })
  })

  test('sees its own writes, deletions too', async () => {
    await inTransaction(async (session) => {
      await things.deleteOne({ _id: 'a' }, { session })
      await things.insertOne({ _id: 'c', n: 3 }, { session })
      await things.updateOne({ _id: 'c' }, { $inc: { n: 1 } }, { session })
      expect(await things.find({}, { session }).toArray()).toEqual([
        { _id: 'b', n: 1 },
        { _id: 'c', n: 4 },
      ])
    })
    expect(await things.countDocuments()).toBe(2)
    expect(await db.command({ validate: 'things' })).toMatchObject({ valid: true, errors: [] })
  })
})

test('a collection that was dropped and made anew cannot be read as of before', async () => {
  await inTransaction(async (session) => {
    await db.collection('others').findOne({}, { session })
    await things.drop()
    await things.insertOne({ _id: 'new' })
    const error = await failure(things.find({}, { session }).toArray())
    expect(error.codeName).toBe('SnapshotUnavailable')
    expect(error.hasErrorLabel('TransientTransactionError')).toBe(true)
  })
})

describe('conflicts', () => {
  test('the second transaction to change a document fails at once and may try again', async () => {
    await inTransaction(async (first) => {
      await things.updateOne({ _id: 'a' }, { $set: { n: 2 } }, { session: first })
      await inTransaction(async (second) => {
        const error = await failure(things.updateOne({ _id: 'a' }, { $set: { n: 3 } }, { session: second }))
        expect(error.code).toBe(112)
        expect(error.codeName).toBe('WriteConflict')
        expect(error.hasErrorLabel('TransientTransactionError')).toBe(true)
        const after = await failure(things.findOne({}, { session: second }))
        expect(after.code).toBe(251)
        expect(after.hasErrorLabel('TransientTransactionError')).toBe(true)
      })
    })
  })

  test('a change committed after the snapshot is a conflict', async () => {
    await inTransaction(async (session) => {
      await things.findOne({ _id: 'a' }, { session })
      await things.updateOne({ _id: 'a' }, { $set: { n: 2 } })
      expect((await failure(things.deleteOne({ _id: 'a' }, { session }))).code).toBe(112)
    })
  })

  test('a plain write waits for the transaction that holds its document', async () => {
    const session = client.startSession()
    session.startTransaction()
    await things.updateOne({ _id: 'a' }, { $inc: { n: 10 } }, { session })
    const plain = await received('findAndModify', () =>
      things.findOneAndUpdate({ _id: 'a' }, { $inc: { n: 100 } }, { returnDocument: 'after' }),
    )
    await session.commitTransaction()
    expect(await plain.result).toEqual({ _id: 'a', n: 111 })
    await session.endSession()
  })

  test('a plain write that may not wait so long gives up', async () => {
    await inTransaction(async (session) => {
      await things.updateOne({ _id: 'a' }, { $inc: { n: 10 } }, { session })
      const error = await failure(things.updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { maxTimeMS: 30 }))
      expect(error.code).toBe(50)
    })
    expect(await things.findOne({ _id: 'a' })).toEqual({ _id: 'a', n: 1 })
  })

  test('two open transactions cannot take the same unique key', async () => {
    await things.createIndex(
      { key: 1 },
      { unique: true, partialFilterExpression: { key: { $exists: true } } },
    )
    await inTransaction(async (first) => {
      await things.insertOne({ _id: 1, key: 'x' }, { session: first })
      await inTransaction(async (second) => {
        const error = await failure(things.insertOne({ _id: 2, key: 'x' }, { session: second }))
        expect(error.code).toBe(112)
        expect(error.hasErrorLabel('TransientTransactionError')).toBe(true)
      })
    })
  })

  test('a plain insert waits to learn whether a unique key is free', async () => {
    await things.createIndex({ key: 1 }, { unique: true, sparse: true })
    const session = client.startSession()
    session.startTransaction()
    await things.insertOne({ _id: 1, key: 'x' }, { session })
    await things.insertOne({ _id: 2, key: 'y' }, { session })
    const [taken, free] = [
      failure(things.insertOne({ _id: 3, key: 'x' })),
      things.insertOne({ _id: 4, key: 'z' }),
    ]
    await free
    await session.commitTransaction()
    expect((await taken).code).toBe(11000)
    session.startTransaction()
    await things.insertOne({ _id: 5, key: 'w' }, { session })
    const freed = await received('insert', () => things.insertOne({ _id: 6, key: 'w' }))
    await session.abortTransaction()
    expect((await freed.result).insertedId).toBe(6)
    await session.endSession()
  })

  test('a key that another transaction is about to free is not free yet', async () => {
    await things.createIndex({ key: 1 }, { unique: true, sparse: true })
    await things.insertOne({ _id: 1, key: 'x' })
    await inTransaction(async (session) => {
      await things.deleteOne({ _id: 1 }, { session })
      await things.insertOne({ _id: 2, key: 'x' }, { session })
      expect((await failure(things.insertOne({ _id: 3, key: 'x' }, { maxTimeMS: 30 }))).code).toBe(50)
    })
    expect((await failure(things.insertOne({ _id: 3, key: 'x' }))).code).toBe(11000)
    expect(await db.command({ validate: 'things' })).toMatchObject({ valid: true, errors: [] })
  })
})

describe('the end of a transaction', () => {
  let raw: RawMongo
  const lsid = () => ({
    id: new Binary(Buffer.from(randomUUID().replaceAll('-', ''), 'hex'), Binary.SUBTYPE_UUID),
  })

  beforeEach(async () => {
    raw = await RawMongo.dial(server.port)
    return () => raw.close()
  })

  /** One session's statements, as they are or in a transaction. */
  function sessionOf() {
    const id = lsid()
    const own = (number: number) => ({ lsid: id, txnNumber: Long.fromNumber(number) })
    return {
      start: (number: number, command: object) =>
        raw.run({ ...command, $db: 'test', ...own(number), autocommit: false, startTransaction: true }),
      go: (number: number, command: object) =>
        raw.run({ ...command, $db: 'test', ...own(number), autocommit: false }),
      end: (number: number, command: object) =>
        raw.run({ ...command, $db: 'admin', ...own(number), autocommit: false }),
      plain: (number: number, command: object) => raw.run({ ...command, $db: 'test', ...own(number) }),
    }
  }
  const insert = (_id: number) => ({ insert: 'things', documents: [{ _id }] })

  test('committing twice is one commit, and nothing else may follow', async () => {
    const session = sessionOf()
    expect(await session.start(1, insert(1))).toMatchObject({ ok: 1, n: 1 })
    expect(await session.end(1, { commitTransaction: 1 })).toMatchObject({ ok: 1 })
    expect(await session.end(1, { commitTransaction: 1 })).toMatchObject({ ok: 1 })
    expect(await session.go(1, { find: 'things' })).toMatchObject({
      ok: 0,
      code: 256,
      codeName: 'TransactionCommitted',
    })
    expect(await session.end(1, { abortTransaction: 1 })).toMatchObject({ ok: 0, code: 256 })
    expect(await things.countDocuments()).toBe(3)
  })

  test('what was aborted is gone, and cannot be committed', async () => {
    const session = sessionOf()
    await session.start(1, insert(1))
    expect(await session.end(1, { abortTransaction: 1 })).toMatchObject({ ok: 1 })
    expect(await session.end(1, { commitTransaction: 1 })).toMatchObject({
      ok: 0,
      code: 251,
      errorLabels: ['TransientTransactionError'],
    })
    expect(await session.end(1, { abortTransaction: 1 })).toMatchObject({ ok: 0, code: 251 })
    expect(await things.countDocuments()).toBe(2)
  })

  test('a failed statement ends its transaction', async () => {
    const session = sessionOf()
    await session.start(1, insert(1))
    expect(await session.go(1, insert(1))).toMatchObject({ writeErrors: [{ code: 11000 }] })
    expect(await session.end(1, { commitTransaction: 1 })).toMatchObject({ ok: 0, code: 251 })
    expect(await things.countDocuments()).toBe(2)
  })

  test('a newer transaction ends the one before it, and an older number is refused', async () => {
    const session = sessionOf()
    await session.start(1, insert(1))
    expect(await session.start(2, insert(2))).toMatchObject({ ok: 1 })
    expect(await session.go(1, insert(3))).toMatchObject({ ok: 0, code: 225, codeName: 'TransactionTooOld' })
    expect(await session.end(2, { commitTransaction: 1 })).toMatchObject({ ok: 1 })
    expect(await things.distinct('_id')).toEqual(['a', 'b', 2])
  })

  test('a statement of a transaction that never began is refused', async () => {
    expect(await sessionOf().go(1, { find: 'things' })).toMatchObject({
      ok: 0,
      code: 251,
      errorLabels: ['TransientTransactionError'],
    })
  })

  test.each([{ count: 'things' }, { drop: 'things' }, { listCollections: 1 }])(
    '%o may not run inside',
    async (command) => {
      expect(await sessionOf().start(1, command)).toMatchObject({
        ok: 0,
        code: 263,
        codeName: 'OperationNotSupportedInTransaction',
      })
    },
  )

  test('only the first statement may choose a read concern, and none a write concern', async () => {
    const session = sessionOf()
    await session.start(1, { find: 'things', readConcern: { level: 'snapshot' } })
    expect(await session.go(1, { find: 'things', readConcern: { level: 'snapshot' } })).toMatchObject({
      code: 72,
    })
    expect(await sessionOf().start(1, { ...insert(9), writeConcern: { w: 1 } })).toMatchObject({ code: 72 })
  })

  test('a collection made inside appears with the commit and vanishes with an abort', async () => {
    for (const end of ['abortTransaction', 'commitTransaction']) {
      const session = sessionOf()
      await session.start(1, { create: 'fresh' })
      await session.go(1, { createIndexes: 'fresh', indexes: [{ key: { k: 1 }, name: 'k_1', unique: true }] })
      await session.go(1, { insert: 'fresh', documents: [{ k: 1 }] })
      expect(await db.listCollections({ name: 'fresh' }).toArray()).toEqual([])
      expect(await session.end(1, { [end]: 1 })).toMatchObject({ ok: 1 })
    }
    expect(await db.collection('fresh').countDocuments()).toBe(1)
    expect((await db.collection('fresh').indexes()).map(({ name }) => name)).toEqual(['_id_', 'k_1'])
  })

  test('a repeated retryable write is answered again and done once', async () => {
    const session = sessionOf()
    const increment = { update: 'things', updates: [{ q: { _id: 'a' }, u: { $inc: { n: 1 } } }] }
    expect(await session.plain(1, increment)).toMatchObject({ n: 1, nModified: 1 })
    expect(await session.plain(1, increment)).toMatchObject({ n: 1, nModified: 1, retriedStmtIds: [0] })
    const modify = { findAndModify: 'things', query: { _id: 'a' }, update: { $inc: { n: 1 } }, new: true }
    expect(await session.plain(2, modify)).toMatchObject({ value: { n: 3 } })
    expect(await session.plain(2, modify)).toMatchObject({ value: { n: 3 } })
    expect(await session.plain(1, increment)).toMatchObject({ ok: 0, code: 225 })
    expect(await things.findOne({ _id: 'a' })).toEqual({ _id: 'a', n: 3 })
  })

  test('a write to many documents cannot be retryable', async () => {
    const many = { update: 'things', updates: [{ q: {}, u: { $inc: { n: 1 } }, multi: true }] }
    expect(await sessionOf().plain(1, many)).toMatchObject({ ok: 0, code: 72 })
  })
})
