import { MongoClient, MongoNetworkError, MongoServerError } from 'mongodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connectMongo } from '../src/mongod.ts'
import { ownMongo } from './server.ts'

interface Counter {
  _id: string
  n: number
}

const own = ownMongo()
const counters = () => own.db.collection<Counter>('counters')
let plain: MongoClient

beforeAll(() => {
  plain = new MongoClient(own.server.url, { retryWrites: false, retryReads: false })
})
beforeEach(async () => {
  await counters().insertOne({ _id: 'n', n: 0 })
})
afterAll(() => plain.close())

const increment = () => counters().updateOne({ _id: 'n' }, { $inc: { n: 1 } })
const value = async () => (await counters().findOne({ _id: 'n' }))?.n

test('a command fails with the code that was asked for, as often as was asked', async () => {
  await own.server.control.failCommand({
    mode: { times: 2 },
    data: { failCommands: ['find'], errorCode: 8000 },
  })
  const read = () => plain.db('test').collection('counters').findOne()
  await expect(read()).rejects.toMatchObject({ code: 8000 })
  await expect(read()).rejects.toMatchObject({ code: 8000 })
  await expect(read()).resolves.toHaveProperty('_id')
})

test('the next reads and writes fail with one code, and nothing else does', async () => {
  await own.server.control.failNext(2, 11600)
  await expect(plain.db('test').command({ ping: 1 })).resolves.toMatchObject({ ok: 1 })
  const read = () => plain.db('test').collection('counters').findOne()
  await expect(read()).rejects.toMatchObject({ code: 11600, codeName: 'InterruptedAtShutdown' })
  await expect(read()).rejects.toMatchObject({ code: 11600 })
  await expect(read()).resolves.toHaveProperty('_id')
  await expect(own.server.control.failNext(-1, 11600)).rejects.toThrow(/is not how often/)
  await expect(own.server.control.slow(Number.NaN)).rejects.toThrow(/is no delay/)
})

describe('a MongoDB that is not ours', () => {
  test('fails by its own fail point', async () => {
    const { control } = connectMongo(own.server.url)
    await control.failNext(1, 8000, ['find'])
    const read = () => plain.db('test').collection('counters').findOne()
    await expect(read()).rejects.toMatchObject({ code: 8000 })
    await control.slow(60)
    const from = performance.now()
    await read()
    expect(performance.now() - from).toBeGreaterThan(55)
    await control.slow(0)
  })

  test('says what is missing when it offers none, and what it can never do', async () => {
    const { control } = connectMongo(own.server.url)
    const refused = { failCommands: ['configureFailPoint'], errorCode: 59 }
    await own.server.control.failCommand({ mode: 'alwaysOn', data: refused })
    await expect(control.failNext(1, 8000)).rejects.toThrow(/enableTestCommands=1.*INSULA_MONGO=embedded/)
    await expect(control.dropReplyAfterCommit()).rejects.toThrow(/INSULA_MONGO=embedded/)
  })
})

test('a fail point may skip calls first, and be set through the wire', async () => {
  const admin = plain.db('admin')
  await admin.command({
    configureFailPoint: 'failCommand',
    mode: { skip: 1 },
    data: { failCommands: ['ping'], errorCode: 91 },
  })
  await plain.db('test').command({ ping: 1 })
  await expect(plain.db('test').command({ ping: 1 })).rejects.toBeInstanceOf(MongoServerError)
  await admin.command({ configureFailPoint: 'failCommand', mode: 'off' })
  await plain.db('test').command({ ping: 1 })
})

test('a retryable write that meets a retryable error is tried again by the driver', async () => {
  await own.server.control.failCommand({
    mode: { times: 1 },
    data: { failCommands: ['update'], errorCode: 91 },
  })
  await increment()
  expect(await value()).toBe(1)
})

test('a write whose concern failed is done once, and tried again by its client', async () => {
  await own.server.control.failCommand({
    mode: { times: 1 },
    data: { failCommands: ['insert'], writeConcernError: { code: 91, errmsg: 'shutting down' } },
  })
  await counters().insertOne({ _id: 'm', n: 0 })
  expect(await counters().countDocuments()).toBe(2)
  expect((await own.server.control.stats()).commands.insert).toBeGreaterThanOrEqual(2)
})

