import { describe, expect, test } from 'vitest'
import { ownMongo } from './mongo-server.ts'

const own = ownMongo()

describe('a cursor', () => {
  test('is no other session’s, and no transaction’s but its own', async () => {
    const { client, db } = own
    await db.collection('things').insertMany([{}, {}, {}])
    const [one, other] = [client.startSession(), client.startSession()]
    const open = async (options: object) => {
      const { cursor } = await db.command({ find: 'things', batchSize: 1 }, options)
      return { getMore: cursor.id, collection: 'things' }
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
    const things = own.db.collection('things')
    await things.insertMany(docs)
    expect(await things.distinct(key)).toEqual(values)
  })
})
