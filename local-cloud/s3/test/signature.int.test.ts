import { createHmac } from 'node:crypto'
import { Agent } from 'node:http'
import {
  CreateBucketCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { aClient, bucket, codeOf, credentials, ownS3, refusalOf } from './s3.ts'

const s3 = ownS3({ now: () => Date.now() + aheadMs })
/** How far the server's clock is ahead. */
let aheadMs = 0
beforeAll(async () => {
  await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'a.txt', Body: 'hello' }))
})
afterEach(() => {
  aheadMs = 0
})

const getA = new GetObjectCommand({ Bucket: bucket, Key: 'a.txt' })

test('a request without a signature is refused', async () => {
  expect(await codeOf(await fetch(s3.url('a.txt')))).toEqual([403, 'AccessDenied'])
  expect(await codeOf(await fetch(`${s3.server.url}/nowhere/a.txt`))).toEqual([404, 'NoSuchBucket'])
})

test('a stranger makes no bucket', async () => {
  const response = await fetch(`${s3.server.url}/of-a-stranger`, { method: 'PUT' })
  expect(await codeOf(response)).toEqual([403, 'AccessDenied'])
  const { Buckets } = await s3.client.send(new ListBucketsCommand())
  expect(Buckets?.map(({ Name }) => Name)).toEqual([bucket])
})

test('a signature for another region than the bucket’s is refused, with the one that is expected', async () => {
  const elsewhere = aClient(s3.server.url, { region: 'mars-1' })
  const malformed = { name: 'AuthorizationHeaderMalformed', status: 400 }
  expect(await refusalOf(elsewhere.send(getA))).toEqual(malformed)
  expect(await refusalOf(elsewhere.send(new ListBucketsCommand()))).toEqual(malformed)
  expect(await refusalOf(elsewhere.send(new CreateBucketCommand({ Bucket: 'on-mars' })))).toEqual(malformed)
  const presigned = await fetch(await getSignedUrl(elsewhere, getA))
  expect(presigned.headers.get('x-amz-bucket-region')).toBe('us-east-1')
  expect(await codeOf(presigned)).toEqual([400, 'AuthorizationQueryParametersError'])
})

test('a bucket of another region is used from there, and found from where the server stands', async () => {
  const region = 'eu-west-3'
  const CreateBucketConfiguration = { LocationConstraint: region } as const
  await s3.client.send(new CreateBucketCommand({ Bucket: 'paris', CreateBucketConfiguration }))
  const put = new PutObjectCommand({ Bucket: 'paris', Key: 'a', Body: 'x' })
  expect((await refusalOf(s3.client.send(put))).name).toBe('AuthorizationHeaderMalformed')
  await aClient(s3.server.url, { region }).send(put)
  const location = await s3.client.send(new GetBucketLocationCommand({ Bucket: 'paris' }))
  expect(location.LocationConstraint).toBe(region)
})

test('a wrong secret, a wrong key and a clock an hour off are each refused with their own code', async () => {
  const refused = (config: object) => refusalOf(aClient(s3.server.url, config).send(new ListBucketsCommand()))
  const { accessKeyId, secretAccessKey } = credentials
  expect(await refused({ credentials: { accessKeyId, secretAccessKey: 'wrong' } })).toEqual({
    name: 'SignatureDoesNotMatch',
    status: 403,
  })
  expect(await refused({ credentials: { accessKeyId: 'nobody', secretAccessKey } })).toEqual({
    name: 'InvalidAccessKeyId',
    status: 403,
  })
  aheadMs = 3_600_000
  // A client of its own, for the SDK takes the server's time over from such a refusal.
  expect(await refusalOf(aClient(s3.server.url).send(getA))).toEqual({
    name: 'RequestTimeTooSkewed',
    status: 403,
  })
})

test('a presigned address gives the object until it expires', async () => {
  const url = await getSignedUrl(s3.client, getA, { expiresIn: 60 })
  expect(await (await fetch(url)).text()).toBe('hello')
  aheadMs = 61_000
  expect(await codeOf(await fetch(url))).toEqual([403, 'AccessDenied'])
})

