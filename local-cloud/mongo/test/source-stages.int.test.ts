import type { Document } from 'mongodb'
import { beforeEach, describe, expect, test } from 'vitest'
import { ownMongo } from './server.ts'

const own = ownMongo()

beforeEach(async () => {
  await own.db.collection('samples').insertMany([{ n: 1 }, { n: 2 }])
})

const onDatabase = (...pipeline: Document[]) => own.db.aggregate(pipeline).toArray()
const onCollection = (...pipeline: Document[]) => own.db.collection('samples').aggregate(pipeline).toArray()

describe('a pipeline without a collection', () => {
  test.each<[Document[], number]>([
    [[], 73],
    [[{ $match: {} }], 73],
    [[{ $collStats: { count: {} } }], 73],
    [[{ $documents: 1 }], 5858203],
    [[{ $documents: [1] }], 40228],
    [[{ $documents: [{}] }, { $documents: [{}] }], 40602],
    [[{ $listLocalSessions: { user: 1 } }], 40415],
    [[{ $currentOp: {} }], 238],
  ])('%j is refused with %i', async (pipeline, code) => {
    await expect(onDatabase(...pipeline)).rejects.toMatchObject({ code })
  })

  test('may begin with documents given in it', async () => {
    expect(
      await onDatabase({ $documents: [{ a: { $add: [1, 2] } }, { a: 1 }] }, { $sort: { a: 1 } }),
    ).toEqual([{ a: 1 }, { a: 3 }])
  })

  test('may begin with the sessions there are', async () => {
    await own.client.withSession(async (session) => {
      const found = await own.client
        .db('admin')
        .aggregate([{ $listLocalSessions: {} }], { session })
        .toArray()
      const kept = found.find(({ _id }) => _id.id.toString('hex') === session.id!.id.toString('hex'))
      expect(kept).toMatchObject({ lastUse: expect.any(Date) })
      expect(kept!._id.uid.toString('hex')).toMatch(/^e3b0c442/)
    })
  })
})

describe('the statistics of a collection', () => {
  test('count its documents, and say what stores them', async () => {
    const [counted] = await onCollection({ $collStats: { count: {} } }, { $project: { count: 1, ns: 1 } })
    expect(counted).toEqual({ ns: 'test.samples', count: 2 })
    const [all] = await onCollection({ $collStats: { storageStats: {} } })
    expect(all).toMatchObject({ storageStats: { count: 2, nindexes: 1 }, host: expect.any(String) })
    const [scaled] = await onCollection({ $collStats: { storageStats: { scale: 10 } } })
    const { size } = all!.storageStats
    expect(scaled!.storageStats).toMatchObject({ size: Math.floor(size / 10), scaleFactor: 10 })
    expect(await own.db.command({ dbStats: 1, scale: 10 })).toMatchObject({ dataSize: size / 10 })
  })

  test.each<[Document[], number]>([
    [[{ $collStats: 1 }], 5447000],
    [[{ $collStats: { latencyStats: {} } }], 238],
    [[{ $match: {} }, { $collStats: { count: {} } }], 40602],
    [[{ $documents: [] }], 73],
    [[{ $listLocalSessions: {} }], 73],
  ])('%j is refused with %i', async (pipeline, code) => {
    await expect(onCollection(...pipeline)).rejects.toMatchObject({ code })
  })

  test('are refused where there is none to count', async () => {
    const missing = own.db.collection('missing').aggregate([{ $collStats: { count: {} } }])
    await expect(missing.toArray()).rejects.toMatchObject({ code: 26 })
  })
})
