import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  Binary,
  type Collection,
  type Db,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MongoBulkWriteError,
  MongoClient,
  MongoServerError,
  ObjectId,
} from 'mongodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { MongoControl } from '../src/mongo/control.ts'
import { startMongo } from '../src/mongo/server.ts'
import type { LocalServer } from '../src/server.ts'

interface Thing extends Document {
  _id: number | string | ObjectId
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

beforeEach(() => server.control.reset())

afterAll(async () => {
  await client.close()
  await server.close()
  await rm(dataDir, { recursive: true })
})

async function failure(promise: Promise<unknown>): Promise<MongoServerError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof MongoServerError)) throw new Error(`expected a server's error, got ${error}`)
  return error
}

describe('a round trip', () => {
  test('keeps types and the order of fields', async () => {
    const doc = {
      _id: new ObjectId(),
      z: new Int32(1),
      '2': new Double(1),
      '1': Long.fromString('9007199254740993'),
      at: new Date(1),
      bytes: new Binary(Buffer.from([1, 2, 3])),
      none: null,
      list: [new Int32(1), [true], {}],
      nested: { '10': 'a', '9': 'b' },
      price: Decimal128.fromString('1.10'),
    }
    await things.insertOne(doc)
    const raw = await things.findOne({ _id: doc._id }, { promoteValues: false, raw: false })
    expect(Object.keys(raw!)).toEqual(Object.keys(doc))
    expect(raw).toMatchObject({
      z: new Int32(1),
      '2': new Double(1),
      '1': Long.fromString('9007199254740993'),
    })
    expect(raw!.price.toString()).toBe('1.10')
    expect(raw!.list[0]).toBeInstanceOf(Int32)
  })

  test('puts _id first, and makes one where there is none', async () => {
    await db.command({ insert: 'things', documents: [{ a: 1, _id: 5 }, { a: 2 }] })
    const [first, second] = await things.find().toArray()
    expect(Object.keys(first!)).toEqual(['_id', 'a'])
    expect(second!._id).toBeInstanceOf(ObjectId)
  })

  test.each([[[1]], [/x/], [{ $a: 1 }]])('refuses %o as an _id', async (_id) => {
    const codes = [53, 52]
    expect(codes).toContain((await failure(things.insertOne({ _id: _id as never }))).code)
  })

  test('refuses a document of more than 16 MB', async () => {
    const big = { text: 'x'.repeat(15 * 1024 * 1024) }
    await things.insertOne({ _id: 1, ...big })
    const doubled = things.updateOne({ _id: 1 }, { $set: { more: 'y'.repeat(2 * 1024 * 1024) } })
    expect((await failure(doubled)).code).toBe(10334)
  })
})

describe('cursors', () => {
  beforeEach(async () => {
    await things.insertMany(Array.from({ length: 250 }, (_, _id) => ({ _id })))
  })

  test('give 101 documents first, then batches as asked, and end', async () => {
    const first = await db.command({ find: 'things' })
    expect(first.cursor.firstBatch).toHaveLength(101)
    const { id } = first.cursor
    const more = await db.command({
      getMore: Long.fromBigInt(BigInt(id.toString())),
      collection: 'things',
      batchSize: 100,
    })
    expect(more.cursor.nextBatch.map(({ _id }: Document) => _id)).toEqual(
      Array.from({ length: 100 }, (_, n) => n + 101),
    )
    const last = await db.command({ getMore: Long.fromBigInt(BigInt(id.toString())), collection: 'things' })
    expect(last.cursor.nextBatch).toHaveLength(49)
    expect(last.cursor.id.toString()).toBe('0')
    expect((await failure(db.command({ getMore: Long.fromNumber(1), collection: 'things' }))).code).toBe(43)
  })

  test('keep showing the moment when they were opened', async () => {
    const cursor = things.find().batchSize(10)
    await cursor.next()
    await things.deleteMany({})
    expect(await cursor.toArray()).toHaveLength(249)
  })

  test('are closed when asked', async () => {
    const cursor = things.find().batchSize(10)
    await cursor.next()
    expect((await server.control.stats()).openCursors).toBe(1)
    await cursor.close()
    expect((await server.control.stats()).openCursors).toBe(0)
  })

  test('skip, limit, sort and single batches', async () => {
    const found = await things.find().sort({ _id: -1 }).skip(5).limit(3).toArray()
    expect(found.map(({ _id }) => _id)).toEqual([244, 243, 242])
    expect(await things.countDocuments({}, { skip: 240 })).toBe(10)
    expect(await things.countDocuments({ _id: { $gte: 100 } }, { limit: 7 })).toBe(7)
    expect(await things.estimatedDocumentCount()).toBe(250)
    const large = await things.find().batchSize(0).toArray()
    expect(large).toHaveLength(250)
  })
})

