import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { SendgridControl } from '@insula/local-sendgrid/control'
import type { StripeControl } from '@insula/local-stripe/control'
import { Redis } from 'ioredis'
import { MongoClient } from 'mongodb'
import Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SavedStates } from '../src/saved-states.ts'
import { type Cloud, startCloud } from '../src/start.ts'

let cloud: Cloud
let dataDir: string
let mongo: MongoClient
let redis: Redis
let s3: S3Client
let stripe: Stripe
let clock: StripeControl['clock']
let sendgrid: SendgridControl

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'insula-states-'))
  cloud = await startCloud({ dataDir })
  const { env, servers } = cloud
  mongo = new MongoClient(env.MONGODB_URI)
  redis = new Redis(env.REDIS_URL)
  const credentials = { accessKeyId: env.S3_ACCESS_KEY_ID, secretAccessKey: env.S3_SECRET_ACCESS_KEY }
  s3 = new S3Client({ endpoint: env.S3_ENDPOINT, region: env.S3_REGION, forcePathStyle: true, credentials })
  const { hostname, port } = new URL(env.STRIPE_API_BASE)
  stripe = new Stripe(env.STRIPE_SECRET_KEY, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0 })
  const control = servers.stripe?.control as StripeControl
  clock = control.clock
  sendgrid = servers.sendgrid?.control as SendgridControl
})
beforeEach(() => cloud.reset())
afterAll(async () => {
  redis.disconnect()
  s3.destroy()
  await mongo.close()
  await cloud.close()
  await rm(dataDir, { recursive: true })
})

const samples = () => mongo.db().collection<{ _id: string; [field: string]: unknown }>('samples')
const bucket = () => cloud.env.S3_BUCKET
const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: bucket(), Key, Body }))
const read = async (Key: string) =>
  await (await s3.send(new GetObjectCommand({ Bucket: bucket(), Key }))).Body?.transformToString()
const mail = (subject: string) =>
  fetch(`${cloud.env.SENDGRID_API_BASE}/v3/mail/send`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${cloud.env.SENDGRID_API_KEY}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      personalizations: [{ to: [{ email: 'ada@acme.test' }] }],
      from: { email: 'hello@insula.test' },
      subject,
      content: [{ type: 'text/plain', value: 'Hello' }],
    }),
  })
const savedFolders = async () =>
  (await readdir(join(dataDir, 'states'), { withFileTypes: true })).filter((one) => one.isDirectory())

describe('what is refused', () => {
  test.each(['', '../up', 'a/b', '.hidden', 'x'.repeat(65)])('"%s" is no name for a state', async (name) => {
    await expect(async () => cloud.states.save(name)).rejects.toThrow(
      /is not a name for a saved state.*after-onboarding/,
    )
    await expect(async () => cloud.states.restore(name)).rejects.toThrow(/is not a name/)
  })

  test('an unknown name is answered with those there are', async () => {
    await expect(cloud.states.restore('nothing')).rejects.toThrow(
      /no saved state "nothing".*save\("nothing"\)/,
    )
    await cloud.states.save('something')
    await expect(cloud.states.restore('nothing')).rejects.toThrow('There is: "something".')
    await expect(cloud.states.remove('nothing')).rejects.toThrow('There is: "something".')
    await cloud.states.remove('something')
  })

  test('a state whose servers do not run here changes nothing', async () => {
    await cloud.states.save('whole')
    const fewer = new SavedStates(join(dataDir, 'states'), new Map())
    await expect(fewer.restore('whole')).rejects.toThrow(/holds .*mongo.*, which does not run here/)
    await cloud.states.remove('whole')
  })

  test('a server that fails to save leaves no state behind', async () => {
    const broken = { call: () => Promise.reject(new Error('the disk is full')) }
    const states = new SavedStates(join(dataDir, 'states'), new Map([['broken', broken]]))
    await expect(states.save('half')).rejects.toThrow('the disk is full')
    expect(await cloud.states.list()).toEqual([])
  })
})

