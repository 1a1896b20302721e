import { type ClientSession, Timestamp } from 'mongodb'
import { beforeEach, expect, test } from 'vitest'
import { ownMongo } from './server.ts'

interface Thing {
  _id: string
  n: number
}

const own = ownMongo()
const samples = () => own.db.collection<Thing>('samples')

beforeEach(async () => {
  await samples().createIndex({ n: 1 })
  await samples().insertMany([
    { _id: 'a', n: 1 },
    { _id: 'b', n: 2 },
  ])
})

const inSnapshot = (work: (session: ClientSession) => Promise<void>) =>
  own.client.withSession({ snapshot: true }, work)

test('every read of a snapshot session is of the moment of its first', async () => {
  await inSnapshot(async (session) => {
    expect(await samples().countDocuments({}, { session })).toBe(2)
    await samples().insertOne({ _id: 'c', n: 3 })
    await samples().updateOne({ _id: 'a' }, { $set: { n: 2 } })
    await samples().deleteOne({ _id: 'b' })
    expect(await samples().find({}, { session, batchSize: 1 }).toArray()).toEqual([
      { _id: 'a', n: 1 },
      { _id: 'b', n: 2 },
    ])
    expect(
      await samples()
        .find({ n: 2 }, { session, hint: { n: 1 } })
        .toArray(),
    ).toEqual([{ _id: 'b', n: 2 }])
    expect(await samples().distinct('n', {}, { session })).toEqual([1, 2])
    const lookup = { from: 'samples', localField: 'n', foreignField: 'n', as: 'same' }
    const joined = await samples()
      .aggregate([{ $lookup: lookup }, { $unwind: '$same' }], { session })
      .toArray()
    expect(joined.map(({ same }) => same._id)).toEqual(['a', 'b'])
  })
  expect(await samples().distinct('n')).toEqual([2, 3])
})

test('what only a snapshot still sees stands in no one’s way', async () => {
  await inSnapshot(async (session) => {
    await samples().findOne({}, { session })
    await samples().updateOne({ _id: 'a' }, { $set: { n: 3 } })
    await samples().updateOne({ _id: 'b' }, { $set: { n: 1 } })
    await samples().dropIndex({ n: 1 } as never)
    await samples().createIndex({ n: 1 }, { unique: true })
    await samples().insertOne({ _id: 'c', n: 2 })
    await expect(samples().insertOne({ _id: 'd', n: 1 })).rejects.toMatchObject({ code: 11000 })
    await samples().drop()
    await expect(samples().findOne({}, { session })).rejects.toMatchObject({ code: 246 })
  })
})

test('of the versions in between, which no one can see, none is kept', async () => {
  const versions = async () => (await own.db.command({ validate: 'samples' })).keysPerIndex.n_1
  await inSnapshot(async (session) => {
    await samples().findOne({}, { session })
    for (let n = 10; n < 30; n++) await samples().updateOne({ _id: 'a' }, { $set: { n } })
    expect(await versions()).toBe(3)
    await own.client.withSession((other) =>
      other.withTransaction(async () => {
        await samples().findOne({}, { session: other })
        for (let n = 30; n < 50; n++) await samples().updateOne({ _id: 'a' }, { $set: { n } })
        expect((await samples().findOne({ _id: 'a' }, { session: other }))?.n).toBe(29)
        expect(await versions()).toBe(4)
      }),
    )
    expect(await versions()).toBe(3)
    expect(await samples().distinct('n', {}, { session })).toEqual([1, 2])
    await samples().deleteOne({ _id: 'b' })
    expect(await samples().distinct('n', {}, { session })).toEqual([1, 2])
    expect(await own.db.command({ validate: 'samples' })).toMatchObject({ valid: true, errors: [] })
  })
})

const level = 'snapshot'
test.each([
  ['only some commands read at a moment', { count: 'samples', readConcern: { level } }, 72],
  ['writes do not', { insert: 'samples', documents: [{}], readConcern: { level } }, 72],
  [
    'nor do writes wait for a majority before they look',
    { delete: 'samples', deletes: [], readConcern: { level: 'majority' } },
    72,
  ],
  [
    'a moment at which nobody read is not kept',
    { find: 'samples', readConcern: { level, atClusterTime: new Timestamp({ t: 1, i: 1 }) } },
    239,
  ],
  [
    'a moment needs the level',
    { find: 'samples', readConcern: { atClusterTime: new Timestamp({ t: 1, i: 1 }) } },
    72,
  ],
  [
    'what a snapshot shows is not written',
    { aggregate: 'samples', pipeline: [{ $out: 'copy' }], cursor: {}, readConcern: { level } },
    238,
  ],
  [
    'nor what a linearizable read shows',
    {
      aggregate: 'samples',
      pipeline: [{ $out: 'copy' }],
      cursor: {},
      readConcern: { level: 'linearizable' },
    },
    72,
  ],
])('%s', async (_, command, code) => {
  await expect(own.db.command(command)).rejects.toMatchObject({ code })
})
