import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Collection, type Db, type Document, MongoClient } from 'mongodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { MongoControl } from '../src/mongo/control.ts'
import { startMongo } from '../src/mongo/server.ts'
import type { LocalServer } from '../src/server.ts'

let dataDir: string
let server: LocalServer<MongoControl>
let client: MongoClient
let db: Db
let things: Collection<Document>

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'insula-mongo-'))
  server = await startMongo({ port: 0, dataDir })
  client = new MongoClient(server.url)
  db = client.db('test')
  things = db.collection('things')
})

beforeEach(() => server.control.reset())

afterAll(async () => {
  await client.close()
  await server.close()
  await rm(dataDir, { recursive: true })
})

const validator = { $jsonSchema: { required: ['n'], properties: { n: { bsonType: 'int' } } } }
const refused = { code: 121, message: 'Document failed validation' }

describe('a validator', () => {
  test.each<[Document, number]>([
    [{ validator: { $fancy: 1 } }, 2],
    [{ validator: { $jsonSchema: { fancy: 1 } } }, 9],
    [{ validator, validationLevel: 'lax' }, 2],
  ])('that is wrong is refused: %o', async (options, code) => {
    await expect(db.createCollection('things', options)).rejects.toMatchObject({ code })
  })

  test('refuses every kind of write of a document that it does not accept, saying why', async () => {
    await db.createCollection('things', { validator })
    await things.insertOne({ _id: 1 as never, n: 1 })
    const missing = { operatorName: 'required', specifiedAs: { required: ['n'] }, missingProperties: ['n'] }
    await expect(things.insertOne({ _id: 2 as never })).rejects.toMatchObject({
      ...refused,
      errInfo: {
        failingDocumentId: 2,
        details: { operatorName: '$jsonSchema', schemaRulesNotSatisfied: [missing] },
      },
    })
    const bad = { $set: { n: 'x' } }
    const attempts = [
      things.insertMany([{ n: 2 }, {}]),
      things.updateOne({ n: 1 }, bad),
      things.updateMany({}, bad),
      things.updateOne({ n: 9 }, { $set: { x: 1 }, $unset: { n: 1 } }, { upsert: true }),
      things.replaceOne({ n: 1 }, {}),
      things.findOneAndUpdate({ n: 1 }, bad),
      client.bulkWrite([{ name: 'insertOne', namespace: 'test.things', document: { n: 'x' } }]),
      things.aggregate([{ $set: { n: 'x' } }, { $merge: 'things' }]).toArray(),
      things.aggregate([{ $set: { n: 'x' } }, { $out: 'things' }]).toArray(),
    ]
    for (const result of await Promise.allSettled(attempts)) expect(result.status).toBe('rejected')
    expect(await things.distinct('n')).toEqual([1, 2])
  })

  test('is passed by when a write asks for that', async () => {
    await db.createCollection('things', { validator })
    const bypassDocumentValidation = true
    await things.insertOne({ a: 1 }, { bypassDocumentValidation })
    await things.updateOne({ a: 1 }, { $set: { n: 'x' } }, { bypassDocumentValidation })
    await client.bulkWrite([{ name: 'insertOne', namespace: 'test.things', document: { n: 'x' } }], {
      bypassDocumentValidation,
    })
    expect(await things.countDocuments({ n: 'x' })).toBe(2)
  })

  test('may let what was wrong before stay so, only warn, or be taken away', async () => {
    await things.insertOne({ _id: 1 as never })
    await db.command({ collMod: 'things', validator: { n: { $gt: 0 } }, validationLevel: 'moderate' })
    await things.updateOne({ _id: 1 as never }, { $set: { a: 1 } })
    await expect(things.insertOne({ n: 0 })).rejects.toMatchObject(refused)
    await db.command({ collMod: 'things', validationLevel: 'strict' })
    await expect(things.updateOne({}, { $set: { a: 2 } })).rejects.toMatchObject(refused)
    await db.command({ collMod: 'things', validationAction: 'warn' })
    await things.insertOne({ n: 0 })
    await db.command({ collMod: 'things', validationAction: 'error', validator: {} })
    await things.insertOne({ n: 0 })
  })

  test('is listed, and outlives a restart', async () => {
    await db.createCollection('things', { validator, validationAction: 'error' })
    const [{ options } = {}] = (await db.listCollections().toArray()) as { options?: Document }[]
    expect(options).toEqual({ validator, validationAction: 'error' })
    const { port } = new URL(server.url)
    await server.close()
    server = await startMongo({ port: Number(port), dataDir })
    await expect(things.insertOne({ n: 'x' })).rejects.toMatchObject(refused)
  })

  test('may be asked for as a filter', async () => {
    await things.insertMany([{ n: 1 }, { n: 'x' }, {}])
    expect(await things.countDocuments(validator)).toBe(1)
    expect(await things.countDocuments({ $nor: [validator] })).toBe(2)
  })
})
