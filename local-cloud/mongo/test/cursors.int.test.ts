import { type Document, Long } from 'mongodb'
import { beforeEach, describe, expect, test } from 'vitest'
import { ownMongo } from './server.ts'

const own = ownMongo()
const samples = () => own.db.collection<{ _id: number }>('samples')

describe('cursors', () => {
  beforeEach(async () => {
    await samples().insertMany(Array.from({ length: 250 }, (_, _id) => ({ _id })))
  })

  test('give 101 documents first, then batches as asked, and end', async () => {
    const first = await own.db.command({ find: 'samples' })
    expect(first.cursor.firstBatch).toHaveLength(101)
    const { id } = first.cursor
    const more = await own.db.command({
      getMore: Long.fromBigInt(BigInt(id.toString())),
      collection: 'samples',
      batchSize: 100,
    })
    expect(more.cursor.nextBatch.map(({ _id }: Document) => _id)).toEqual(
      Array.from({ length: 100 }, (_, n) => n + 101),
    )
    const last = await own.db.command({
      getMore: Long.fromBigInt(BigInt(id.toString())),
      collection: 'samples',
    })
    expect(last.cursor.nextBatch).toHaveLength(49)
    expect(last.cursor.id.toString()).toBe('0')
    await expect(
      own.db.command({ getMore: Long.fromNumber(1), collection: 'samples' }),
    ).rejects.toMatchObject({ code: 43 })
  })

  test('keep showing the moment when they were opened', async () => {
    const cursor = samples().find().batchSize(10)
    await cursor.next()
    await samples().deleteMany({})
    expect(await cursor.toArray()).toHaveLength(249)
  })

  test('are closed when asked', async () => {
    const cursor = samples().find().batchSize(10)
    await cursor.next()
    expect((await own.server.control.stats()).openCursors).toBe(1)
    await cursor.close()
    expect((await own.server.control.stats()).openCursors).toBe(0)
  })

  test('are closed when nobody asks for more in ten minutes, but where they may wait for ever', async () => {
    const open = async (options: object) => {
      const { cursor } = await own.db.command({ find: 'samples', ...options })
      return { getMore: cursor.id, collection: 'samples' }
    }
    const [idle, patient] = [await open({}), await open({ noCursorTimeout: true })]
    await own.server.control.expire(Date.now() + 9 * 60_000)
    expect((await own.server.control.stats()).openCursors).toBe(2)
    await own.server.control.expire(Date.now() + 11 * 60_000)
    await expect(own.db.command(idle)).rejects.toMatchObject({ code: 43, codeName: 'CursorNotFound' })
    expect((await own.db.command(patient)).cursor.nextBatch).toHaveLength(149)
  })

  test('skip, limit, sort and single batches', async () => {
    const found = await samples().find().sort({ _id: -1 }).skip(5).limit(3).toArray()
    expect(found.map(({ _id }) => _id)).toEqual([244, 243, 242])
    expect(await samples().countDocuments({}, { skip: 240 })).toBe(10)
    expect(await samples().countDocuments({ _id: { $gte: 100 } }, { limit: 7 })).toBe(7)
    expect(await samples().estimatedDocumentCount()).toBe(250)
    const large = await samples().find().batchSize(0).toArray()
    expect(large).toHaveLength(250)
  })
})

describe('a cursor', () => {
  test('is no other session’s, and no transaction’s but its own', async () => {
    const { client, db } = own
    await db.collection('samples').insertMany([{}, {}, {}])
    const [one, other] = [client.startSession(), client.startSession()]
    const open = async (options: object) => {
      const { cursor } = await db.command({ find: 'samples', batchSize: 1 }, options)
      return { getMore: cursor.id, collection: 'samples' }
    }
    const loose = await open({ session: one })
    await expect(db.command(loose, { session: other })).rejects.toMatchObject({ code: 50738 })
    one.startTransaction()
    const bound = await open({ session: one })
    await expect(db.command(bound, { session: other })).rejects.toMatchObject({ code: 50738 })
    await expect(db.command(loose, { session: one })).rejects.toMatchObject({ code: 50739 })
    await one.abortTransaction()
    await expect(db.command(bound, { session: one })).rejects.toMatchObject({ code: 43 })
    expect((await db.command(loose, { session: one })).cursor.nextBatch).toHaveLength(2)
    await Promise.all([one.endSession(), other.endSession()])
  })
})

describe('distinct values', () => {
  test.each<[string, object[], unknown[]]>([
    ['a', [{ a: [3, 1] }, { a: 2 }, { a: 3 }], [1, 3, 2]],
    ['a', [{ a: [[1, 2], 3] }], [3, [1, 2]]],
    ['a.b', [{ a: [{ b: [1, 2] }, { b: 3 }] }], [1, 2, 3]],
    ['a.0', [{ a: [[5, 6], 2] }, { a: [{ 0: 'x' }] }], [5, 6, { 0: 'x' }]],
    ['a.1.b', [{ a: [{ b: 1 }, { b: 2 }] }], [2]],
    ['a', [{ a: null }, {}, { a: [] }], [null]],
  ])('of %s in %j are %j', async (key, docs, values) => {
    const samples = own.db.collection('samples')
    await samples.insertMany(docs)
    expect(await samples.distinct(key)).toEqual(values)
  })
})
