import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { aClient, aServer, bucket, ownS3, refusalOf } from './s3.ts'

const s3 = ownS3()

const put = new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'x' })

test('the next calls fail with the wanted status, and the SDK tries again', async () => {
  await s3.control.failNext(1, 503)
  expect(await refusalOf(s3.client.send(put))).toEqual({ name: 'SlowDown', status: 503 })
  await s3.control.failNext(2, 500)
  const patient = aClient(s3.server.url, { maxAttempts: 3 })
  expect((await patient.send(put)).$metadata.attempts).toBe(3)
})

test('a dropped reply is a call that was done', async () => {
  await s3.control.dropNextReplies(1)
  const lost = s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'dropped', Body: 'done' }))
  expect((await refusalOf(lost)).status).toBeUndefined()
  const object = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'dropped' }))
  expect(await object.Body!.transformToString()).toBe('done')
})

test('a slow server is slow until it is told to be as fast as before', async () => {
  await s3.control.slow(80)
  const from = performance.now()
  await s3.client.send(put)
  expect(performance.now() - from).toBeGreaterThan(75)
  await s3.control.slow(0)
  await s3.client.send(put)
})

test('a switch that makes no sense is refused', async () => {
  await expect(s3.control.failNext(1, 200)).rejects.toThrow(/an HTTP status from 400 to 599/)
  await expect(s3.control.dropNextReplies(0.5)).rejects.toThrow(/is not how often/)
  await expect(s3.control.slow(-1)).rejects.toThrow(/is no delay/)
})

test('objects outlive the server, and a reset leaves nothing', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'insula-s3-'))
  const before = await aServer({ dataDir })
  await before.client.send(new CreateBucketCommand({ Bucket: bucket }))
  await before.client.send(put)
  await before.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'doc', Body: 'done' }))
  await before.stop()
  const again = await aServer({ dataDir })
  expect(await again.control.buckets()).toMatchObject([{ name: bucket, objects: 2, bytes: 5 }])
  expect(await again.control.objects(bucket, { prefix: 'd' })).toMatchObject([{ key: 'doc', bytes: 4 }])
  await again.control.reset()
  expect((await again.client.send(new ListBucketsCommand())).Buckets).toEqual([])
  await again.stop()
  await rm(dataDir, { recursive: true })
})

test('a standing bucket is there from the start, open to pages, and comes back after a reset', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'insula-s3-'))
  const standing = await aServer({ dataDir, buckets: ['uploads'], region: 'eu-central-1' })
  await standing.control.reset()
  expect(await standing.control.buckets()).toMatchObject([
    { name: 'uploads', region: 'eu-central-1', objects: 0 },
  ])
  const asked = await fetch(`${standing.server.url}/uploads`, {
    method: 'OPTIONS',
    headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' },
  })
  expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
  await standing.stop()
  await rm(dataDir, { recursive: true })
})