describe('bulk writes', () => {
  beforeEach(async () => {
    await things.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ])
  })

  test('in order stop at the first failure', async () => {
    const error = (await things
      .bulkWrite([
        { insertOne: { document: { _id: 3 } } },
        { insertOne: { document: { _id: 1 } } },
        { insertOne: { document: { _id: 4 } } },
      ])
      .catch((reason) => reason)) as MongoBulkWriteError
    expect(error).toBeInstanceOf(MongoBulkWriteError)
    expect(error.result.insertedCount).toBe(1)
    expect(await things.distinct('_id')).toEqual([1, 2, 3])
  })

  test('out of order go on after a failure', async () => {
    const error = await things
      .insertMany([{ _id: 1 }, { _id: 5 }, { _id: 2 }, { _id: 6 }], { ordered: false })
      .catch((reason) => reason)
    expect(error.writeErrors.map(({ index }: { index: number }) => index)).toEqual([0, 2])
    expect(await things.distinct('_id')).toEqual([1, 2, 5, 6])
  })

  test('may mix kinds and upsert', async () => {
    const result = await things.bulkWrite([
      { updateOne: { filter: { _id: 1 }, update: { $inc: { n: 1 } } } },
      { updateMany: { filter: {}, update: { $set: { seen: true } } } },
      { replaceOne: { filter: { _id: 9 }, replacement: { n: 9 }, upsert: true } },
      { deleteOne: { filter: { _id: 2 } } },
    ])
    expect(result).toMatchObject({
      matchedCount: 3,
      modifiedCount: 3,
      upsertedCount: 1,
      deletedCount: 1,
      upsertedIds: { 2: 9 },
    })
    expect(await things.find().toArray()).toEqual([
      { _id: 1, n: 2, seen: true },
      { _id: 9, n: 9 },
    ])
  })

  test('may go to several collections in one command', async () => {
    const result = await client.bulkWrite(
      [
        { namespace: 'test.things', name: 'updateOne', filter: { n: 1 }, update: { $set: { n: 7 } } },
        { namespace: 'test.others', name: 'insertOne', document: { n: 1 } },
        {
          namespace: 'test.others',
          name: 'updateOne',
          filter: { n: 2 },
          update: { $set: { n: 1 } },
          upsert: true,
        },
        { namespace: 'test.things', name: 'deleteMany', filter: {} },
      ],
      { verboseResults: true },
    )
    expect(result).toMatchObject({
      insertedCount: 1,
      matchedCount: 1,
      modifiedCount: 1,
      upsertedCount: 1,
      deletedCount: 2,
    })
    expect(result.updateResults?.get(2)?.upsertedId).toBeInstanceOf(ObjectId)
    expect(await db.collection('others').countDocuments()).toBe(2)
  })
})

describe('find and modify', () => {
  beforeEach(async () => {
    await things.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ])
  })

  test('answers with the document before or after', async () => {
    expect(await things.findOneAndUpdate({ n: 1 }, { $inc: { n: 1 } })).toEqual({ _id: 1, n: 1 })
    const options = { returnDocument: 'after', sort: { _id: -1 }, projection: { _id: 0 } } as const
    expect(await things.findOneAndUpdate({ n: 2 }, { $inc: { n: 1 } }, options)).toEqual({ n: 3 })
    expect(await things.findOneAndDelete({ _id: 1 })).toEqual({ _id: 1, n: 2 })
    expect(await things.findOneAndDelete({ _id: 1 })).toBeNull()
  })

  test('upserts, and says so', async () => {
    const options = { upsert: true, returnDocument: 'after', includeResultMetadata: true } as const
    const result = await things.findOneAndUpdate(
      { _id: 3 },
      { $setOnInsert: { made: true }, $set: { n: 3 } },
      options,
    )
    expect(result).toMatchObject({
      value: { _id: 3, made: true, n: 3 },
      lastErrorObject: { n: 1, updatedExisting: false, upserted: 3 },
    })
  })

  test('refuses contradictions', async () => {
    const run = (rest: Document) => failure(db.command({ findAndModify: 'things', query: {}, ...rest }))
    expect((await run({})).code).toBe(9)
    expect((await run({ remove: true, update: { $set: { a: 1 } } })).code).toBe(9)
    expect((await run({ remove: true, new: true })).code).toBe(9)
  })
})

