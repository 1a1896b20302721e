import type { Document } from 'mongodb'
import { beforeEach, describe, expect, test } from 'vitest'
import { ownMongo } from './server.ts'

const own = ownMongo()

const create = (...indexes: Document[]) => own.db.command({ createIndexes: 'samples', indexes })
const partial = (expression: Document) => ({ key: { a: 1 }, name: 'x', partialFilterExpression: expression })

describe('an index is refused', () => {
  test.each<[Document, number, string]>([
    [{ key: { a: 1 } }, 9, "The 'name' field is a required property"],
    [{ name: 'x' }, 9, "The 'key' field is a required property"],
    [{ key: {}, name: 'x' }, 67, 'Index keys cannot be empty.'],
    [{ key: { a: 0 }, name: 'x' }, 67, 'cannot be 0'],
    [{ key: { a: true }, name: 'x' }, 67, 'cannot be of type bool'],
    [{ key: { a: 'foo' }, name: 'x' }, 67, "Unknown index plugin 'foo'"],
    [{ key: { 'a..b': 1 }, name: 'x' }, 67, 'cannot contain an empty field'],
    [{ key: { $a: 1 }, name: 'x' }, 67, "field name starts with '$'"],
    [{ key: { a: 1 }, name: '' }, 67, 'index name cannot be empty'],
    [{ key: { a: 1 }, name: '*' }, 2, "The index name '*' is not valid."],
    [{ key: { a: 1 }, name: '_id_' }, 2, "The index name '_id_' is reserved for the _id index"],
    [{ key: { _id: -1 }, name: 'x' }, 2, 'must be {_id: 1}'],
    [
      { key: { _id: 1 }, name: '_id_', unique: true },
      197,
      "The field 'unique' is not valid for an _id index",
    ],
    [{ key: { a: 1 }, name: 'x', foo: 1 }, 197, "The field 'foo' is not valid for an index specification"],
    [{ key: { a: 1 }, name: 'x', prepareUnique: true }, 238, "the index option 'prepareUnique'"],
    [{ key: { a: 1 }, name: 'x', unique: 'yes' }, 14, 'not convertible to bool'],
    [{ key: { a: 1 }, name: 'x', v: 3 }, 67, 'cannot create an index with v=3'],
    [{ key: { a: 1 }, name: 'x', collation: 'en' }, 14, "The field 'collation' must be an object"],
    [{ key: { a: 1 }, name: 'x', collation: {} }, 2, "The field 'collation' cannot be an empty object."],
    [{ key: { a: 1 }, name: 'x', expireAfterSeconds: -1 }, 67, 'cannot be less than 0'],
    [{ key: { a: 1, b: 1 }, name: 'x', expireAfterSeconds: 1 }, 67, 'single-field'],
    [{ ...partial({ b: 1 }), sparse: true }, 67, 'cannot mix'],
    [partial({ a: { $ne: 1 } }), 67, 'Expression not supported in partial index'],
    [partial({ a: { $exists: false } }), 67, 'Expression not supported in partial index'],
    [partial({ a: /x/ }), 67, 'Expression not supported in partial index'],
    [partial({ $nor: [{ a: 1 }] }), 67, 'Expression not supported in partial index'],
    [partial({ $expr: true }), 224, '$expr is not allowed in this context'],
  ])('%j', async (index, code, message) => {
    await expect(create(index)).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })

  test.each<[Document, Document, number, string]>([
    [{ key: { a: 1 }, name: 'x' }, { key: { a: 1 }, name: 'y' }, 85, 'with a different name: x'],
    [{ key: { a: 1 }, name: 'x' }, { key: { b: 1 }, name: 'x' }, 86, 'existing index: { v: 2, key: { a: 1 }'],
    [{ key: { a: 1 }, name: 'x' }, { key: { a: 1 }, name: 'x', unique: true }, 86, 'the same name'],
    [
      { key: { a: 1 }, name: 'x', expireAfterSeconds: 1 },
      { key: { a: 1 }, name: 'x', expireAfterSeconds: 2 },
      85,
      'An equivalent index already exists with the same name but different options.',
    ],
    [
      { key: { a: 1 }, name: 'x', expireAfterSeconds: 1 },
      { key: { a: 1 }, name: 'y' },
      85,
      'An equivalent index already exists with a different name and options.',
    ],
  ])('where %j is there: %j', async (existing, index, code, message) => {
    const refusal = { code, message: expect.stringContaining(message) }
    await expect(create(existing, index)).rejects.toMatchObject(refusal)
    await create(existing)
    await expect(create(index)).rejects.toMatchObject(refusal)
  })
})

