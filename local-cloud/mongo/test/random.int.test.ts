import fc from 'fast-check'
import { type ClientSession, type Document, MongoServerError } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { randomFrom } from './random.ts'
import { ownMongo } from './server.ts'

const own = ownMongo()
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

describe('indexes of every kind', () => {
  const scalar = fc.oneof(
    fc.integer({ min: -1, max: 3 }),
    fc.constantFrom<unknown>(null, true, 0.5, Number.NaN, 'a', 'A', 'b', '', new Date(0), /a/),
  )
  const value = fc.oneof(
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.array(fc.record({ x: scalar }, { requiredKeys: [] }), { maxLength: 2 }) },
    { weight: 1, arbitrary: fc.record({ x: value2(scalar), y: scalar }, { requiredKeys: [] }) },
  )
  const field = fc.constantFrom('a', 'b', 'c', 'a.x', 'a.0')
  const bound = scalar.filter((each) => !(each instanceof RegExp))
  const range = fc.record({ $gt: bound, $gte: bound, $lt: bound, $lte: bound }, { requiredKeys: [] })
  const condition = fc.oneof(
    scalar,
    range.filter((each) => Object.keys(each).length > 0),
    fc.record({ $in: fc.array(value, { maxLength: 3 }) }),
    fc.record({ $ne: bound }),
    fc.record({ $exists: fc.boolean() }),
    fc.record({ $type: fc.constantFrom('string', 'number', 'null') }),
    fc.record({ $elemMatch: fc.record({ $gt: bound }) }),
  )
  const clause = fc.dictionary(field, condition, { minKeys: 1, maxKeys: 3 })
  const filter = fc.oneof(
    clause,
    fc.record({ $or: fc.array(clause, { minLength: 1, maxLength: 3 }), b: condition }),
  )
  const partial = fc.oneof(
    fc.record({ b: fc.record({ $exists: fc.constant(true) }) }),
    fc.record({ b: range.filter((each) => Object.keys(each).length > 0) }),
    fc.record({ c: fc.record({ $type: fc.constant('string') }) }),
    fc.record({ c: fc.constantFrom<unknown>('a', null, 1) }),
    fc.record({ b: fc.record({ $in: fc.constantFrom([1, 2], ['a', null]) }) }),
  )
  const collation = fc.constantFrom(undefined, { locale: 'en', strength: 2 }, { locale: 'en', strength: 1 })
  const direction = fc.constantFrom(1, -1)
  const key = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'a.x'), direction, { minKeys: 1, maxKeys: 3 })
  const option = fc.oneof(
    fc.constant({}),
    fc.constant({ sparse: true }),
    partial.map((expression) => ({ partialFilterExpression: expression })),
  )
  const change = fc.oneof(
    fc.record({ $set: fc.dictionary(field, value, { minKeys: 1, maxKeys: 1 }) }),
    fc.record({ $unset: fc.dictionary(field, fc.constant(1), { minKeys: 1, maxKeys: 1 }) }),
    fc.record({ $push: fc.record({ a: value }) }),
    fc.constant([{ $set: { b: '$a' } }]),
  )
  function value2(inner: fc.Arbitrary<unknown>) {
    return fc.oneof(inner, fc.array(inner, { maxLength: 2 }))
  }

  test('find what a scan of the collection finds, and stay right through updates', async () => {
    console.log(`SEED=${seed}`)
    const doc = fc.record({ a: value, b: value, c: scalar }, { requiredKeys: [] })
    const query = fc.record({ filter, collation, sort: fc.option(key, { nil: undefined }) })
    const property = fc.asyncProperty(
      fc.array(doc, { minLength: 5, maxLength: 15 }),
      fc.array(fc.tuple(key, option, collation), { minLength: 1, maxLength: 3 }),
      fc.array(query, { minLength: 8, maxLength: 8 }),
      fc.array(fc.tuple(fc.nat(14), change), { maxLength: 5 }),
      async (docs, indexes, queries, changes) => {
        await own.server.control.reset()
        const [indexed, plain] = ['indexed', 'plain'].map((name) => own.db.collection<{ _id: number }>(name))
        const numbered = docs.map((each, _id) => ({ ...each, _id })) as { _id: number }[]
        await Promise.all([indexed!.insertMany(numbered), plain!.insertMany(numbered)])
        for (const [at, [fields, options, ordering]] of indexes.entries()) {
          const spec = { key: fields, name: String(at), ...options, ...(ordering && { collation: ordering }) }
          await refusable(own.db.command({ createIndexes: 'indexed', indexes: [spec] }))
        }
        for (const [_id, update] of changes) {
          const done = await refusable(indexed!.updateOne({ _id }, update as Document))
          if (done) await plain!.updateOne({ _id }, update as Document)
        }
        expect(await own.db.command({ validate: 'indexed' })).toMatchObject({ valid: true, errors: [] })
        for (const { filter, collation, sort } of queries) {
          const options = { ...(collation && { collation }), sort: { ...sort, _id: 1 as const } }
          const [found, expected] = await Promise.all(
            [indexed!, plain!].map((each) => refusable(each.find(filter as Document, options).toArray())),
          )
          expect(found, JSON.stringify({ filter, options })).toEqual(expected)
        }
      },
    )
    await fc.assert(property, { seed, numRuns: 60 })
  }, 60_000)

  /** What MongoDB refuses too, such as parallel arrays, is refused. */
  async function refusable<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work
    } catch (error) {
      if (error instanceof MongoServerError && error.code !== 1) return undefined
      throw error
    }
  }
})

