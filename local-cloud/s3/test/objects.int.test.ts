import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { bucket, ownS3, refusalOf } from './s3.ts'

const s3 = ownS3()

const put = (Key: string, Body: string | Buffer, more = {}) =>
  s3.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }))
const get = (Key: string, more = {}) => s3.client.send(new GetObjectCommand({ Bucket: bucket, Key, ...more }))

test('a key that is not there is NoSuchKey, and a bucket that is not there NoSuchBucket', async () => {
  expect(await refusalOf(get('missing'))).toEqual({ name: 'NoSuchKey', status: 404 })
  const elsewhere = s3.client.send(new GetObjectCommand({ Bucket: 'no-such-bucket', Key: 'a' }))
  expect(await refusalOf(elsewhere)).toEqual({ name: 'NoSuchBucket', status: 404 })
})

test('bytes that differ from their MD5 are refused and leave the old object in place', async () => {
  await put('guarded.txt', 'old')
  const wrong = createHash('md5').update('other').digest('base64')
  expect(await refusalOf(put('guarded.txt', 'new', { ContentMD5: wrong }))).toEqual({
    name: 'BadDigest',
    status: 400,
  })
  expect(await refusalOf(put('guarded.txt', 'new', { ContentMD5: 'short' }))).toEqual({
    name: 'InvalidDigest',
    status: 400,
  })
  expect(await (await get('guarded.txt')).Body!.transformToString()).toBe('old')
})

test.each(['ChecksumCRC32', 'ChecksumSHA256'])(
  'bytes that differ from their %s are refused',
  async (name) => {
    const own = {
      ChecksumCRC32: '6Le+Qw==',
      ChecksumSHA256: createHash('sha256').update('a').digest('base64'),
    }
    const sum = own[name as keyof typeof own]
    expect(await refusalOf(put('checked', 'other', { [name]: sum }))).toEqual({
      name: 'BadDigest',
      status: 400,
    })
    expect(await refusalOf(put('checked', 'a', { [name]: 'short' }))).toMatchObject({ status: 400 })
    expect(await put('checked', 'a', { [name]: sum })).toMatchObject({ [name]: sum })
    expect(await get('checked', { ChecksumMode: 'ENABLED' })).toMatchObject({ [name]: sum })
  },
)

test('an ACL that would open an object is refused, as on a bucket with ACLs switched off', async () => {
  const refusal = await refusalOf(put('public.txt', 'x', { ACL: 'public-read' }))
  expect(refusal).toEqual({ name: 'AccessControlListNotSupported', status: 400 })
  const unknown = await refusalOf(put('public.txt', 'x', { ACL: 'public-ready' as 'private' }))
  expect(unknown).toEqual({ name: 'InvalidArgument', status: 400 })
})

test('an object’s encodings come back as they were sent, without that of the transfer', async () => {
  await put('encoded', 'x', { ContentEncoding: 'deflate, gzip' })
  expect((await get('encoded')).ContentEncoding).toBe('deflate, gzip')
  await put('encoded', 'x', { ContentEncoding: 'aws-chunked, gzip' })
  expect((await get('encoded')).ContentEncoding).toBe('gzip')
})

test('an object comes back with its bytes, headers, metadata and ETag', async () => {
  const bytes = randomBytes(300_000)
  const md5 = createHash('md5').update(bytes).digest('hex')
  const answer = await put('photos/ä b+c.jpg', bytes, {
    ContentType: 'image/jpeg',
    CacheControl: 'max-age=60',
    ContentDisposition: 'attachment; filename="a.jpg"',
    Metadata: { owner: 'ten_1', note: 'two  words' },
  })
  expect(answer.ETag).toBe(`"${md5}"`)
  const object = await get('photos/ä b+c.jpg')
  expect(Buffer.from(await object.Body!.transformToByteArray()).equals(bytes)).toBe(true)
  expect(object).toMatchObject({
    ContentType: 'image/jpeg',
    CacheControl: 'max-age=60',
    ContentDisposition: 'attachment; filename="a.jpg"',
    ContentLength: 300_000,
    ETag: `"${md5}"`,
    Metadata: { owner: 'ten_1', note: 'two  words' },
  })
})

test('a stream is stored through aws-chunked framing with its trailing checksum', async () => {
  const bytes = randomBytes(2_000_000)
  const chunks = [bytes.subarray(0, 700_000), bytes.subarray(700_000)]
  await s3.client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: 'streamed',
      Body: Readable.from(chunks),
      ContentLength: bytes.length,
      ChecksumAlgorithm: 'SHA256',
    }),
  )
  const object = await get('streamed', { ChecksumMode: 'ENABLED' })
  expect(object.ChecksumSHA256).toBe(createHash('sha256').update(bytes).digest('base64'))
  expect(object.ContentEncoding).toBeUndefined()
  expect(Buffer.from(await object.Body!.transformToByteArray()).equals(bytes)).toBe(true)
})

test('a range brings just those bytes; one outside the object is refused', async () => {
  await put('range.txt', '0123456789')
  for (const [range, text, contentRange] of [
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=5-500', '56789', 'bytes 5-9/10'],
  ] as const) {
    const object = await get('range.txt', { Range: range })
    expect([
      await object.Body!.transformToString(),
      object.ContentRange,
      object.$metadata.httpStatusCode,
    ]).toEqual([text, contentRange, 206])
  }
  expect(await refusalOf(get('range.txt', { Range: 'bytes=10-' }))).toEqual({
    name: 'InvalidRange',
    status: 416,
  })
})