test('a fail point may be meant for one application', async () => {
  const named = new MongoClient(own.server.url, { appName: 'worker', retryReads: false })
  const data = { failCommands: ['find'], errorCode: 8000, appName: 'worker' }
  await own.server.control.failCommand({ mode: 'alwaysOn', data })
  await expect(named.db('test').collection('counters').findOne()).rejects.toMatchObject({ code: 8000 })
  expect(await value()).toBe(0)
  await named.close()
})

test('a write whose reply is lost is done once, whether its client tries again or not', async () => {
  await own.server.control.dropReplyAfterCommit(1)
  await increment()
  expect(await value()).toBe(1)
  await own.server.control.dropReplyAfterCommit(1)
  const unretried = plain
    .db('test')
    .collection<Counter>('counters')
    .updateOne({ _id: 'n' }, { $inc: { n: 1 } })
  await expect(unretried).rejects.toBeInstanceOf(MongoNetworkError)
  expect(await value()).toBe(2)
})

test('a commit whose reply is lost commits once', async () => {
  await own.server.control.dropReplyAfterCommit(1)
  await own.client.withSession((session) =>
    session.withTransaction(async () => {
      await counters().updateOne({ _id: 'n' }, { $inc: { n: 1 } }, { session })
      await counters().insertOne({ _id: 'm', n: 0 }, { session })
    }),
  )
  expect(await value()).toBe(1)
  expect(await counters().countDocuments()).toBe(2)
})

test('a commit that fails with a transient error is tried again as a whole', async () => {
  await own.server.control.failCommand({
    mode: { times: 1 },
    data: { failCommands: ['commitTransaction'], errorCode: 251, errorLabels: ['TransientTransactionError'] },
  })
  let attempts = 0
  await own.client.withSession((session) =>
    session.withTransaction(async () => {
      attempts++
      await counters().updateOne({ _id: 'n' }, { $inc: { n: 1 } }, { session })
    }),
  )
  expect(attempts).toBe(2)
  expect(await value()).toBe(1)
})

test('a connection that is cut before the work does nothing', async () => {
  await own.server.control.failCommand({
    mode: { times: 1 },
    data: { failCommands: ['update'], closeConnection: true },
  })
  const write = plain
    .db('test')
    .collection<Counter>('counters')
    .updateOne({ _id: 'n' }, { $inc: { n: 1 } })
  await expect(write).rejects.toBeInstanceOf(MongoNetworkError)
  expect(await value()).toBe(0)
})

test('a slow server is slow until it is reset', async () => {
  await own.server.control.slow(60)
  const from = performance.now()
  await value()
  expect(performance.now() - from).toBeGreaterThan(55)
  await own.server.control.reset()
  expect(await own.server.control.databases()).toEqual([])
})

test.each([
  ['is answered once it is tried again', undefined, 1, { n: 1, tries: 2 }],
  [
    'is not done when it failed before its commit',
    { failBeforeCommitExceptionCode: 1 },
    2,
    { n: 0, tries: 2 },
  ],
  [
    'fails with its code where the connection stays',
    { failBeforeCommitExceptionCode: 8, closeConnection: false },
    1,
    { n: 0, tries: 1 },
  ],
])('a retryable write that meets onPrimaryTransactionalWrite %s', async (_, data, times, { n, tries }) => {
  const tried = async () => (await own.server.control.stats()).commands.update ?? 0
  const before = await tried()
  await plain
    .db('admin')
    .command({ configureFailPoint: 'onPrimaryTransactionalWrite', mode: { times }, ...(data && { data }) })
  await increment().catch((error) => expect(n, error).toBe(0))
  expect({ n: await value(), tries: (await tried()) - before }).toEqual({ n, tries })
})

test('an unknown field of a fail point is refused', async () => {
  const data = { failCommands: ['find'], errorCoed: 1 } as never
  await expect(own.server.control.failCommand({ mode: 'alwaysOn', data })).rejects.toMatchObject({ code: 2 })
})

test('the page can browse databases and documents', async () => {
  await counters().insertOne({ _id: 'date', n: 1, at: new Date(0) } as never)
  expect(await own.server.control.databases()).toEqual([
    { name: 'test', collections: [{ name: 'counters', documents: 2, indexes: ['_id_'] }] },
  ])
  expect(await own.server.control.sample('test', 'counters')).toEqual([
    { _id: 'n', n: 0 },
    { _id: 'date', n: 1, at: { $date: '1970-01-01T00:00:00Z' } },
  ])
  expect((await own.server.control.stats()).commands.insert).toBeGreaterThan(0)
})
