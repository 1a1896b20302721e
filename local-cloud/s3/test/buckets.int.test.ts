import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketCorsCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutBucketCorsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { aClient, bucket, codeOf, ownS3, refusalOf } from './s3.ts'

const s3 = ownS3()

const create = (Bucket: string) => s3.client.send(new CreateBucketCommand({ Bucket }))

test.each(['ab', 'Upper', 'under_score', 'dots..twice', 'dot.-dash', 'dash-.dot', '192.168.0.1', '-dash'])(
  '%s is no name for a bucket',
  async (name) => {
    expect(await refusalOf(create(name))).toEqual({ name: 'InvalidBucketName', status: 400 })
  },
)

test('a bucket is not created with what it would not have', async () => {
  const refused = (more: object) =>
    refusalOf(s3.client.send(new CreateBucketCommand({ Bucket: 'special', ...more })))
  expect(await refused({ ObjectLockEnabledForBucket: true })).toEqual({ name: 'NotImplemented', status: 501 })
  const opened = { name: 'InvalidBucketAclWithObjectOwnership', status: 400 }
  expect(await refused({ ACL: 'public-read' })).toEqual(opened)
})

test('a bucket with an object in it may not be deleted', async () => {
  await create('full-bucket')
  await s3.client.send(new PutObjectCommand({ Bucket: 'full-bucket', Key: 'a', Body: 'x' }))
  const refusal = await refusalOf(s3.client.send(new DeleteBucketCommand({ Bucket: 'full-bucket' })))
  expect(refusal).toEqual({ name: 'BucketNotEmpty', status: 409 })
})

test('a bucket is created in its region, listed, found and deleted', async () => {
  const region = { LocationConstraint: 'eu-central-1' } as const
  const command = new CreateBucketCommand({ Bucket: 'frankfurt', CreateBucketConfiguration: region })
  await s3.client.send(command)
  expect(await refusalOf(s3.client.send(command))).toEqual({ name: 'BucketAlreadyOwnedByYou', status: 409 })
  const location = await s3.client.send(new GetBucketLocationCommand({ Bucket: 'frankfurt' }))
  expect(location.LocationConstraint).toBe('eu-central-1')
  const { Buckets } = await s3.client.send(new ListBucketsCommand({ Prefix: 'frank' }))
  expect(Buckets).toMatchObject([
    { Name: 'frankfurt', BucketRegion: 'eu-central-1', CreationDate: expect.any(Date) },
  ])
  const there = aClient(s3.server.url, { region: 'eu-central-1' })
  await there.send(new DeleteBucketCommand({ Bucket: 'frankfurt' }))
  const head = s3.client.send(new HeadBucketCommand({ Bucket: 'frankfurt' }))
  expect((await refusalOf(head)).status).toBe(404)
})

test('listings sort by bytes, roll up common prefixes and go on by token', async () => {
  await create('listed')
  const keys = ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'é', 'z/9', '\u{1f600}']
  for (const Key of keys) await s3.client.send(new PutObjectCommand({ Bucket: 'listed', Key, Body: 'x' }))
  const all = await s3.client.send(new ListObjectsV2Command({ Bucket: 'listed' }))
  expect(all.Contents?.map(({ Key }) => Key)).toEqual([
    'a',
    'b/1',
    'b/2',
    'b/c/3',
    'd',
    'z/9',
    'é',
    '\u{1f600}',
  ])

  const seen: string[] = []
  let ContinuationToken: string | undefined
  do {
    const page = await s3.client.send(
      new ListObjectsV2Command({ Bucket: 'listed', Delimiter: '/', MaxKeys: 2, ContinuationToken }),
    )
    seen.push(
      ...(page.Contents ?? []).map(({ Key }) => Key!),
      ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!),
    )
    expect(page.KeyCount).toBeLessThanOrEqual(2)
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken)
  expect(seen).toEqual(['a', 'b/', 'd', 'z/', 'é', '\u{1f600}'])

  const within = await s3.client.send(
    new ListObjectsV2Command({ Bucket: 'listed', Prefix: 'b/', Delimiter: '/', StartAfter: 'b/1' }),
  )
  expect([within.Contents?.map(({ Key }) => Key), within.CommonPrefixes]).toEqual([
    ['b/2'],
    [{ Prefix: 'b/c/' }],
  ])
})

