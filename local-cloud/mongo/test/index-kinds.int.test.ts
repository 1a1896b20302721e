import type { Document } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { ownMongo } from './server.ts'

const own = ownMongo()
const samples = () => own.db.collection<Document>('samples')

const listed = async (name: string) =>
  (await samples().listIndexes().toArray()).find((one) => one.name === name)

describe('indexes that no query uses here', () => {
  test.each<[string, Document, Document, number]>([
    ['of two kinds', { a: 'hashed', b: '2dsphere' }, {}, 67],
    ['with an option of another kind', { a: 1 }, { weights: { a: 2 } }, 67],
    ['hashed and unique', { a: 'hashed' }, { unique: true }, 16764],
    ['wildcard and unique', { '$**': 1 }, { unique: true }, 67],
    ['for text in no known language', { a: 'text' }, { default_language: 'klingon' }, 67],
    ['for text with a weight of zero', { a: 'text' }, { weights: { a: 0 } }, 67],
    ['for text with a lifetime', { a: 'text' }, { expireAfterSeconds: 5 }, 67],
    ['for text with a collation', { a: 'text' }, { collation: { locale: 'en' } }, 67],
  ])('are refused: %s', async (_, key, options, code) => {
    await expect(samples().createIndex(key as never, options)).rejects.toMatchObject({ code })
  })

  test.each<[Document, Document, Document]>([
    [{ a: 'hashed' }, {}, { key: { a: 'hashed' } }],
    [{ '$**': 1 }, { wildcardProjection: { a: 1 } }, { key: { '$**': 1 }, wildcardProjection: { a: 1 } }],
    [{ 'a.$**': 1 }, {}, { key: { 'a.$**': 1 } }],
    [{ a: '2dsphere', b: 1 }, {}, { key: { a: '2dsphere', b: 1 }, '2dsphereIndexVersion': 3 }],
    [{ a: '2d' }, { min: 0, max: 9 }, { key: { a: '2d' }, min: 0, max: 9 }],
    [
      { n: 1, b: 'text', a: 'text' },
      { weights: { b: 4 } },
      {
        key: { n: 1, _fts: 'text', _ftsx: 1 },
        weights: { a: 1, b: 4 },
        default_language: 'english',
        language_override: 'language',
        textIndexVersion: 3,
      },
    ],
    [{ '$**': 'text' }, {}, { key: { _fts: 'text', _ftsx: 1 }, weights: { '$**': 1 } }],
  ])('are listed as MongoDB completes them, and may be asked for again: %o', async (key, options, spec) => {
    const name = await samples().createIndex(key as never, options)
    expect(await listed(name)).toMatchObject({ v: 2, name, ...spec })
    expect(await samples().createIndex(key as never, options)).toBe(name)
    await samples()
      .insertOne({ a: 'x', b: 'some text' })
      .catch(() => samples().insertOne({ b: 'some text' }))
    expect(await samples().countDocuments({ b: 'some text' })).toBe(1)
    await samples().dropIndex(name)
  })

  test('one for text may be asked for as it is listed', async () => {
    const name = await samples().createIndex({ n: 1, a: 'text', z: 1 }, { weights: { a: 3 } })
    const { key, weights } = (await listed(name))!
    expect(Object.keys(key)).toEqual(['n', '_fts', '_ftsx', 'z'])
    expect(await samples().createIndex(key, { name, weights })).toBe(name)
  })

  test('only one index of a collection is for text', async () => {
    await samples().createIndex({ a: 'text' })
    await expect(samples().createIndex({ b: 1, a: 'text' })).rejects.toMatchObject({ code: 67 })
    await expect(samples().createIndex({ b: 'text' })).rejects.toMatchObject({ code: 85 })
  })

  test.each<[Document, Document, number]>([
    [{ a: 'hashed' }, { a: [1] }, 16766],
    [{ a: '2dsphere' }, { a: 5 }, 16755],
    [{ a: '2dsphere' }, { a: { type: 'Point', coordinates: [200, 5] } }, 16755],
    [{ a: '2dsphere' }, { a: { type: 'Spot', coordinates: [2, 5] } }, 16755],
    [{ a: '2dsphere' }, { a: { type: 'LineString', coordinates: [[1, 2]] } }, 238],
    [{ 'a.b': '2dsphere' }, { a: [{ b: [1, 2] }, { b: null }] }, 16755],
    [{ a: '2d' }, { a: ['here'] }, 16804],
    [{ a: '2d' }, { a: [1] }, 13068],
    [{ a: '2d' }, { a: [0, 200] }, 13027],
    [{ a: 'text' }, { a: 'x', language: 5 }, 17261],
    [{ a: 'text' }, { a: 'x', language: 'klingon' }, 17262],
  ])('refuse what they could not hold: %o %o', async (key, doc, code) => {
    await samples().insertOne({ _id: 1 as never })
    await samples().createIndex(key as never)
    await expect(samples().insertOne({ ...doc })).rejects.toMatchObject({ code })
    await expect(samples().updateOne({}, { $set: doc })).rejects.toMatchObject({ code })
    expect(await samples().find().toArray()).toEqual([{ _id: 1 }])
    await samples().dropIndexes()
    await samples().insertOne({ ...doc })
    await expect(samples().createIndex(key as never)).rejects.toMatchObject({ code })
    expect(await samples().indexes()).toHaveLength(1)
  })

  test('take places on the sphere and in the plane', async () => {
    await samples().createIndexes([{ key: { a: '2dsphere' } }, { key: { b: '2d' } }])
    const onSphere = [{ type: 'Point', coordinates: [-73.9, 40.7] }, [1, 2], { x: 1, y: 2 }, [], {}, null]
    const inPlane = [
      { x: 1, y: 2 },
      [1, 2],
      [
        [1, 2],
        [3, 4],
      ],
      { home: [1, 2] },
      [],
      'nowhere',
      null,
    ]
    await samples().insertMany([...onSphere.map((a) => ({ a })), ...inPlane.map((b) => ({ b })), {}])
    expect(await samples().countDocuments()).toBe(14)
  })

  test('may not be hinted at', async () => {
    await samples().createIndex({ a: 'hashed' })
    await expect(samples().find({ a: 1 }).hint({ a: 'hashed' }).toArray()).rejects.toMatchObject({
      code: 238,
    })
  })
})