test('a restored state is what every server held when it was saved', async () => {
  await samples().insertOne({ _id: 'a', n: 1 })
  await samples().createIndex({ n: 1 }, { unique: true, name: 'by_n' })
  await mongo.db().command({ collMod: 'samples', validator: { n: { $type: 'number' } } })
  await redis.set('job', 'waiting')
  await redis.select(1)
  await redis.set('cached', 'for a while', 'PX', 60_000)
  await redis.select(0)
  await put('kept', 'as it was')
  const customer = await stripe.customers.create({ email: 'ada@acme.test' })
  await clock.advance('1 month')
  const then = await clock.now()
  await mail('kept')
  const state = await cloud.states.save('after-onboarding')
  expect(state).toMatchObject({
    name: 'after-onboarding',
    holds: expect.arrayContaining(['mongo', 'redis', 's3']),
  })
  expect(await cloud.states.list()).toEqual([state])

  await samples().updateOne({ _id: 'a' }, { $set: { n: 2 } })
  await samples().insertOne({ _id: 'b', n: 3 })
  await samples().dropIndex('by_n')
  await mongo.db('another').collection('later').insertOne({ a: 1 })
  await redis.flushall()
  await redis.set('later', '1')
  await put('kept', 'overwritten')
  await put('later', 'new')
  await s3.send(new DeleteObjectCommand({ Bucket: bucket(), Key: 'kept' }))
  await stripe.customers.del(customer.id)
  await clock.advance('1 year')
  await sendgrid.clear()
  await mail('later')

  await cloud.states.restore('after-onboarding')
  expect(await samples().find().toArray()).toEqual([{ _id: 'a', n: 1 }])
  await expect(samples().insertOne({ _id: 'c', n: 1 })).rejects.toMatchObject({ code: 11000 })
  await expect(samples().insertOne({ _id: 'c', n: 'one' })).rejects.toMatchObject({ code: 121 })
  expect((await mongo.db().admin().listDatabases()).databases.map(({ name }) => name)).not.toContain(
    'another',
  )
  expect([await redis.get('job'), await redis.get('later')]).toEqual(['waiting', null])
  await redis.select(1)
  expect(await redis.get('cached')).toBe('for a while')
  expect(await redis.pttl('cached')).toBeGreaterThan(0)
  await redis.select(0)
  expect(await read('kept')).toBe('as it was')
  await expect(read('later')).rejects.toMatchObject({ name: 'NoSuchKey' })
  expect((await stripe.customers.list()).data.map(({ id }) => id)).toEqual([customer.id])
  expect((await clock.now()) - then).toBeLessThan(60)
  expect((await sendgrid.inbox()).map(({ subject }) => subject)).toEqual(['kept'])

  await cloud.states.remove('after-onboarding')
  expect(await cloud.states.list()).toEqual([])
  expect(await savedFolders()).toEqual([])
  expect(await read('kept')).toBe('as it was')
})

test('a name that is taken is given to the new state, and the old one leaves nothing behind', async () => {
  await samples().insertOne({ _id: 'first' })
  await cloud.states.save('now')
  await samples().insertOne({ _id: 'second' })
  await cloud.states.save('now')
  await cloud.reset()
  await cloud.states.restore('now')
  expect(await samples().countDocuments()).toBe(2)
  expect(await savedFolders()).toHaveLength(1)
  await cloud.states.remove('now')
})

test('open cursors and transactions of before a restore end, and their clients go on', async () => {
  await samples().insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }])
  await cloud.states.save('before')
  const cursor = samples().find({}, { batchSize: 2 })
  await cursor.next()
  const session = mongo.startSession()
  session.startTransaction()
  await samples().insertOne({ _id: 'd' }, { session })
  await cloud.states.restore('before')
  await expect(cursor.toArray()).rejects.toMatchObject({ code: 43 })
  await expect(session.commitTransaction()).rejects.toMatchObject({ code: 251 })
  await session.endSession()
  await samples().insertOne({ _id: 'e' })
  expect(await samples().countDocuments()).toBe(4)
  await cloud.states.remove('before')
})

test('Stripe goes on delivering to where it delivers now, not to where it did when the state was saved', async () => {
  const control = cloud.servers.stripe?.control as StripeControl
  await control.forwardTo('http://127.0.0.1:9/old', 'whsec_old')
  await cloud.states.save('forwarded')
  await control.reset()
  await control.forwardTo('http://127.0.0.1:9/new', 'whsec_new')
  await cloud.states.restore('forwarded')
  const { data } = await stripe.webhookEndpoints.list()
  expect(data.map(({ url }) => url)).toEqual(['http://127.0.0.1:9/new'])
  await cloud.states.remove('forwarded')
})

test('a restore that a crash cut short is done again at the next start', async () => {
  await samples().insertOne({ _id: 'a' })
  await cloud.states.save('whole')
  await cloud.reset()
  await writeFile(join(dataDir, 'states', 'restoring'), 'whole')
  expect(await cloud.states.finish()).toBe('whole')
  expect(await samples().countDocuments()).toBe(1)
  expect(await cloud.states.finish()).toBeUndefined()
  await cloud.states.remove('whole')
})
