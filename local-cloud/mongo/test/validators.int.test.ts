import type { Document } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { ownMongo } from './server.ts'

const own = ownMongo()
const samples = () => own.db.collection<Document>('samples')

const validator = { $jsonSchema: { required: ['n'], properties: { n: { bsonType: 'int' } } } }
const refused = { code: 121, message: 'Document failed validation' }

describe('a validator', () => {
  test.each<[Document, number]>([
    [{ validator: { $fancy: 1 } }, 2],
    [{ validator: { $jsonSchema: { fancy: 1 } } }, 9],
    [{ validator, validationLevel: 'lax' }, 2],
  ])('that is wrong is refused: %o', async (options, code) => {
    await expect(own.db.createCollection('samples', options)).rejects.toMatchObject({ code })
  })

  test('refuses every kind of write of a document that it does not accept, saying why', async () => {
    await own.db.createCollection('samples', { validator })
    await samples().insertOne({ _id: 1 as never, n: 1 })
    const missing = { operatorName: 'required', specifiedAs: { required: ['n'] }, missingProperties: ['n'] }
    await expect(samples().insertOne({ _id: 2 as never })).rejects.toMatchObject({
      ...refused,
      errInfo: {
        failingDocumentId: 2,
        details: { operatorName: '$jsonSchema', schemaRulesNotSatisfied: [missing] },
      },
    })
    const bad = { $set: { n: 'x' } }
    const attempts = [
      samples().insertMany([{ n: 2 }, {}]),
      samples().updateOne({ n: 1 }, bad),
      samples().updateMany({}, bad),
      samples().updateOne({ n: 9 }, { $set: { x: 1 }, $unset: { n: 1 } }, { upsert: true }),
      samples().replaceOne({ n: 1 }, {}),
      samples().findOneAndUpdate({ n: 1 }, bad),
      own.client.bulkWrite([{ name: 'insertOne', namespace: 'test.samples', document: { n: 'x' } }]),
      samples()
        .aggregate([{ $set: { n: 'x' } }, { $merge: 'samples' }])
        .toArray(),
      samples()
        .aggregate([{ $set: { n: 'x' } }, { $out: 'samples' }])
        .toArray(),
    ]
    for (const result of await Promise.allSettled(attempts)) expect(result.status).toBe('rejected')
    expect(await samples().distinct('n')).toEqual([1, 2])
  })

  test('is passed by when a write asks for that', async () => {
    await own.db.createCollection('samples', { validator })
    const bypassDocumentValidation = true
    await samples().insertOne({ a: 1 }, { bypassDocumentValidation })
    await samples().updateOne({ a: 1 }, { $set: { n: 'x' } }, { bypassDocumentValidation })
    await own.client.bulkWrite([{ name: 'insertOne', namespace: 'test.samples', document: { n: 'x' } }], {
      bypassDocumentValidation,
    })
    expect(await samples().countDocuments({ n: 'x' })).toBe(2)
  })

  test('may let what was wrong before stay so, only warn, or be taken away', async () => {
    await samples().insertOne({ _id: 1 as never })
    await own.db.command({ collMod: 'samples', validator: { n: { $gt: 0 } }, validationLevel: 'moderate' })
    await samples().updateOne({ _id: 1 as never }, { $set: { a: 1 } })
    await expect(samples().insertOne({ n: 0 })).rejects.toMatchObject(refused)
    await own.db.command({ collMod: 'samples', validationLevel: 'strict' })
    await expect(samples().updateOne({}, { $set: { a: 2 } })).rejects.toMatchObject(refused)
    await own.db.command({ collMod: 'samples', validationAction: 'warn' })
    await samples().insertOne({ n: 0 })
    await own.db.command({ collMod: 'samples', validationAction: 'error', validator: {} })
    await samples().insertOne({ n: 0 })
  })

  test('is listed, and outlives a restart', async () => {
    await own.db.createCollection('samples', { validator, validationAction: 'error' })
    const [{ options } = {}] = (await own.db.listCollections().toArray()) as { options?: Document }[]
    expect(options).toEqual({ validator, validationAction: 'error' })
    await own.restart()
    await expect(samples().insertOne({ n: 'x' })).rejects.toMatchObject(refused)
  })

  test('may be asked for as a filter', async () => {
    await samples().insertMany([{ n: 1 }, { n: 'x' }, {}])
    expect(await samples().countDocuments(validator)).toBe(1)
    expect(await samples().countDocuments({ $nor: [validator] })).toBe(2)
  })
})
