import type { Document } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { failure, ownMongo } from './server.ts'

const own = ownMongo()
const samples = () => own.db.collection<Document>('samples')

describe('a unique index', () => {
  test('refuses a second document with the values of a compound key', async () => {
    await samples().createIndex({ tenant: 1, slug: -1 }, { unique: true })
    await samples().insertOne({ tenant: 't', slug: 'a' })
    await samples().insertOne({ tenant: 't', slug: 'b' })
    const error = await failure(samples().insertOne({ tenant: 't', slug: 'a' }))
    expect(error.message).toContain(
      'E11000 duplicate key error collection: test.samples index: tenant_1_slug_-1 dup key: { tenant: "t", slug: "a" }',
    )
    expect(error).toMatchObject({
      code: 11000,
      keyPattern: { tenant: 1, slug: -1 },
      keyValue: { tenant: 't', slug: 'a' },
    })
  })

  test('refuses an update that would make two documents alike, and changes nothing', async () => {
    await samples().createIndex({ email: 1 }, { unique: true })
    await samples().insertMany([
      { _id: 1 as never, email: 'a' },
      { _id: 2 as never, email: 'b' },
    ])
    await expect(samples().updateOne({ email: 'b' }, { $set: { email: 'a' } })).rejects.toMatchObject({
      code: 11000,
    })
    expect(await samples().findOne({ _id: 2 as never })).toEqual({ _id: 2, email: 'b' })
  })

  test('counts a missing field as null, unless it is sparse', async () => {
    await samples().createIndex({ a: 1 }, { unique: true })
    await samples().createIndex({ b: 1 }, { unique: true, sparse: true })
    await samples().insertOne({ a: 1 })
    await samples().insertOne({ a: 2 })
    await samples().insertOne({ b: 1 })
    await expect(samples().insertOne({ a: null })).rejects.toMatchObject({
      message: expect.stringContaining('dup key: { a: null }'),
    })
  })

  test('counts only the documents that its partial filter covers', async () => {
    await samples().createIndex({ name: 1 }, { unique: true, partialFilterExpression: { deleted: false } })
    await samples().insertOne({ name: 'x', deleted: true })
    await samples().insertOne({ name: 'x', deleted: false })
    await samples().insertOne({ name: 'x', deleted: true })
    await expect(samples().insertOne({ name: 'x', deleted: false })).rejects.toMatchObject({ code: 11000 })
    await expect(samples().updateMany({}, { $set: { deleted: false } })).rejects.toMatchObject({
      code: 11000,
    })
  })

  test('takes every element of an array, but not twice from one document', async () => {
    await samples().createIndex({ tags: 1 }, { unique: true })
    await samples().insertOne({ tags: ['a', 'b', 'a'] })
    const error = await failure(samples().insertOne({ tags: ['c', 'b'] }))
    expect(error.keyValue).toEqual({ tags: 'b' })
  })

  test('may ignore case by its collation', async () => {
    await samples().createIndex({ email: 1 }, { unique: true, collation: { locale: 'en', strength: 2 } })
    await samples().insertOne({ email: 'Ada@x.dev' })
    await expect(samples().insertOne({ email: 'ada@X.dev' })).rejects.toMatchObject({ code: 11000 })
    const found = samples().find({ email: 'ADA@x.dev' }, { collation: { locale: 'en', strength: 2 } })
    expect(await found.clone().toArray()).toHaveLength(1)
    expect(JSON.stringify(await found.explain('queryPlanner'))).toContain('IXSCAN')
    expect(await samples().find({ email: 'ada@x.dev' }).toArray()).toEqual([])
  })

  test('cannot be made where documents are alike already', async () => {
    await samples().insertMany([{ n: 1 }, { n: 1 }])
    await expect(samples().createIndex({ n: 1 }, { unique: true })).rejects.toMatchObject({ code: 11000 })
    expect(await samples().indexes()).toHaveLength(1)
  })
})

describe('making indexes', () => {
  test('again is no error, and with other options is one', async () => {
    await samples().createIndex({ a: 1 })
    await samples().createIndex({ a: 1 })
    await expect(samples().createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 86 })
    await expect(samples().createIndex({ a: 1 }, { name: 'other' })).rejects.toMatchObject({ code: 85 })
    await expect(samples().createIndex({ b: 1 }, { name: 'a_1' })).rejects.toMatchObject({ code: 86 })
  })

  test.each([
    [{ a: 'fancy' }, {}, 67],
    [{ a: 0 }, {}, 67],
    [{ a: 1, b: 1 }, { expireAfterSeconds: 5 }, 67],
    [{ a: 1 }, { sparse: true, partialFilterExpression: { a: 1 } }, 67],
    [{ a: 1 }, { wobbly: true }, 197],
  ])('on %o with %o is refused with %i', async (keys, options, code) => {
    const asked = [{ key: keys, name: 'x', ...options }]
    await expect(own.db.command({ createIndexes: 'samples', indexes: asked })).rejects.toMatchObject({
      code: code,
    })
  })

  test('again waits for nobody’s open transaction', async () => {
    await samples().createIndex({ a: 1 })
    await own.client.withSession(async (session) => {
      session.startTransaction()
      await samples().insertOne({ a: 1 }, { session })
      expect(await samples().createIndex({ a: 1 })).toBe('a_1')
      await session.abortTransaction()
    })
  })

  test('over two arrays of one document is refused', async () => {
    await samples().createIndex({ a: 1, b: 1 })
    await expect(samples().insertOne({ a: [1], b: [2] })).rejects.toMatchObject({ code: 171 })
  })

  test('ends with dropping them', async () => {
    await samples().createIndex({ a: 1 })
    await samples().dropIndex('a_1')
    await expect(samples().dropIndex('a_1')).rejects.toMatchObject({ code: 27 })
    await expect(samples().dropIndex('_id_')).rejects.toMatchObject({ code: 72 })
    await expect(own.db.collection('nowhere').indexes()).rejects.toMatchObject({ code: 26 })
  })
})

describe('a TTL index', () => {
  test('removes a document once its time is over', async () => {
    await samples().createIndex({ at: 1 }, { expireAfterSeconds: 60 })
    const now = Date.now()
    await samples().insertMany([
      { _id: 'old' as never, at: new Date(now - 61_000) },
      { _id: 'young' as never, at: new Date(now - 59_000) },
      { _id: 'one of several' as never, at: [new Date(now), new Date(now - 61_000)] },
      { _id: 'no date' as never, at: 'yesterday' },
      { _id: 'missing' as never },
    ])
    await own.server.control.expire(now)
    expect(await samples().distinct('_id')).toEqual(['young', 'no date', 'missing'])
    await own.server.control.expire(now + 2000)
    expect(await samples().distinct('_id')).toEqual(['no date', 'missing'])
  })

  test('may be given another lifetime', async () => {
    await samples().createIndex({ at: -1 }, { expireAfterSeconds: 60 })
    const at = new Date()
    await samples().insertOne({ at })
    const change = { collMod: 'samples', index: { keyPattern: { at: -1 }, expireAfterSeconds: 5 } }
    const images = { changeStreamPreAndPostImages: { enabled: true } }
    await expect(own.db.command({ collMod: 'samples', ...images })).rejects.toMatchObject({ code: 238 })
    expect(await own.db.command(change)).toMatchObject({
      expireAfterSeconds_old: 60,
      expireAfterSeconds_new: 5,
    })
    await own.server.control.expire(at.getTime() + 6000)
    expect(await samples().countDocuments()).toBe(0)
  })
})
