import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClientSession, type Collection, type Db, MongoClient, Timestamp } from 'mongodb'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { MongoControl } from '../src/mongo/control.ts'
import { startMongo } from '../src/mongo/server.ts'
import type { LocalServer } from '../src/server.ts'

interface Thing {
  _id: string
  n: number
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
  await things.createIndex({ n: 1 })
  await things.insertMany([
    { _id: 'a', n: 1 },
    { _id: 'b', n: 2 },
  ])
})

afterAll(async () => {
  await client.close()
  await server.close()
  await rm(dataDir, { recursive: true })
})

const inSnapshot = (work: (session: ClientSession) => Promise<void>) =>
  client.withSession({ snapshot: true }, work)

test('every read of a snapshot session is of the moment of its first', async () => {
  await inSnapshot(async (session) => {
    expect(await things.countDocuments({}, { session })).toBe(2)
    await things.insertOne({ _id: 'c', n: 3 })
    await things.updateOne({ _id: 'a' }, { $set: { n: 2 } })
    await things.deleteOne({ _id: 'b' })
    expect(await things.find({}, { session, batchSize: 1 }).toArray()).toEqual([
      { _id: 'a', n: 1 },
      { _id: 'b', n: 2 },
    ])
    expect(await things.find({ n: 2 }, { session, hint: { n: 1 } }).toArray()).toEqual([{ _id: 'b', n: 2 }])
    expect(await things.distinct('n', {}, { session })).toEqual([1, 2])
    const lookup = { from: 'things', localField: 'n', foreignField: 'n', as: 'same' }
    const joined = await things.aggregate([{ $lookup: lookup }, { $unwind: '$same' }], { session }).toArray()
    expect(joined.map(({ same }) => same._id)).toEqual(['a', 'b'])
  })
  expect(await things.distinct('n')).toEqual([2, 3])
})

test('what only a snapshot still sees stands in no one’s way', async () => {
  await inSnapshot(async (session) => {
    await things.findOne({}, { session })
    await things.updateOne({ _id: 'a' }, { $set: { n: 3 } })
    await things.updateOne({ _id: 'b' }, { $set: { n: 1 } })
    await things.dropIndex({ n: 1 } as never)
    await things.createIndex({ n: 1 }, { unique: true })
    await things.insertOne({ _id: 'c', n: 2 })
    await expect(things.insertOne({ _id: 'd', n: 1 })).rejects.toMatchObject({ code: 11000 })
    await things.drop()
    await expect(things.findOne({}, { session })).rejects.toMatchObject({ code: 246 })
  })
})

test('of the versions in between, which no one can see, none is kept', async () => {
  const versions = async () => (await db.command({ validate: 'things' })).keysPerIndex.n_1
  await inSnapshot(async (session) => {
    await things.findOne({}, { session })
    for (let n = 10; n < 30; n++) await things.updateOne({ _id: 'a' }, { $set: { n } })
    expect(await versions()).toBe(3)
    await client.withSession((other) =>
      other.withTransaction(async () => {
        await things.findOne({}, { session: other })
        for (let n = 30; n < 50; n++) await things.updateOne({ _id: 'a' }, { $set: { n } })
        expect((await things.findOne({ _id: 'a' }, { session: other }))?.n).toBe(29)
        expect(await versions()).toBe(4)
      }),
    )
    expect(await versions()).toBe(3)
    expect(await things.distinct('n', {}, { session })).toEqual([1, 2])
    await things.deleteOne({ _id: 'b' })
    expect(await things.distinct('n', {}, { session })).toEqual([1, 2])
    expect(await db.command({ validate: 'things' })).toMatchObject({ valid: true, errors: [] })
  })
})

const level = 'snapshot'
test.each([
  ['only some commands read at a moment', { count: 'things', readConcern: { level } }, 72],
  ['writes do not', { insert: 'things', documents: [{}], readConcern: { level } }, 72],
  [
    'nor do writes wait for a majority before they look',
    { delete: 'things', deletes: [], readConcern: { level: 'majority' } },
    72,
  ],
  [
    'a moment at which nobody read is not kept',
    { find: 'things', readConcern: { level, atClusterTime: new Timestamp({ t: 1, i: 1 }) } },
    239,
  ],
  [
    'a moment needs the level',
    { find: 'things', readConcern: { atClusterTime: new Timestamp({ t: 1, i: 1 }) } },
    72,
  ],
  [
    'what a snapshot shows is not written',
    { aggregate: 'things', pipeline: [{ $out: 'copy' }], cursor: {}, readConcern: { level } },
    238,
  ],
  [
    'nor what a linearizable read shows',
    { aggregate: 'things', pipeline: [{ $out: 'copy' }], cursor: {}, readConcern: { level: 'linearizable' } },
    72,
  ],
])('%s', async (_, command, code) => {
  await expect(db.command(command)).rejects.toMatchObject({ code })
})
