import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Decimal128, Double, Int32, Long } from 'mongodb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { restoreMongo, saveMongo } from '../src/mongod-state.ts'
import { ownMongo } from './server.ts'

const own = ownMongo()
const samples = () => own.db.collection<{ _id: string }>('samples')
const uri = () => own.server.url.replace('/?', '/test?')

let state: string
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'insula-state-'))
})
afterEach(() => rm(state, { recursive: true }))

describe('through MongoDB’s own protocol, as with a real mongod', () => {
  test('documents keep their types and the order of their fields', async () => {
    const kinds = {
      '10': new Int32(1),
      '2': new Double(1),
      long: Long.fromNumber(1),
      decimal: Decimal128.fromString('1.10'),
      at: new Date(0),
      none: null,
    }
    await samples().insertOne({
      _id: 'a',
      ...kinds,
      list: [
        new Map([
          ['z', 1],
          ['1', 2],
        ]),
      ],
    } as never)
    const raw = async () => await samples().find({}, { raw: true }).toArray()
    const [before] = await raw()
    await saveMongo(uri(), state)
    await samples().deleteMany({})
    await restoreMongo(uri(), state)
    expect((await raw())[0]).toEqual(before)
  })

  test('collections come back with options and indexes, and those of later go', async () => {
    const collation = { locale: 'en', strength: 2 }
    await own.db.createCollection('words', { collation })
    const words = own.db.collection<{ word: string }>('words')
    await words.createIndex(
      { word: 1 },
      { unique: true, partialFilterExpression: { word: { $type: 'string' } } },
    )
    await words.insertMany(Array.from({ length: 2500 }, (_, at) => ({ word: `w${at}` })))
    await saveMongo(uri(), state)
    await words.drop()
    await samples().insertOne({ _id: 'later' })
    await restoreMongo(uri(), state)
    expect(await words.countDocuments()).toBe(2500)
    await expect(words.insertOne({ word: 'W7' })).rejects.toMatchObject({ code: 11000 })
    expect(await words.options()).toMatchObject({ collation })
    expect((await own.db.listCollections().toArray()).map(({ name }) => name)).toEqual(['words'])
  })

  test('a state of another database than the one that was given is refused before anything changes', async () => {
    await samples().insertOne({ _id: 'a' })
    await saveMongo(uri(), state)
    await expect(restoreMongo(uri(), state, 'shared')).rejects.toThrow(/given for "shared" alone/)
    expect(await samples().countDocuments()).toBe(1)
  })
})