test('a presigned address is good for its own key, method and headers only', async () => {
  const url = await getSignedUrl(s3.client, getA, { expiresIn: 60 })
  expect(await codeOf(await fetch(url.replace('a.txt', 'b.txt')))).toEqual([403, 'SignatureDoesNotMatch'])
  expect(await codeOf(await fetch(url, { method: 'DELETE' }))).toEqual([403, 'SignatureDoesNotMatch'])
  expect(await codeOf(await fetch(url.replace('Expires=60', 'Expires=600')))).toEqual([
    403,
    'SignatureDoesNotMatch',
  ])
  expect(await codeOf(await fetch(url, { headers: { 'x-amz-meta-a': '1' } }))).toEqual([403, 'AccessDenied'])
  expect(await codeOf(await fetch(`${url}&response-content-type=text/html`))).toEqual([
    403,
    'SignatureDoesNotMatch',
  ])
})

test('an address presigned for longer than a week is refused', async () => {
  const url = await getSignedUrl(s3.client, getA, { expiresIn: 604_800 })
  const longer = url.replace('Expires=604800', 'Expires=604801')
  expect(await codeOf(await fetch(longer))).toEqual([400, 'AuthorizationQueryParametersError'])
})

test('a presigned PUT stores what is sent to it', async () => {
  const command = new PutObjectCommand({ Bucket: bucket, Key: 'sent.txt', ContentType: 'text/plain' })
  const url = await getSignedUrl(s3.client, command, {
    expiresIn: 60,
    signableHeaders: new Set(['content-type']),
  })
  expect(
    await codeOf(await fetch(url, { method: 'PUT', body: 'x', headers: { 'content-type': 'text/html' } })),
  ).toEqual([403, 'SignatureDoesNotMatch'])
  const answer = await fetch(url, { method: 'PUT', body: 'sent', headers: { 'content-type': 'text/plain' } })
  expect(answer.status).toBe(200)
  const stored = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'sent.txt' }))
  expect([await stored.Body!.transformToString(), stored.ContentType]).toEqual(['sent', 'text/plain'])
})

test('headers that a presigned address carries in its query count, but for the checksum of no body', async () => {
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: 'hoisted',
    Metadata: { a: 'b' },
    Tagging: 'c=d',
  })
  const url = await getSignedUrl(s3.client, command)
  expect(url).toContain('x-amz-checksum-crc32')
  const more = { 'x-amz-meta-a': 'changed' }
  expect(await codeOf(await fetch(url, { method: 'PUT', body: 'sent', headers: more }))).toEqual([
    403,
    'AccessDenied',
  ])
  expect((await fetch(url, { method: 'PUT', body: 'sent' })).status).toBe(200)
  const stored = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'hoisted' }))
  expect([stored.Metadata, stored.TagCount]).toEqual([{ a: 'b' }, 1])
  const opened = new PutObjectCommand({ Bucket: bucket, Key: 'hoisted', ACL: 'public-read' })
  const answer = await fetch(await getSignedUrl(s3.client, opened), { method: 'PUT', body: 'x' })
  expect(await codeOf(answer)).toEqual([400, 'AccessControlListNotSupported'])
})

test('an address presigned with version 2 gives the object until it expires', async () => {
  const expires = Math.floor(Date.now() / 1000) + 60
  const text = `GET\n\n\n${expires}\n/${bucket}/a.txt?response-content-type=text/x`
  const signature = createHmac('sha1', credentials.secretAccessKey).update(text).digest('base64')
  const query = new URLSearchParams({
    AWSAccessKeyId: credentials.accessKeyId,
    Signature: signature,
    Expires: String(expires),
  })
  const url = s3.url(`a.txt?${query}&response-content-type=text/x`)
  expect(await codeOf(await fetch(url.replace('text/x', 'text/y')))).toEqual([403, 'SignatureDoesNotMatch'])
  const answer = await fetch(url)
  expect([await answer.text(), answer.headers.get('content-type')]).toEqual(['hello', 'text/x'])
  aheadMs = 61_000
  expect(await codeOf(await fetch(url))).toEqual([403, 'AccessDenied'])
})

test('buckets answer at their own host name as well as at a path', async () => {
  // Browsers take every name under localhost for this machine; Node has to be told.
  const here = new Agent({
    lookup: (_name, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]),
  })
  const hosted = aClient(`http://localhost:${s3.server.port}`, {
    forcePathStyle: false,
    requestHandler: { httpAgent: here },
  })
  await hosted.send(new CreateBucketCommand({ Bucket: 'hosted' }))
  await hosted.send(new PutObjectCommand({ Bucket: 'hosted', Key: 'deep/a b', Body: 'x' }))
  const object = await s3.client.send(new GetObjectCommand({ Bucket: 'hosted', Key: 'deep/a b' }))
  expect(await object.Body!.transformToString()).toBe('x')
})
