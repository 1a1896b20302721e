import { createHash, randomBytes } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  paginateListParts,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { expect, test } from 'vitest'
import { anUpload, bucket, ownS3, refusalOf } from './s3.ts'

const s3 = ownS3()
const mebibyte = 1024 ** 2
const first = randomBytes(5 * mebibyte)
const second = randomBytes(mebibyte)

const begin = (Key: string, more = {}) => anUpload(s3.client, Key, more)
const md5 = (bytes: Buffer) => createHash('md5').update(bytes)

test('a part smaller than 5 MiB may only be the last', async () => {
  const { part, complete } = await begin('small-part')
  const parts = [await part(1, second), await part(2, first)]
  expect(await refusalOf(complete(parts))).toEqual({ name: 'EntityTooSmall', status: 400 })
})

test('parts must be listed in order, be there, and have the listed ETag', async () => {
  const { part, complete } = await begin('wrong-parts')
  const one = await part(1, first)
  const two = await part(2, second)
  expect(await refusalOf(complete([two, one]))).toEqual({ name: 'InvalidPartOrder', status: 400 })
  expect(await refusalOf(complete([one, { ...two, ETag: one.ETag }]))).toEqual({
    name: 'InvalidPart',
    status: 400,
  })
  expect(await refusalOf(complete([one, { ...two, PartNumber: 3 }]))).toEqual({
    name: 'InvalidPart',
    status: 400,
  })
  expect(await refusalOf(complete([]))).toEqual({ name: 'MalformedXML', status: 400 })
})

test('an upload that is not there, or was aborted, is NoSuchUpload', async () => {
  const { upload, part, complete } = await begin('aborted')
  const one = await part(1, second)
  await s3.client.send(new AbortMultipartUploadCommand(upload))
  expect(await refusalOf(part(2, second))).toEqual({ name: 'NoSuchUpload', status: 404 })
  expect(await refusalOf(complete([one]))).toEqual({ name: 'NoSuchUpload', status: 404 })
  expect(
    (await refusalOf(s3.client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'aborted' })))).status,
  ).toBe(404)
})

test('parts become one object with metadata, in the order of their numbers, the last of each number', async () => {
  const { upload, part, complete } = await begin('whole', { ContentType: 'video/mp4', Metadata: { a: '1' } })
  const two = await part(2, second)
  await part(1, second)
  const one = await part(1, first)
  const pages: unknown[] = []
  for await (const page of paginateListParts({ client: s3.client, pageSize: 1 }, upload)) {
    pages.push([page.Parts?.length, page.IsTruncated, page.NextPartNumberMarker])
  }
  expect(pages).toEqual([
    [1, true, '1'],
    [1, false, undefined],
  ])
  const answer = await complete([one, two])
  const etag = createHash('md5').update(md5(first).digest()).update(md5(second).digest()).digest('hex')
  expect(answer.ETag).toBe(`"${etag}-2"`)
  const object = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'whole' }))
  expect(Buffer.from(await object.Body!.transformToByteArray()).equals(Buffer.concat([first, second]))).toBe(
    true,
  )
  expect(object).toMatchObject({ ContentType: 'video/mp4', Metadata: { a: '1' }, ETag: answer.ETag })

  const across = `bytes=${first.length - 2}-${first.length + 1}`
  const range = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'whole', Range: across }))
  const expected = Buffer.concat([first.subarray(-2), second.subarray(0, 2)])
  expect(Buffer.from(await range.Body!.transformToByteArray()).equals(expected)).toBe(true)
  const secondPart = await s3.client.send(
    new HeadObjectCommand({ Bucket: bucket, Key: 'whole', PartNumber: 2 }),
  )
  expect([secondPart.ContentLength, secondPart.PartsCount]).toEqual([second.length, 2])
})

test('completing again after a lost reply gives the same answer', async () => {
  const { part, complete } = await begin('twice')
  const parts = [await part(1, second)]
  await s3.control.dropNextReplies(1)
  expect((await refusalOf(complete(parts))).status).toBeUndefined()
  expect((await complete(parts)).ETag).toMatch(/^"[0-9a-f]{32}-1"$/)
})

test('a completion may be conditional on there being no object yet', async () => {
  await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'taken', Body: 'x' }))
  const { part, complete } = await begin('taken')
  const refusal = await refusalOf(complete([await part(1, second)], { IfNoneMatch: '*' }))
  expect(refusal).toEqual({ name: 'PreconditionFailed', status: 412 })
})

test('parts can be copied from ranges of other objects, which may then go', async () => {
  const Body = Buffer.concat([first, second])
  await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'source', Body }))
  const { upload, complete } = await begin('copied')
  const copy = { ...upload, CopySource: `${bucket}/source` }
  const outside = new UploadPartCopyCommand({
    ...copy,
    PartNumber: 1,
    CopySourceRange: `bytes=0-${Body.length}`,
  })
  expect(await refusalOf(s3.client.send(outside))).toEqual({ name: 'InvalidRange', status: 416 })
  const range = `bytes=${mebibyte}-${6 * mebibyte - 1}`
  const part = new UploadPartCopyCommand({ ...copy, PartNumber: 1, CopySourceRange: range })
  const { CopyPartResult } = await s3.client.send(part)
  await s3.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'source' }))
  await complete([{ PartNumber: 1, ETag: CopyPartResult?.ETag }])
  const object = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'copied' }))
  expect(Buffer.from(await object.Body!.transformToByteArray()).equals(Body.subarray(mebibyte))).toBe(true)
})

test('a copy of a multipart object is a whole one, with the MD5 of its bytes', async () => {
  const { part, complete } = await begin('parted')
  await complete([await part(1, second)])
  const copy = new CopyObjectCommand({ Bucket: bucket, Key: 'united', CopySource: `${bucket}/parted` })
  const { CopyObjectResult } = await s3.client.send(copy)
  expect(CopyObjectResult?.ETag).toBe(`"${md5(second).digest('hex')}"`)
})

test('a part is uploaded by a presigned address', async () => {
  const { upload, complete } = await begin('presigned')
  const url = await getSignedUrl(s3.client, new UploadPartCommand({ ...upload, PartNumber: 1 }), {
    expiresIn: 60,
  })
  expect(
    (await fetch(url.replace('partNumber=1', 'partNumber=2'), { method: 'PUT', body: 'x' })).status,
  ).toBe(403)
  const answer = await fetch(url, { method: 'PUT', body: 'bytes' })
  await complete([{ PartNumber: 1, ETag: answer.headers.get('etag') }])
  const object = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'presigned' }))
  expect(await object.Body!.transformToString()).toBe('bytes')
})

test('uploads in progress are listed by key, page by page', async () => {
  for (const Key of ['pending/b', 'pending/a', 'pending/a', 'pending/c/1', 'pending/c/2']) await begin(Key)
  const seen: string[] = []
  let marker: object = {}
  for (;;) {
    const page = await s3.client.send(
      new ListMultipartUploadsCommand({
        Bucket: bucket,
        Prefix: 'pending/',
        Delimiter: '/',
        MaxUploads: 2,
        ...marker,
      }),
    )
    seen.push(
      ...(page.Uploads ?? []).map(({ Key }) => Key!),
      ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!),
    )
    if (!page.IsTruncated) break
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
  }
  expect(seen).toEqual(['pending/a', 'pending/a', 'pending/b', 'pending/c/'])
})
