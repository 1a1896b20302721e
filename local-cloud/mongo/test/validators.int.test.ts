import type { Document } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { ownMongo } from './server.ts'

const own = ownMongo()
const things = () => own.db.collection<Document>('things')

const validator = { $jsonSchema: { required: ['n'], properties: { n: { bsonType: 'int' } } } }
const refused = { code: 121, message: 'Document failed validation' }

describe('a validator', () => {
  test.each<[Document, number]>([
    [{ validator: { $fancy: 1 } }, 2],
    [{ validator: { $jsonSchema: { fancy: 1 } } }, 9],
    [{ validator, validationLevel: 'lax' }, 2],
  ])('that is wrong is refused: %o', async (options, code) => {
    await expect(own.db.createCollection('things', options)).rejects.toMatchObject({ code })
  })

  test('refuses every kind of write of a document that it does not accept, saying why', async () => {
    await own.db.createCollection('things', { validator })
    await things().insertOne({ _id: 1 as never, n: 1 })
    const missing = { operatorName: 'required', specifiedAs: { required: ['n'] }, missingProperties: ['n'] }
    await expect(things().insertOne({ _id: 2 as never })).rejects.toMatchObject({
      ...refused,
      errInfo: {
        failingDocumentId: 2,
        details: { operatorName: '$jsonSchema', schemaRulesNotSatisfied: [missing] },
      },
    })
    const bad = { $set: { n: 'x' } }
    const attempts = [
      things().insertMany([{ n: 2 }, {}]),
      things().updateOne({ n: 1 }, bad),
      things().updateMany({}, bad),
      things().updateOne({ n: 9 }, { $set: { x: 1 }, $unset: { n: 1 } }, { upsert: true }),
      things().replaceOne({ n: 1 }, {}),
      things().findOneAndUpdate({ n: 1 }, bad),
      own.client.bulkWrite([{ name: 'insertOne', namespace: 'test.things', document: { n: 'x' } }]),
      things()
        .aggregate([{ $set: { n: 'x' } }, { $merge: 'things' }])
        .toArray(),
      things()
        .aggregate([{ $set: { n: 'x' } }, { $out: 'things' }])
        .toArray(),
    ]
    for (const result of await Promise.allSettled(attempts)) expect(result.status).toBe('rejected')
    expect(await things().distinct('n')).toEqual([1, 2])
  })

  test('is passed by when a write asks for that', async () => {
    await own.db.createCollection('things', { validator })
    const bypassDocumentValidation = true
    await things().insertOne({ a: 1 }, { bypassDocumentValidation })
    await things().updateOne({ a: 1 }, { $set: { n: 'x' } }, { bypassDocumentValidation })
    await own.client.bulkWrite([{ name: 'insertOne', namespace: 'test.things', document: { n: 'x' } }], {
      bypassDocumentValidation,
    })
    expect(await things().countDocuments({ n: 'x' })).toBe(2)
  })

  test('may let what was wrong before stay so, only warn, or be taken away', async () => {
    await things().insertOne({ _id: 1 as never })
    await own.db.command({ collMod: 'things', validator: { n: { $gt: 0 } }, validationLevel: 'moderate' })
    await things().updateOne({ _id: 1 as never }, { $set: { a: 1 } })
    await expect(things().insertOne({ n: 0 })).rejects.toMatchObject(refused)
    await own.db.command({ collMod: 'things', validationLevel: 'strict' })
    await expect(things().updateOne({}, { $set: { a: 2 } })).rejects.toMatchObject(refused)
    await own.db.command({ collMod: 'things', validationAction: 'warn' })
    await things().insertOne({ n: 0 })
    await own.db.command({ collMod: 'things', validationAction: 'error', validator: {} })
    await things().insertOne({ n: 0 })
  })

  test('is listed, and outlives a restart', async () => {
    await own.db.createCollection('things', { validator, validationAction: 'error' })
    const [{ options } = {}] = (await own.db.listCollections().toArray()) as { options?: Document }[]
    expect(options).toEqual({ validator, validationAction: 'error' })
    await own.restart()
    await expect(things().insertOne({ n: 'x' })).rejects.toMatchObject(refused)
  })

  test('may be asked for as a filter', async () => {
    await things().insertMany([{ n: 1 }, { n: 'x' }, {}])
    expect(await things().countDocuments(validator)).toBe(1)
    expect(await things().countDocuments({ $nor: [validator] })).toBe(2)
  })
})