test('the first listing goes on by marker and can encode its keys', async () => {
  await create('marked')
  for (const Key of ['a', 'b +?', 'c/1', 'c/2', 'd']) {
    await s3.client.send(new PutObjectCommand({ Bucket: 'marked', Key, Body: 'x' }))
  }
  const first = await s3.client.send(new ListObjectsCommand({ Bucket: 'marked', Delimiter: '/', MaxKeys: 3 }))
  expect([first.IsTruncated, first.NextMarker]).toEqual([true, 'c/'])
  const rest = await s3.client.send(
    new ListObjectsCommand({ Bucket: 'marked', Delimiter: '/', Marker: 'c/' }),
  )
  expect([rest.Contents?.map(({ Key }) => Key), rest.CommonPrefixes]).toEqual([['d'], undefined])
  const encoded = await s3.client.send(
    new ListObjectsCommand({ Bucket: 'marked', EncodingType: 'url', Prefix: 'b' }),
  )
  expect(encoded.Contents?.[0]?.Key).toBe('b%20%2B%3F')
})

test('many keys under one prefix are one entry, and as many prefixes as wanted one page', async () => {
  await create('wide')
  const keys = Array.from({ length: 260 }, (_, index) => `${String(index).padStart(3, '0')}/x`)
  await Promise.all(
    keys.map((Key) => s3.client.send(new PutObjectCommand({ Bucket: 'wide', Key, Body: 'x' }))),
  )
  const page = await s3.client.send(
    new ListObjectsV2Command({ Bucket: 'wide', Delimiter: '/', MaxKeys: 250 }),
  )
  expect([page.CommonPrefixes?.length, page.IsTruncated]).toEqual([250, true])
  const rolled = await s3.client.send(
    new ListObjectsV2Command({ Bucket: 'wide', Prefix: '0', Delimiter: '1/' }),
  )
  expect([rolled.CommonPrefixes?.length, rolled.Contents?.length, rolled.IsTruncated]).toEqual([
    10,
    90,
    false,
  ])
})

test('a page of another origin may only do what a CORS rule allows', async () => {
  const ask = (origin: string, method: string, headers = '') =>
    fetch(s3.url('a'), {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers },
    })
  expect(await codeOf(await ask('http://app.localhost', 'PUT'))).toEqual([403, 'AccessForbidden'])
  const rules = { Bucket: bucket }
  expect(await refusalOf(s3.client.send(new GetBucketCorsCommand(rules)))).toEqual({
    name: 'NoSuchCORSConfiguration',
    status: 404,
  })
  const CORSRules = [
    {
      AllowedOrigins: ['http://*.localhost'],
      AllowedMethods: ['PUT', 'POST'],
      AllowedHeaders: ['content-*'],
      ExposeHeaders: ['ETag'],
      MaxAgeSeconds: 300,
    },
  ]
  await s3.client.send(new PutBucketCorsCommand({ ...rules, CORSConfiguration: { CORSRules } }))
  expect((await s3.client.send(new GetBucketCorsCommand(rules))).CORSRules).toEqual(CORSRules)
  expect((await ask('http://evil.example', 'PUT')).status).toBe(403)
  expect((await ask('http://app.localhost', 'DELETE')).status).toBe(403)
  expect((await ask('http://app.localhost', 'PUT', 'x-amz-meta-a')).status).toBe(403)
  const allowed = await ask('http://app.localhost', 'PUT', 'Content-Type')
  expect(Object.fromEntries(allowed.headers)).toMatchObject({
    'access-control-allow-origin': 'http://app.localhost',
    'access-control-allow-methods': 'PUT, POST',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '300',
  })
  const refused = await fetch(s3.url('a'), {
    method: 'PUT',
    body: 'x',
    headers: { origin: 'http://app.localhost' },
  })
  expect([refused.status, refused.headers.get('access-control-expose-headers')]).toEqual([403, 'ETag'])
})
