import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { expect, test } from 'vitest'
import { startS3 } from '../src/server.ts'
import { bucket, ownS3, refusalOf } from './s3.ts'

const s3 = ownS3()

const put = (Key: string, Body: string | Buffer) =>
  s3.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))
const get = (Key: string) => s3.client.send(new GetObjectCommand({ Bucket: bucket, Key }))

test('a folder is served by one server at a time, and given back by one that could not start', async () => {
  await expect(startS3({ port: 0, dataDir: s3.dataDir })).rejects.toThrow(/Another process already serves/)
  const { port } = s3.server
  // A taken port gives the folder back.
  const dataDir = await mkdtemp(join(tmpdir(), 'insula-s3-'))
  await expect(startS3({ port, dataDir })).rejects.toThrow(/EADDRINUSE/)
  const started = await startS3({ port: 0, dataDir })
  await started.close()
  await rm(dataDir, { recursive: true })
})

test('who reads an object while it is replaced and deleted gets all of the old bytes', async () => {
  const old = randomBytes(8_000_000)
  await put('moving', old)
  const reading = await get('moving')
  await put('moving', 'new')
  await s3.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'moving' }))
  expect(Buffer.from(await reading.Body!.transformToByteArray()).equals(old)).toBe(true)
})

test('a sender who waits to be told to continue is refused before it sends anything', async () => {
  const asked = request(s3.url('waited'), {
    method: 'PUT',
    headers: { expect: '100-continue', 'content-length': 1e9 },
  })
  asked.flushHeaders()
  let continued = false
  asked.on('continue', () => {
    continued = true
  })
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  expect([response.statusCode, continued]).toEqual([403, false])
  asked.destroy()
})

test('an expectation that nobody knows is passed over', async () => {
  const url = await getSignedUrl(s3.client, new PutObjectCommand({ Bucket: bucket, Key: 'expected' }))
  const asked = request(url, { method: 'PUT', headers: { expect: '200', 'content-length': 1 } })
  asked.end('x')
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  expect(response.statusCode).toBe(200)
})

test('an object is held in no memory, on its way in or out', async () => {
  const chunk = randomBytes(1024 * 1024)
  const chunks = 384
  const held = () => process.memoryUsage().arrayBuffers
  const before = held()
  let most = 0
  async function* bytes() {
    for (let sent = 0; sent < chunks; sent++) {
      most = Math.max(most, held())
      yield chunk
    }
  }
  const Body = Readable.from(bytes())
  const ContentLength = chunks * chunk.length
  await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'large', Body, ContentLength }))
  let read = 0
  for await (const part of (await get('large')).Body as Readable) {
    read += part.length
    most = Math.max(most, held())
  }
  expect(read).toBe(ContentLength)
  expect(most - before).toBeLessThan(ContentLength / 3)
})

test('a body cut off half way leaves no object behind', async () => {
  const url = await getSignedUrl(s3.client, new PutObjectCommand({ Bucket: bucket, Key: 'half' }))
  const sending = request(url, { method: 'PUT', headers: { 'content-length': 1_000_000 } })
  sending.on('error', () => {})
  sending.write(randomBytes(500_000), () => sending.destroy())
  await new Promise((closed) => sending.once('close', closed))
  expect(await refusalOf(get('half'))).toEqual({ name: 'NoSuchKey', status: 404 })
})
