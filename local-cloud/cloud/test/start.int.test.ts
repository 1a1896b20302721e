import { Redis } from 'ioredis'
import { MongoClient } from 'mongodb'
import { expect, test } from 'vitest'
import { startCloud } from '../src/start.ts'

test('two clouds know nothing of each other, and reset empties one', async () => {
  await using first = await startCloud()
  await using second = await startCloud()
  const mongo = new MongoClient(first.env.MONGODB_URI)
  await mongo.db().collection('things').insertOne({ a: 1 })
  const redis = new Redis(first.env.REDIS_URL)
  await redis.set('a', '1')

  const other = new MongoClient(second.env.MONGODB_URI)
  expect(await other.db().collection('things').countDocuments()).toBe(0)
  expect(second.env.STRIPE_SECRET_KEY).not.toBe(first.env.STRIPE_SECRET_KEY)

  await first.reset()
  expect(await mongo.db().collection('things').countDocuments()).toBe(0)
  expect(await redis.get('a')).toBeNull()
  redis.disconnect()
  await mongo.close()
  await other.close()
})

test('each service refuses whoever does not know this cloud’s keys', async () => {
  await using cloud = await startCloud()
  const { STRIPE_API_BASE, SENDGRID_API_BASE, S3_ENDPOINT, S3_BUCKET } = cloud.env
  const strange = { headers: { authorization: 'Bearer sk_test_of_someone_else' } }
  expect((await fetch(`${STRIPE_API_BASE}/v1/customers`, strange)).status).toBe(401)
  expect(
    (await fetch(`${SENDGRID_API_BASE}/v3/mail/send`, { ...strange, method: 'POST', body: '{}' })).status,
  ).toBe(401)
  expect((await fetch(`${S3_ENDPOINT}/${S3_BUCKET}`)).status).toBe(403)
})
