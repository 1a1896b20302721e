import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Document, MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MongoControl } from '../src/mongo/control.ts'
import { startMongo } from '../src/mongo/server.ts'
import type { LocalServer } from '../src/server.ts'

let dataDir: string
let server: LocalServer<MongoControl>
let client: MongoClient

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'insula-mongo-'))
  server = await startMongo({ port: 0, dataDir })
  client = new MongoClient(server.url)
  await client
    .db('test')
    .collection('things')
    .insertMany([{ n: 1 }, { n: 2 }])
})

afterAll(async () => {
  await client.close()
  await server.close()
  await rm(dataDir, { recursive: true })
})

const onDatabase = (...pipeline: Document[]) => client.db('test').aggregate(pipeline).toArray()
const onCollection = (...pipeline: Document[]) =>
  client.db('test').collection('things').aggregate(pipeline).toArray()

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
    [[{ $changeStream: {} }], 238],
  ])('%j is refused with %i', async (pipeline, code) => {
    await expect(onDatabase(...pipeline)).rejects.toMatchObject({ code })
  })

  test('may begin with documents given in it', async () => {
    expect(
      await onDatabase({ $documents: [{ a: { $add: [1, 2] } }, { a: 1 }] }, { $sort: { a: 1 } }),
    ).toEqual([{ a: 1 }, { a: 3 }])
  })

  test('may begin with the sessions there are', async () => {
    await client.withSession(async (session) => {
      const found = await client
        .db('admin')
        .aggregate([{ $listLocalSessions: {} }], { session })
        .toArray()
      const own = found.find(({ _id }) => _id.id.toString('hex') === session.id!.id.toString('hex'))
      expect(own).toMatchObject({ lastUse: expect.any(Date) })
      expect(own!._id.uid.toString('hex')).toMatch(/^e3b0c442/)
    })
  })
})

describe('the statistics of a collection', () => {
  test('count its documents, and say what stores them', async () => {
    const [counted] = await onCollection({ $collStats: { count: {} } }, { $project: { count: 1, ns: 1 } })
    expect(counted).toEqual({ ns: 'test.things', count: 2 })
    const [all] = await onCollection({ $collStats: { storageStats: {} } })
    expect(all).toMatchObject({ storageStats: { count: 2, nindexes: 1 }, host: expect.any(String) })
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
    const missing = client
      .db('test')
      .collection('missing')
      .aggregate([{ $collStats: { count: {} } }])
    await expect(missing.toArray()).rejects.toMatchObject({ code: 26 })
  })
})
