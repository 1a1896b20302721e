import type { Document, ObjectId } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { ownMongo } from './server.ts'

interface Thing extends Document {
  _id: number | string | ObjectId
}

const own = ownMongo()
const samples = () => own.db.collection<Thing>('samples')

describe('collections', () => {
  test('are listed, renamed and dropped', async () => {
    await own.db.createCollection('a')
    await own.db.collection<{ _id: number }>('a').insertOne({ _id: 1 })
    await own.db.createCollection('b')
    await expect(own.db.renameCollection('a', 'b')).rejects.toMatchObject({ code: 48 })
    await own.db.renameCollection('a', 'b', { dropTarget: true })
    expect((await own.db.listCollections().toArray()).map(({ name }) => name)).toEqual(['b'])
    expect(await own.db.collection('b').countDocuments()).toBe(1)
    expect(await own.db.dropCollection('b')).toBe(true)
    expect((await own.client.db().admin().listDatabases()).databases).toEqual([])
  })

  test.each([{ viewOn: 'a', pipeline: [] }, { timeseries: { timeField: 't' } }])(
    'of kinds that this server does not have are refused: %o',
    async (options) => {
      await expect(own.db.createCollection('odd', options)).rejects.toMatchObject({
        codeName: 'NotImplemented',
      })
    },
  )

  test('may compare strings by a collation of their own', async () => {
    const names = await own.db.createCollection<{ _id: string }>('names', {
      collation: { locale: 'en', strength: 2 },
    })
    await names.insertOne({ _id: 'Ada' })
    expect(await names.findOne({ _id: 'ADA' })).toEqual({ _id: 'Ada' })
    await expect(names.insertOne({ _id: 'ada' })).rejects.toMatchObject({ code: 11000 })
  })

  test('keep their data when the server starts again', async () => {
    await samples().createIndex({ n: 1 }, { unique: true })
    await samples().insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ])
    await samples().deleteOne({ _id: 2 })
    await own.restart()
    expect(await samples().find().toArray()).toEqual([{ _id: 1, n: 1 }])
    await expect(samples().insertOne({ _id: 3, n: 1 })).rejects.toMatchObject({ code: 11000 })
  })
})

test.each<Document>([
  { find: 'samples', filter: { $text: { $search: 'a' } } },
  ...['$redact', '$densify', '$fill', '$geoNear', '$search'].map((stage) => ({
    ...{ aggregate: 'samples', pipeline: [{ [stage]: {} }], cursor: {} },
  })),
  { aggregate: 'samples', pipeline: [{ $project: { a: { $function: {} } } }], cursor: {} },
  { mapReduce: 'samples', map: 'f', reduce: 'f', out: 'sums' },
  { create: 'odd', clusteredIndex: { key: { _id: 1 }, unique: true } },
])('what a real MongoDB has and this one has not is refused by name: %j', async (command) => {
  await expect(own.db.command(command)).rejects.toMatchObject({ code: 238, codeName: 'NotImplemented' })
})

test('what nobody knows is refused with MongoDB’s own codes', async () => {
  await expect(own.db.command({ wobble: 1 })).rejects.toMatchObject({ code: 59, codeName: 'CommandNotFound' })
  await expect(own.db.command({ find: 'samples', wobble: 1 })).rejects.toMatchObject({ code: 40415 })
})

test('what is wrong is refused even where there is nothing to find', async () => {
  const nowhere = own.db.collection('nowhere')
  await expect(nowhere.find({ $wobble: 1 }).toArray()).rejects.toMatchObject({ code: 2 })
  await expect(nowhere.find().sort({ a: 1 }).project({ a: 1, b: 0 }).toArray()).rejects.toMatchObject({
    code: 31254,
  })
  await expect(nowhere.updateOne({}, { $wobble: { a: 1 } })).rejects.toMatchObject({ code: 9 })
  await expect(nowhere.deleteMany({ a: { $wobble: 1 } })).rejects.toMatchObject({ code: 2 })
  await expect(nowhere.countDocuments({ a: { $wobble: 1 } })).rejects.toMatchObject({ code: 2 })
  await expect(nowhere.distinct('a', { $wobble: 1 })).rejects.toMatchObject({ code: 2 })
  await expect(own.db.command({ find: 'nowhere', sort: { a: 5 } })).rejects.toMatchObject({ code: 15975 })
  await expect(own.db.command({ explain: { find: 'nowhere', filtr: {} } })).rejects.toMatchObject({
    code: 40415,
  })
  expect(await own.db.listCollections().toArray()).toEqual([])
})