describe('transactions at the same time', () => {
  test('lose no update, read one moment, and hold unique keys', async () => {
    console.log(`SEED=${seed}`)
    const random = randomFrom(seed)
    const below = (limit: number) => Math.floor(random() * limit)
    const counters = own.db.collection<{ _id: number; n: number }>('counters')
    const claims = own.db.collection<{ key: number }>('claims')
    await counters.insertMany([0, 1, 2, 3].map((_id) => ({ _id, n: 0 })))
    await counters.createIndex({ n: 1 })
    await claims.createIndex({ key: 1 }, { unique: true })
    const committed = [0, 0, 0, 0]
    let conflicts = 0

    const work = async (session: ClientSession): Promise<number[]> => {
      const seen = new Map<number, number>()
      for (const { _id, n } of await counters.find({}, { session }).toArray()) seen.set(_id, n)
      const raised: number[] = []
      for (let step = 0; step < 3; step++) {
        const _id = below(4)
        const kind = below(4)
        if (kind === 0) await claims.insertOne({ key: below(6) }, { session })
        else if (kind === 1) await claims.deleteOne({ key: below(6) }, { session })
        else {
          const n = seen.get(_id)!
          expect(await counters.findOne({ _id }, { session })).toEqual({ _id, n })
          expect(await counters.countDocuments({ n }, { session, hint: 'n_1' })).toBe(
            [...seen.values()].filter((each) => each === n).length,
          )
          await counters.updateOne({ _id }, { $set: { n: n + 1 } }, { session })
          seen.set(_id, n + 1)
          raised.push(_id)
        }
      }
      return raised
    }
    const worker = async () => {
      for (let round = 0; round < 30; round++) {
        const session = own.client.startSession()
        session.startTransaction()
        try {
          const raised = await work(session)
          if (below(4) === 0) await session.abortTransaction()
          else {
            await session.commitTransaction()
            for (const _id of raised) committed[_id]!++
          }
        } catch (error) {
          if (!(error instanceof MongoServerError)) throw error
          conflicts++
          expect([112, 11000]).toContain(error.code)
          expect(error.hasErrorLabel('TransientTransactionError')).toBe(error.code === 112)
        } finally {
          await session.endSession()
        }
      }
    }
    await Promise.all(Array.from({ length: 5 }, worker))
    expect(conflicts).toBeGreaterThan(0)
    const counted = await counters.find().sort({ _id: 1 }).toArray()
    expect(counted.map(({ n }) => n)).toEqual(committed)
    const keys = (await claims.find().toArray()).map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
    for (const name of ['counters', 'claims']) {
      expect(await own.db.command({ validate: name })).toMatchObject({ valid: true, errors: [] })
    }
  })
})
