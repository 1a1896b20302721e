import { Redis } from 'ioredis'
import { expect, test } from 'vitest'

test('this run of tests has its own Redis, MongoDB name and keys', async () => {
  expect(process.env.MONGODB_URI).toMatch(/test_[0-9a-f]+_[0-9a-f]+/)
  const client = new Redis(process.env.REDIS_URL ?? '')
  expect(await client.ping()).toBe('PONG')
  client.disconnect()
})
