import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LocalServer } from '@insula/local-kit/server'
import mongoose, { Schema } from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { MongoControl } from './control.ts'
import { startMongo } from './server.ts'

let dataDir: string
let server: LocalServer<MongoControl>
let db: mongoose.Connection

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'insula-mongo-'))
  server = await startMongo({ port: 0, dataDir })
  db = await mongoose.createConnection(server.url, { dbName: 'test' }).asPromise()
  Person = definePerson()
})

beforeEach(() => server.control.reset())

afterAll(async () => {
  await db.close()
  await server.close()
  await rm(dataDir, { recursive: true })
})

const personSchema = new Schema(
  {
    email: { type: String, unique: true },
    name: String,
    age: Number,
    roles: [String],
    address: { city: String, zip: String },
  },
  { timestamps: true },
)
const definePerson = () => db.model('Person', personSchema)
let Person: ReturnType<typeof definePerson>

describe('mongoose', () => {
  test('creates, finds, changes and deletes documents', async () => {
    const ada = await Person.create({ email: 'ada@x.dev', name: 'Ada', age: 36, roles: ['admin'] })
    ada.roles.push('member')
    ada.set('address.city', 'London')
    await ada.save()
    const found = await Person.findOne({ roles: 'member' }).lean()
    expect(found).toMatchObject({
      _id: ada._id,
      name: 'Ada',
      age: 36,
      roles: ['admin', 'member'],
      address: { city: 'London' },
    })
    const changed = await Person.findOneAndUpdate(
      { email: 'ada@x.dev' },
      { $inc: { age: 1 } },
      { returnDocument: 'after' },
    )
    expect(changed?.age).toBe(37)
    expect((await Person.deleteOne({ _id: ada._id })).deletedCount).toBe(1)
    expect(await Person.countDocuments()).toBe(0)
  })

  test('a second document under a unique key is refused with the key', async () => {
    await Person.ensureIndexes()
    await Person.create({ email: 'ada@x.dev' })
    await expect(Person.create({ email: 'ada@x.dev' })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { email: 1 },
      keyValue: { email: 'ada@x.dev' },
      message:
        'E11000 duplicate key error collection: test.people index: email_1 dup key: { email: "ada@x.dev" }',
    })
  })

  test('what a transaction wrote is seen outside only after it has committed', async () => {
    await Person.createCollection()
    await db.transaction(async (session) => {
      await Person.create([{ email: 'ada@x.dev' }], { session })
      expect(await Person.findOne({ email: 'ada@x.dev' })).toBeNull()
      expect(await Person.findOne({ email: 'ada@x.dev' }).session(session)).not.toBeNull()
    })
    expect(await Person.findOne({ email: 'ada@x.dev' })).not.toBeNull()
  })

  test('a transaction that fails leaves nothing behind', async () => {
    await Person.createCollection()
    const failed = db.transaction(async (session) => {
      await Person.create([{ email: 'ada@x.dev' }], { session })
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    expect(await Person.findOne()).toBeNull()
  })

  test('of two transactions that change one document the second tries again', async () => {
    const { _id } = await Person.create({ email: 'ada@x.dev', age: 0 })
    const birthday = () =>
      db.transaction(async (session) => {
        const person = await Person.findById(_id).session(session)
        await Person.updateOne({ _id }, { age: person!.age! + 1 }).session(session)
      })
    await Promise.all([birthday(), birthday(), birthday()])
    expect((await Person.findById(_id))?.age).toBe(3)
  })

  test('an index serves equality and order, which explain tells', async () => {
    await Person.ensureIndexes()
    await Person.create(['c', 'a', 'b'].map((name) => ({ email: `${name}@x.dev`, name })))
    const plan = await Person.collection.find({ email: 'b@x.dev' }).explain('queryPlanner')
    expect(plan.queryPlanner.winningPlan).toMatchObject({
      stage: 'FETCH',
      inputStage: { stage: 'IXSCAN', indexName: 'email_1' },
    })
    const scan = await Person.collection.find({ name: 'b' }).explain('queryPlanner')
    expect(scan.queryPlanner.winningPlan).toMatchObject({ stage: 'COLLSCAN' })
    const sorted = await Person.find().sort({ email: 1 }).lean()
    expect(sorted.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })
})
