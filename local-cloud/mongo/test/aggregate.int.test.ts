import type { Document, ObjectId } from 'mongodb'
import { beforeEach, describe, expect, test } from 'vitest'
import { failure, ownMongo } from './server.ts'

interface Thing extends Document {
  _id: number | string | ObjectId
}

const own = ownMongo()
const samples = () => own.db.collection<Thing>('samples')

describe('aggregations', () => {
  beforeEach(async () => {
    await samples().insertMany([
      { _id: 1, kind: 'a', n: 1 },
      { _id: 2, kind: 'b', n: 2 },
      { _id: 3, kind: 'a', n: 3 },
    ])
  })

  test('may end in another collection', async () => {
    await own.db.collection('sums').createIndex({ total: 1 })
    await samples()
      .aggregate([{ $group: { _id: '$kind', total: { $sum: '$n' } } }, { $out: 'sums' }])
      .toArray()
    expect(await own.db.collection('sums').find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'a', total: 4 },
      { _id: 'b', total: 2 },
    ])
    expect((await own.db.collection('sums').indexes()).map(({ name }) => name)).toEqual(['_id_', 'total_1'])
    await samples()
      .aggregate([
        { $match: { kind: 'b' } },
        { $project: { _id: '$kind', seen: { $literal: true } } },
        { $merge: { into: 'sums', whenMatched: 'merge', whenNotMatched: 'fail' } },
      ])
      .toArray()
    expect(await own.db.collection<{ _id: string }>('sums').findOne({ _id: 'b' })).toEqual({
      _id: 'b',
      total: 2,
      seen: true,
    })
    const merge = samples()
      .aggregate([{ $merge: { into: 'sums', on: 'total' } }])
      .toArray()
    await expect(merge).rejects.toMatchObject({ code: 51183 })
  })

  test('merge what they can before they tell what they could not', async () => {
    const sums = own.db.collection<{ _id: number; n?: number; old?: boolean }>('sums')
    const merge = (stage: Document) =>
      samples()
        .aggregate([{ $merge: { into: 'sums', ...stage } }])
        .toArray()
    await sums.insertMany([
      { _id: 1, old: true },
      { _id: 3, old: true },
    ])
    const strict = merge({ whenMatched: [{ $set: { n: '$$new.n' } }], whenNotMatched: 'fail' })
    await expect(strict).rejects.toMatchObject({ code: 13113 })
    expect(await sums.find().toArray()).toEqual([
      { _id: 1, old: true, n: 1 },
      { _id: 3, old: true, n: 3 },
    ])
    const fresh = await failure(merge({ whenMatched: 'fail' }))
    expect(fresh).toMatchObject({ code: 11000, keyPattern: { _id: 1 } })
    expect(await sums.findOne({ _id: 2 })).toEqual({ _id: 2, kind: 'b', n: 2 })
    const unnamed = merge({ let: { n: '$n' }, whenMatched: [{ $set: { n: '$$new.n' } }] })
    await expect(unnamed).rejects.toMatchObject({ code: 17276 })
  })

  test('merge by other fields without taking over an _id', async () => {
    const sums = own.db.collection<{ _id: number | string; kind?: string }>('sums')
    await sums.createIndex({ kind: 1 }, { unique: true })
    await sums.insertOne({ _id: 'old', kind: 'b' })
    const merge = (...before: Document[]) =>
      samples()
        .aggregate([{ $match: { kind: 'b' } }, ...before, { $merge: { into: 'sums', on: 'kind' } }])
        .toArray()
    await expect(merge()).rejects.toMatchObject({ code: 66 })
    await expect(merge({ $unset: 'kind' })).rejects.toMatchObject({ code: 51132 })
    await expect(merge({ $set: { kind: ['b'] } })).rejects.toMatchObject({ code: 51185 })
    await merge({ $unset: '_id' })
    expect(await sums.find().toArray()).toEqual([{ _id: 'old', kind: 'b', n: 2 }])
  })

  test('join through an index', async () => {
    await own.db.collection('owners').insertMany([
      { owns: 1, name: 'x' },
      { owns: 1, name: 'y' },
    ])
    await own.db.collection('owners').createIndex({ owns: 1 })
    const [joined] = await samples()
      .aggregate([
        { $match: { _id: 1 } },
        { $lookup: { from: 'owners', localField: '_id', foreignField: 'owns', as: 'owners' } },
      ])
      .toArray()
    expect(joined!.owners.map(({ name }: Document) => name)).toEqual(['x', 'y'])
  })

  test('need a cursor and a known stage', async () => {
    await expect(own.db.command({ aggregate: 'samples', pipeline: [] })).rejects.toMatchObject({ code: 9 })
    await expect(
      samples()
        .aggregate([{ $wobble: {} }])
        .toArray(),
    ).rejects.toMatchObject({ code: 40324 })
    await expect(own.db.aggregate([{ $match: {} }]).toArray()).rejects.toMatchObject({ code: 73 })
  })

  test('find their variables in let', async () => {
    const pipeline = [{ $match: { $expr: { $eq: ['$n', '$$wanted'] } } }]
    expect(
      await samples()
        .aggregate(pipeline, { let: { wanted: 2 } })
        .toArray(),
    ).toEqual([{ _id: 2, kind: 'b', n: 2 }])
    expect(
      await samples()
        .find({ $expr: { $gt: ['$n', '$$least'] } }, { let: { least: 2 } })
        .toArray(),
    ).toHaveLength(1)
  })
})
