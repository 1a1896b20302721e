import {
  Binary,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MongoBulkWriteError,
  ObjectId,
} from 'mongodb'
import { beforeEach, describe, expect, test } from 'vitest'
import { failure, ownMongo } from './server.ts'

interface Thing extends Document {
  _id: number | string | ObjectId
}

const own = ownMongo()
const samples = () => own.db.collection<Thing>('samples')

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
    await samples().insertOne(doc)
    const raw = await samples().findOne({ _id: doc._id }, { promoteValues: false, raw: false })
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
    await own.db.command({ insert: 'samples', documents: [{ a: 1, _id: 5 }, { a: 2 }] })
    const [first, second] = await samples().find().toArray()
    expect(Object.keys(first!)).toEqual(['_id', 'a'])
    expect(second!._id).toBeInstanceOf(ObjectId)
  })

  test.each([[[1]], [/x/], [{ $a: 1 }]])('refuses %o as an _id', async (_id) => {
    const codes = [53, 52]
    expect(codes).toContain((await failure(samples().insertOne({ _id: _id as never }))).code)
  })

  test('an array of many values can be pushed, and told apart', async () => {
    const many = Array.from({ length: 200_000 }, (_, n) => n)
    const lists = own.db.collection<{ list: number[] }>('samples')
    await lists.updateOne({}, { $push: { list: { $each: many } } }, { upsert: true })
    expect(await lists.distinct('list')).toHaveLength(many.length)
  })

  test('refuses a document of more than 16 MB', async () => {
    const big = { text: 'x'.repeat(15 * 1024 * 1024) }
    await samples().insertOne({ _id: 1, ...big })
    const doubled = samples().updateOne({ _id: 1 }, { $set: { more: 'y'.repeat(2 * 1024 * 1024) } })
    await expect(doubled).rejects.toMatchObject({ code: 10334 })
    const text = { $concat: ['$text', '$text'] }
    const aggregated = samples().aggregate([{ $set: { text } }])
    await expect(aggregated.toArray()).rejects.toMatchObject({ code: 10334 })
    const projected = samples().find({}, { projection: { text } })
    await expect(projected.toArray()).rejects.toMatchObject({ code: 10334 })
    await samples().insertOne({ _id: 2, text: 'y'.repeat(15 * 1024 * 1024) })
    await expect(samples().distinct('text')).rejects.toMatchObject({ code: 17217 })
  })
})

describe('bulk writes', () => {
  beforeEach(async () => {
    await samples().insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ])
  })

  test('in order stop at the first failure', async () => {
    const error = (await samples()
      .bulkWrite([
        { insertOne: { document: { _id: 3 } } },
        { insertOne: { document: { _id: 1 } } },
        { insertOne: { document: { _id: 4 } } },
      ])
      .catch((reason) => reason)) as MongoBulkWriteError
    expect(error).toBeInstanceOf(MongoBulkWriteError)
    expect(error.result.insertedCount).toBe(1)
    expect(await samples().distinct('_id')).toEqual([1, 2, 3])
  })

  test('out of order go on after a failure', async () => {
    const error = await samples()
      .insertMany([{ _id: 1 }, { _id: 5 }, { _id: 2 }, { _id: 6 }], { ordered: false })
      .catch((reason) => reason)
    expect(error.writeErrors.map(({ index }: { index: number }) => index)).toEqual([0, 2])
    expect(await samples().distinct('_id')).toEqual([1, 2, 5, 6])
  })

  test('may mix kinds and upsert', async () => {
    const result = await samples().bulkWrite([
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
    expect(await samples().find().toArray()).toEqual([
      { _id: 1, n: 2, seen: true },
      { _id: 9, n: 9 },
    ])
  })

  test('may go to several collections in one command', async () => {
    const result = await own.client.bulkWrite(
      [
        { namespace: 'test.samples', name: 'updateOne', filter: { n: 1 }, update: { $set: { n: 7 } } },
        { namespace: 'test.others', name: 'insertOne', document: { n: 1 } },
        {
          namespace: 'test.others',
          name: 'updateOne',
          filter: { n: 2 },
          update: { $set: { n: 1 } },
          upsert: true,
        },
        { namespace: 'test.samples', name: 'deleteMany', filter: {} },
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
    expect(await own.db.collection('others').countDocuments()).toBe(2)
  })
})

describe('find and modify', () => {
  beforeEach(async () => {
    await samples().insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ])
  })

  test('answers with the document before or after', async () => {
    expect(await samples().findOneAndUpdate({ n: 1 }, { $inc: { n: 1 } })).toEqual({ _id: 1, n: 1 })
    const options = { returnDocument: 'after', sort: { _id: -1 }, projection: { _id: 0 } } as const
    expect(await samples().findOneAndUpdate({ n: 2 }, { $inc: { n: 1 } }, options)).toEqual({ n: 3 })
    expect(await samples().findOneAndDelete({ _id: 1 })).toEqual({ _id: 1, n: 2 })
    expect(await samples().findOneAndDelete({ _id: 1 })).toBeNull()
  })

  test('upserts, and says so', async () => {
    const options = { upsert: true, returnDocument: 'after', includeResultMetadata: true } as const
    const result = await samples().findOneAndUpdate(
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
    const run = (rest: Document) => failure(own.db.command({ findAndModify: 'samples', query: {}, ...rest }))
    expect((await run({})).code).toBe(9)
    expect((await run({ remove: true, update: { $set: { a: 1 } } })).code).toBe(9)
    expect((await run({ remove: true, new: true })).code).toBe(9)
  })
})

test('a write concern that cannot be met is done and then complained about', async () => {
  const reply = await own.db
    .command({ insert: 'samples', documents: [{ _id: 1 }], writeConcern: { w: 3 } })
    .catch((error) => error)
  expect(reply.code ?? reply.writeConcernError?.code).toBe(100)
  expect(await samples().countDocuments()).toBe(1)
})