test('conditions on a read are decided by ETag and time', async () => {
  const { ETag } = await put('conditional.txt', 'x')
  const later = new Date(Date.now() + 3_600_000)
  const earlier = new Date(Date.now() - 3_600_000)
  const status = async (more: object) => (await refusalOf(get('conditional.txt', more))).status
  expect(await status({ IfMatch: '"other"' })).toBe(412)
  expect(await status({ IfUnmodifiedSince: earlier })).toBe(412)
  expect(await status({ IfNoneMatch: ETag })).toBe(304)
  expect(await status({ IfModifiedSince: later })).toBe(304)
  expect((await get('conditional.txt', { IfMatch: ETag, IfUnmodifiedSince: earlier })).ETag).toBe(ETag)
  expect((await get('conditional.txt', { IfNoneMatch: '"other"', IfModifiedSince: later })).ETag).toBe(ETag)
})

test('of many writers with If-None-Match: * exactly one wins', async () => {
  const attempts = Array.from({ length: 8 }, (_, index) =>
    put('once.txt', `writer ${index}`, { IfNoneMatch: '*' }),
  )
  const outcomes = await Promise.allSettled(attempts)
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.name] : []))
  expect(new Set(refused)).toEqual(new Set(['PreconditionFailed']))
})

test('If-Match on a write needs the present ETag', async () => {
  const { ETag } = await put('swap.txt', 'one')
  await put('swap.txt', 'two', { IfMatch: ETag })
  expect(await refusalOf(put('swap.txt', 'three', { IfMatch: ETag }))).toEqual({
    name: 'PreconditionFailed',
    status: 412,
  })
  expect(await refusalOf(put('never.txt', 'x', { IfMatch: ETag }))).toEqual({
    name: 'NoSuchKey',
    status: 404,
  })
})

test('an answer’s headers can be set by response- parameters', async () => {
  await put('plain.bin', 'x')
  const object = await get('plain.bin', {
    ResponseContentType: 'text/css',
    ResponseContentDisposition: 'inline',
  })
  expect([object.ContentType, object.ContentDisposition]).toEqual(['text/css', 'inline'])
})

test('a copy takes bytes and metadata with it, or new metadata where told', async () => {
  await put('origin.txt', 'bytes', { ContentType: 'text/plain', Metadata: { a: '1' } })
  const source = { Bucket: bucket, CopySource: `${bucket}/origin.txt` }
  await s3.client.send(new CopyObjectCommand({ ...source, Key: 'copy.txt' }))
  await s3.client.send(
    new CopyObjectCommand({
      ...source,
      Key: 'changed.txt',
      MetadataDirective: 'REPLACE',
      Metadata: { b: '2' },
    }),
  )
  await s3.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'origin.txt' }))
  const copy = await get('copy.txt')
  expect([await copy.Body!.transformToString(), copy.Metadata, copy.ContentType]).toEqual([
    'bytes',
    { a: '1' },
    'text/plain',
  ])
  expect((await get('changed.txt')).Metadata).toEqual({ b: '2' })
})

test('an object may not be copied onto itself unchanged', async () => {
  await put('self.txt', 'x', { Metadata: { a: '1' } })
  const onto = { Bucket: bucket, Key: 'self.txt', CopySource: `/${bucket}/self.txt` }
  expect(await refusalOf(s3.client.send(new CopyObjectCommand(onto)))).toEqual({
    name: 'InvalidRequest',
    status: 400,
  })
  await s3.client.send(new CopyObjectCommand({ ...onto, MetadataDirective: 'REPLACE', Metadata: { a: '2' } }))
  const object = await get('self.txt')
  expect([await object.Body!.transformToString(), object.Metadata]).toEqual(['x', { a: '2' }])
  await s3.client.send(new CopyObjectCommand({ ...onto, StorageClass: 'STANDARD' }))
  expect((await get('self.txt')).Metadata).toEqual({ a: '2' })
})

test('a copy’s conditions are decided on its source', async () => {
  const { ETag } = await put('source.txt', 'x')
  const copy = { Bucket: bucket, Key: 'target.txt', CopySource: `${bucket}/source.txt` }
  const refusal = await refusalOf(
    s3.client.send(new CopyObjectCommand({ ...copy, CopySourceIfNoneMatch: ETag })),
  )
  expect(refusal).toEqual({ name: 'PreconditionFailed', status: 412 })
  await s3.client.send(new CopyObjectCommand({ ...copy, CopySourceIfMatch: ETag }))
})

test('many keys are deleted at once, those that are not there included', async () => {
  await put('many/1', 'x')
  await put('many/2', 'x')
  const Objects = [{ Key: 'many/1' }, { Key: 'many/2' }, { Key: 'many/3' }]
  const answer = await s3.client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }))
  expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['many/1', 'many/2', 'many/3'])
  expect(
    (await refusalOf(s3.client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'many/1' })))).status,
  ).toBe(404)
  const quiet = await s3.client.send(
    new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
  )
  expect(quiet.Deleted).toBeUndefined()
})

test('one of many deletions may be conditional on its ETag', async () => {
  const { ETag } = await put('swept', 'x')
  const sweep = (etag: string) =>
    s3.client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: 'swept', ETag: etag }] } }),
    )
  expect((await sweep('"other"')).Errors).toMatchObject([{ Key: 'swept', Code: 'PreconditionFailed' }])
  expect((await sweep(ETag!)).Deleted).toMatchObject([{ Key: 'swept' }])
})