describe('indexes over the same fields', () => {
  test.each<[string, Document]>([
    ['uniqueness', { unique: true }],
    ['sparseness', { sparse: true }],
    ['expression', { partialFilterExpression: { b: 1 } }],
    ['collation', { collation: { locale: 'en' } }],
  ])('may differ in %s', async (_, options) => {
    const { numIndexesAfter } = await create(
      { key: { a: 1 }, name: 'x' },
      { key: { a: 1 }, name: 'y', ...options },
    )
    expect(numIndexesAfter).toBe(3)
    await expect(own.db.command({ dropIndexes: 'samples', index: { a: 1 } })).rejects.toMatchObject({
      code: 181,
    })
  })

  test('are one when they are asked for twice, under the collation of their collection too', async () => {
    await own.db.createCollection('samples', { collation: { locale: 'en', strength: 2 } })
    const index = { key: { a: 1 }, name: 'a_1' }
    expect(await create(index, index)).toMatchObject({ numIndexesAfter: 2 })
    expect(await create(index)).toMatchObject({ note: 'all indexes already exist' })
    expect(await create({ ...index, name: 'b', collation: { locale: 'simple' } })).toMatchObject({
      numIndexesAfter: 3,
    })
  })

  test('are all kept when one of those to be dropped is not there', async () => {
    await create({ key: { a: 1 }, name: 'x' })
    await expect(own.db.command({ dropIndexes: 'samples', index: ['x', 'y'] })).rejects.toMatchObject({
      code: 27,
    })
    expect(await own.db.collection('samples').indexes()).toHaveLength(2)
    const message = 'non-_id indexes dropped for collection'
    expect(await own.db.command({ dropIndexes: 'samples', index: '*' })).toMatchObject({
      nIndexesWas: 2,
      msg: message,
    })
  })
})

describe('a partial index', () => {
  test.each<[Document, Document, boolean]>([
    [{ b: { $gt: 3 } }, { a: 1, b: { $gt: 5 } }, true],
    [{ b: { $gt: 3 } }, { a: 1, b: { $gte: 3 } }, false],
    [{ b: { $gt: 3 } }, { a: 1, b: 4 }, true],
    [{ b: { $gt: 3 } }, { a: 1, b: { $in: [4, 2] } }, false],
    [{ b: { $exists: true } }, { a: 1, b: { $type: 'string' } }, true],
    [{ b: { $exists: true } }, { a: 1, b: null }, false],
    [{ $or: [{ b: 1 }, { b: 2 }] }, { a: 1, b: 2 }, true],
    [{ b: { $in: [1, 2] } }, { a: 1, b: { $in: [2, 1] } }, true],
    [{ b: 1 }, { a: 1, $or: [{ b: 1 }, { c: 1 }] }, false],
    [{ b: 'x' }, { a: 1, b: 'x' }, true],
  ])('over %j serves %j: %s', async (expression, filter, served) => {
    await create({ key: { a: 1 }, name: 'x', partialFilterExpression: expression })
    const { queryPlanner } = await own.db.collection('samples').find(filter).explain()
    expect(queryPlanner.winningPlan.inputStage?.indexName).toBe(served ? 'x' : undefined)
  })

  test('does not serve a filter on texts under another collation', async () => {
    const samples = own.db.collection('samples')
    await samples.insertMany([{ b: 'x' }, { b: 'X' }])
    await create({ key: { a: 1 }, name: 'x', partialFilterExpression: { b: 'x' } })
    const found = samples.find({ a: null, b: 'x' }, { collation: { locale: 'en', strength: 2 } })
    expect(await found.toArray()).toHaveLength(2)
  })
})

describe('min and max', () => {
  const ids = async (options: Document) => {
    const found = await own.db.collection<{ _id: number }>('samples').find({}, options).toArray()
    return found.map(({ _id }) => _id)
  }

  beforeEach(async () => {
    await own.db
      .collection<{ _id: number }>('samples')
      .insertMany([1, 2, 3, 4].map((a) => ({ _id: a, a, b: -a })))
    await create({ key: { a: 1 }, name: 'up' }, { key: { b: -1, a: 1 }, name: 'down' })
  })

  test.each<[Document, number]>([
    [{ min: { a: 2 } }, 51173],
    [{ min: { b: 2 }, hint: 'up' }, 51174],
    [{ min: { a: 2 }, max: { b: 2 }, hint: 'up' }, 51176],
    [{ min: { a: 3 }, max: { a: 3 }, hint: 'up' }, 51175],
  ])('%j is refused', async (options, code) => {
    await expect(ids(options)).rejects.toMatchObject({ code })
  })

  test('bound an index, in its own order', async () => {
    expect(await ids({ min: { a: 2 }, max: { a: 4 }, hint: 'up' })).toEqual([2, 3])
    expect(await ids({ min: { a: 3 }, hint: 'up', sort: { a: -1 } })).toEqual([4, 3])
    expect(await ids({ max: { b: -3, a: 0 }, hint: { b: -1, a: 1 } })).toEqual([1, 2])
  })
})
