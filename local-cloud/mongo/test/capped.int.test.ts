import type { Document } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { ownMongo } from './server.ts'

const own = ownMongo()
const log = () => own.db.collection<Document>('log')

const capped = (max: number, size = 100_000) => own.db.createCollection('log', { capped: true, size, max })
const add = (...numbers: number[]) => log().insertMany(numbers.map((n) => ({ n })))
const held = async () => (await log().find().toArray()).map(({ n }) => n)

describe('making a collection', () => {
  test.each<[Document, number]>([
    [{ capped: true }, 72],
    [{ size: 100 }, 72],
    [{ capped: true, size: 0 }, 51024],
  ])('%o is refused with %i', async (options, code) => {
    await expect(own.db.createCollection('log', options)).rejects.toMatchObject({ code })
  })

  test('that is there already is well when it is the same, and only outside transactions', async () => {
    await capped(3)
    await capped(3)
    await expect(own.db.createCollection('log')).rejects.toMatchObject({
      code: 48,
      message: expect.stringContaining('already exists, but with different options: { '),
    })
    const again = own.client.withSession((session) =>
      session.withTransaction(() =>
        own.db.createCollection('log', { capped: true, size: 100_000, max: 3, session }),
      ),
    )
    await expect(again).rejects.toMatchObject({ code: 48 })
  })
})

describe('a capped collection', () => {
  test('refuses what is larger than itself, and writes in transactions', async () => {
    await capped(3, 50)
    await expect(log().insertOne({ text: 'x'.repeat(50) })).rejects.toMatchObject({ code: 2 })
    await add(1)
    for (const write of ['insertOne', 'deleteOne'] as const) {
      const inside = own.client.withSession((session) =>
        session.withTransaction<unknown>(() => log()[write]({ n: 1 }, { session })),
      )
      await expect(inside).rejects.toMatchObject({ code: 263 })
    }
    await expect(
      own.db
        .collection('b')
        .aggregate([{ $out: 'log' }])
        .toArray(),
    ).rejects.toMatchObject({ code: 17152 })
  })

  test('says that it is one', async () => {
    await capped(3)
    expect(await log().isCapped()).toBe(true)
    expect(await log().options()).toEqual({ capped: true, size: 100_000, max: 3 })
    expect(await own.db.command({ collStats: 'log' })).toMatchObject({
      capped: true,
      max: 3,
      maxSize: 100_000,
    })
  })

  test('keeps the newest documents by number and by bytes, also after changes and a restart', async () => {
    await capped(3)
    await add(1, 2, 3, 4)
    expect(await held()).toEqual([2, 3, 4])
    await log().deleteOne({ n: 3 })
    await add(5)
    expect(await held()).toEqual([2, 4, 5])
    await own.restart()
    await add(6)
    expect(await held()).toEqual([4, 5, 6])
    await log().drop()
    await capped(100, 600)
    await log().insertMany([{ n: 1 }, { n: 2, text: 'x'.repeat(250) }, { n: 3, text: 'x'.repeat(250) }])
    expect(await held()).toEqual([2, 3])
    await log().updateOne({ n: 2 }, { $unset: { text: 1 } })
    await add(4, 5)
    expect(await held()).toEqual([2, 3, 4, 5])
  })
})

describe('a tailable cursor', () => {
  const follow = (filter: Document = {}) =>
    log().find(filter, { tailable: true, awaitData: true, maxAwaitTimeMS: 5_000 })

  test('is for capped collections, in their own order', async () => {
    await add(1)
    await expect(follow().next()).rejects.toMatchObject({ code: 2 })
    await log().drop()
    await capped(3)
    await add(1)
    await expect(
      log()
        .find({}, { tailable: true, sort: { n: 1 } })
        .next(),
    ).rejects.toMatchObject({ code: 2 })
    await expect(own.db.command({ find: 'log', awaitData: true })).rejects.toMatchObject({ code: 9 })
    const plain = await own.db.command({ find: 'log', tailable: true })
    const getMore = { getMore: plain.cursor.id, collection: 'log', maxTimeMS: 5 }
    await expect(own.db.command(getMore)).rejects.toMatchObject({ code: 2 })
  })

  test('ends at once where there is nothing yet', async () => {
    await capped(3)
    expect(await follow().toArray()).toEqual([])
  })

  test('is told at once of what comes, and passes over what it does not ask for', async () => {
    await capped(10)
    await add(1, 2)
    const cursor = follow({ n: { $ne: 3 } }).project({ _id: 0 })
    expect([await cursor.next(), await cursor.next()]).toEqual([{ n: 1 }, { n: 2 }])
    const next = cursor.next()
    await add(3, 4)
    expect(await next).toEqual({ n: 4 })
    await cursor.close()
  })

  test('waits no longer than it was asked to, and without awaitData not at all', async () => {
    await capped(10)
    await add(1)
    for (const awaitData of [true, false]) {
      const { cursor } = await own.db.command({ find: 'log', tailable: true, awaitData })
      const wait = awaitData ? { maxTimeMS: 20 } : {}
      const more = await own.db.command({ getMore: cursor.id, collection: 'log', ...wait })
      expect(more.cursor).toMatchObject({ id: cursor.id, nextBatch: [] })
    }
  })

  test.each<[string, () => Promise<unknown>, number]>([
    ['its place is overwritten', () => add(4, 5, 6, 7), 136],
    ['its collection is dropped', () => log().drop(), 175],
  ])('ends when %s', async (_, happens, code) => {
    await capped(3)
    await add(1)
    const cursor = follow()
    await cursor.next()
    await happens()
    await expect(cursor.next()).rejects.toMatchObject({ code })
  })
})