describe('collections', () => {
  test('are listed, renamed and dropped', async () => {
    await db.createCollection('a')
    await db.collection<{ _id: number }>('a').insertOne({ _id: 1 })
    await db.createCollection('b')
    expect((await failure(db.renameCollection('a', 'b'))).code).toBe(48)
    await db.renameCollection('a', 'b', { dropTarget: true })
    expect((await db.listCollections().toArray()).map(({ name }) => name)).toEqual(['b'])
    expect(await db.collection('b').countDocuments()).toBe(1)
    expect(await db.dropCollection('b')).toBe(true)
    expect((await client.db().admin().listDatabases()).databases).toEqual([])
  })

  test.each([{ viewOn: 'a', pipeline: [] }, { timeseries: { timeField: 't' } }])(
    'of kinds that this server does not have are refused: %o',
    async (options) => {
      expect((await failure(db.createCollection('odd', options))).codeName).toBe('NotImplemented')
    },
  )

  test('may compare strings by a collation of their own', async () => {
    const names = await db.createCollection<{ _id: string }>('names', {
      collation: { locale: 'en', strength: 2 },
    })
    await names.insertOne({ _id: 'Ada' })
    expect(await names.findOne({ _id: 'ADA' })).toEqual({ _id: 'Ada' })
    expect((await failure(names.insertOne({ _id: 'ada' }))).code).toBe(11000)
  })

  test('keep their data when the server starts again', async () => {
    await things.createIndex({ n: 1 }, { unique: true })
    await things.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ])
    await things.deleteOne({ _id: 2 })
    const folder = await mkdtemp(join(tmpdir(), 'insula-mongo-'))
    const first = await startMongo({ port: 0, dataDir: folder })
    const one = new MongoClient(first.url)
    await one.db('x').collection('c').createIndex({ n: 1 }, { unique: true })
    await one
      .db('x')
      .collection<{ _id: number; n: number }>('c')
      .insertMany([
        { _id: 1, n: 1 },
        { _id: 2, n: 2 },
      ])
    await one.db('x').collection<{ _id: number }>('c').deleteOne({ _id: 2 })
    await one.close()
    await first.close()
    const second = await startMongo({ port: 0, dataDir: folder })
    const two = new MongoClient(second.url)
    const again = two.db('x').collection<{ _id: number; n: number }>('c')
    expect(await again.find().toArray()).toEqual([{ _id: 1, n: 1 }])
    expect((await failure(again.insertOne({ _id: 3, n: 1 }))).code).toBe(11000)
    await two.close()
    await second.close()
    await rm(folder, { recursive: true })
  })
})