describe('a hidden index', () => {
  test('still keeps what is unique, and serves no query until it is shown', async () => {
    await samples().createIndex({ a: 1 }, { unique: true, hidden: true })
    await samples().insertOne({ a: 1 })
    await expect(samples().insertOne({ a: 1 })).rejects.toMatchObject({ code: 11000 })
    await expect(samples().find().hint({ a: 1 }).toArray()).rejects.toMatchObject({ code: 2 })
    const plan = async () =>
      (await samples().find({ a: 1 }).explain('queryPlanner')).queryPlanner.winningPlan.stage
    expect(await plan()).toBe('COLLSCAN')
    const change = { collMod: 'samples', index: { keyPattern: { a: 1 }, hidden: false } }
    expect(await own.db.command(change)).toMatchObject({ hidden_old: true, hidden_new: false })
    expect(await plan()).toBe('FETCH')
    await own.db.command({ collMod: 'samples', index: { name: 'a_1', hidden: true } })
    expect(await listed('a_1')).toMatchObject({ hidden: true })
  })

  test('is the same index as a visible one', async () => {
    await samples().createIndex({ a: 1 }, { hidden: true })
    expect(await samples().createIndex({ a: 1 })).toBe('a_1')
    expect(await listed('a_1')).toMatchObject({ hidden: true })
  })
})

describe('asking for an index that is almost there', () => {
  test.each<[string, Document, Document, number]>([
    ['another lifetime', { a: 1 }, { expireAfterSeconds: 9 }, 85],
    ['another name', { a: 1 }, { expireAfterSeconds: 5, name: 'b' }, 85],
    ['unique', { a: 1 }, { unique: true }, 86],
    ['other fields', { b: 1 }, { name: 'a_1' }, 86],
  ])('is a conflict: %s', async (_, key, options, code) => {
    await samples().createIndex({ a: 1 }, { expireAfterSeconds: 5 })
    await expect(samples().createIndex(key as never, options)).rejects.toMatchObject({ code })
  })

  test('a collection hands its collation on to an index, which may be asked for again', async () => {
    await own.db.createCollection('samples', { collation: { locale: 'en', strength: 2 } })
    await samples().createIndex({ a: 1 })
    await samples().createIndex({ a: 1 })
    expect(await listed('a_1')).toMatchObject({ collation: { locale: 'en', strength: 2 } })
    await samples().createIndex({ b: 1 }, { collation: { locale: 'simple' } })
    expect(await listed('b_1')).not.toHaveProperty('collation')
  })
})