describe('aggregations', () => {
  beforeEach(async () => {
    await things.insertMany([
      { _id: 1, kind: 'a', n: 1 },
      { _id: 2, kind: 'b', n: 2 },
      { _id: 3, kind: 'a', n: 3 },
    ])
  })

  test('may end in another collection', async () => {
    await db.collection('sums').createIndex({ total: 1 })
    await things.aggregate([{ $group: { _id: '$kind', total: { $sum: '$n' } } }, { $out: 'sums' }]).toArray()
    expect(await db.collection('sums').find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'a', total: 4 },
      { _id: 'b', total: 2 },
    ])
    expect((await db.collection('sums').indexes()).map(({ name }) => name)).toEqual(['_id_', 'total_1'])
    await things
      .aggregate([
        { $match: { kind: 'b' } },
        { $project: { _id: '$kind', seen: { $literal: true } } },
        { $merge: { into: 'sums', whenMatched: 'merge', whenNotMatched: 'fail' } },
      ])
      .toArray()
    expect(await db.collection<{ _id: string }>('sums').findOne({ _id: 'b' })).toEqual({
      _id: 'b',
      total: 2,
      seen: true,
    })
    const merge = things.aggregate([{ $merge: { into: 'sums', on: 'total' } }]).toArray()
    expect((await failure(merge)).code).toBe(51183)
  })

  test('merge what they can before they tell what they could not', async () => {
    const sums = db.collection<{ _id: number; n?: number; old?: boolean }>('sums')
    const merge = (stage: Document) => things.aggregate([{ $merge: { into: 'sums', ...stage } }]).toArray()
    await sums.insertMany([
      { _id: 1, old: true },
      { _id: 3, old: true },
    ])
    const strict = merge({ whenMatched: [{ $set: { n: '$$new.n' } }], whenNotMatched: 'fail' })
    expect((await failure(strict)).code).toBe(13113)
    expect(await sums.find().toArray()).toEqual([
      { _id: 1, old: true, n: 1 },
      { _id: 3, old: true, n: 3 },
    ])
    const fresh = await failure(merge({ whenMatched: 'fail' }))
    expect(fresh).toMatchObject({ code: 11000, keyPattern: { _id: 1 } })
    expect(await sums.findOne({ _id: 2 })).toEqual({ _id: 2, kind: 'b', n: 2 })
    const unnamed = merge({ let: { n: '$n' }, whenMatched: [{ $set: { n: '$$new.n' } }] })
    expect((await failure(unnamed)).code).toBe(17276)
  })

  test('merge by other fields without taking over an _id', async () => {
    const sums = db.collection<{ _id: number | string; kind?: string }>('sums')
    await sums.createIndex({ kind: 1 }, { unique: true })
    await sums.insertOne({ _id: 'old', kind: 'b' })
    const merge = (...before: Document[]) =>
      things
        .aggregate([{ $match: { kind: 'b' } }, ...before, { $merge: { into: 'sums', on: 'kind' } }])
        .toArray()
    expect((await failure(merge())).code).toBe(66)
    expect((await failure(merge({ $unset: 'kind' }))).code).toBe(51132)
    expect((await failure(merge({ $set: { kind: ['b'] } }))).code).toBe(51185)
    await merge({ $unset: '_id' })
    expect(await sums.find().toArray()).toEqual([{ _id: 'old', kind: 'b', n: 2 }])
  })

  test('join through an index', async () => {
    await db.collection('owners').insertMany([
      { owns: 1, name: 'x' },
      { owns: 1, name: 'y' },
    ])
    await db.collection('owners').createIndex({ owns: 1 })
    const [joined] = await things
      .aggregate([
        { $match: { _id: 1 } },
        { $lookup: { from: 'owners', localField: '_id', foreignField: 'owns', as: 'owners' } },
      ])
      .toArray()
    expect(joined!.owners.map(({ name }: Document) => name)).toEqual(['x', 'y'])
  })

  test('need a cursor and a known stage', async () => {
    expect((await failure(db.command({ aggregate: 'things', pipeline: [] }))).code).toBe(9)
    expect((await failure(things.aggregate([{ $wobble: {} }]).toArray())).code).toBe(40324)
    expect((await failure(db.aggregate([{ $match: {} }]).toArray())).code).toBe(73)
  })

  test('find their variables in let', async () => {
    const pipeline = [{ $match: { $expr: { $eq: ['$n', '$$wanted'] } } }]
    expect(await things.aggregate(pipeline, { let: { wanted: 2 } }).toArray()).toEqual([
      { _id: 2, kind: 'b', n: 2 },
    ])
    expect(
      await things.find({ $expr: { $gt: ['$n', '$$least'] } }, { let: { least: 2 } }).toArray(),
    ).toHaveLength(1)
  })
})

test('an alternative by two indexes reads neither twice nor all', async () => {
  await things.createIndex({ a: 1 })
  await things.createIndex({ b: 1 })
  await things.insertMany(Array.from({ length: 50 }, (_, n) => ({ _id: n, a: n % 10, b: n % 7 })))
  const either = { $or: [{ a: 3 }, { b: 3 }] }
  const plan = await things.find(either).explain('executionStats')
  expect(plan.queryPlanner.winningPlan).toMatchObject({ inputStage: { stage: 'OR' } })
  const scanned = await things
    .find(either, { hint: { $natural: 1 } })
    .sort({ _id: 1 })
    .toArray()
  expect(await things.find(either).sort({ _id: 1 }).toArray()).toEqual(scanned)
  expect(plan.executionStats).toMatchObject({ nReturned: scanned.length, totalDocsExamined: scanned.length })
})

test('a write concern that cannot be met is done and then complained about', async () => {
  const reply = await db
    .command({ insert: 'things', documents: [{ _id: 1 }], writeConcern: { w: 3 } })
    .catch((error) => error)
  expect(reply.code ?? reply.writeConcernError?.code).toBe(100)
  expect(await things.countDocuments()).toBe(1)
})

test('what is wrong is refused even where there is nothing to find', async () => {
  const nowhere = db.collection('nowhere')
  expect((await failure(nowhere.find({ $wobble: 1 }).toArray())).code).toBe(2)
  expect((await failure(nowhere.find().sort({ a: 1 }).project({ a: 1, b: 0 }).toArray())).code).toBe(31254)
  expect((await failure(nowhere.updateOne({}, { $wobble: { a: 1 } }))).code).toBe(9)
  expect((await failure(nowhere.deleteMany({ a: { $wobble: 1 } }))).code).toBe(2)
  expect((await failure(nowhere.countDocuments({ a: { $wobble: 1 } }))).code).toBe(2)
  expect((await failure(nowhere.distinct('a', { $wobble: 1 }))).code).toBe(2)
  expect((await failure(db.command({ find: 'nowhere', sort: { a: 5 } }))).code).toBe(15975)
  expect((await failure(db.command({ explain: { find: 'nowhere', filtr: {} } }))).code).toBe(40415)
  expect(await db.listCollections().toArray()).toEqual([])
})
