import { createHash, randomBytes } from 'node:crypto'
import {
  GetObjectAttributesCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { expect, test } from 'vitest'
import { anUpload, bucket, codeOf, ownS3, refusalOf } from './s3.ts'

const s3 = ownS3()
const mebibyte = 1024 ** 2
const first = randomBytes(5 * mebibyte)
const second = randomBytes(mebibyte)

const begin = (Key: string, more = {}) => anUpload(s3.client, Key, more)

test('a composite checksum is checked part by part and told with the number of parts', async () => {
  const { part, complete } = await begin('composite', { ChecksumAlgorithm: 'SHA256' })
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes)
  const wrong = sha256(second).digest('base64')
  expect(await refusalOf(part(1, first, { ChecksumSHA256: wrong }))).toEqual({
    name: 'BadDigest',
    status: 400,
  })
  const one = await part(1, first, { ChecksumAlgorithm: 'SHA256' })
  const two = await part(2, second, { ChecksumAlgorithm: 'SHA256' })
  const { ChecksumSHA256: _, ...bare } = two
  expect(await refusalOf(complete([one, bare]))).toEqual({ name: 'InvalidRequest', status: 400 })
  expect(await refusalOf(complete([one, two], { ChecksumSHA256: wrong }))).toEqual({
    name: 'BadDigest',
    status: 400,
  })
  const composite = createHash('sha256').update(sha256(first).digest()).update(sha256(second).digest())
  const value = composite.digest('base64')
  const expected = `${value}-2`
  const answer = await complete([one, two], { ChecksumSHA256: expected })
  expect([answer.ChecksumSHA256, answer.ChecksumType]).toEqual([expected, 'COMPOSITE'])
  const attributes = await s3.client.send(
    new GetObjectAttributesCommand({
      Bucket: bucket,
      Key: 'composite',
      ObjectAttributes: ['ETag', 'Checksum', 'ObjectParts', 'ObjectSize', 'StorageClass'],
    }),
  )
  expect(attributes).toMatchObject({
    Checksum: { ChecksumSHA256: value, ChecksumType: 'COMPOSITE' },
    ObjectParts: { TotalPartsCount: 2, Parts: [{ PartNumber: 1, Size: first.length }, { PartNumber: 2 }] },
    ObjectSize: first.length + second.length,
    StorageClass: 'STANDARD',
  })
})

test('a part is read by its number, with the checksum of its own bytes', async () => {
  const { part, complete } = await begin('by-part', { ChecksumAlgorithm: 'SHA256' })
  const wanted = { ChecksumAlgorithm: 'SHA256' }
  await complete([await part(1, first, wanted), await part(2, second, wanted)])
  const read = { Bucket: bucket, Key: 'by-part', PartNumber: 2 }
  expect(await refusalOf(s3.client.send(new GetObjectCommand({ ...read, Range: 'bytes=0-1' })))).toEqual({
    name: 'InvalidRequest',
    status: 400,
  })
  const object = await s3.client.send(new GetObjectCommand({ ...read, ChecksumMode: 'ENABLED' }))
  expect(Buffer.from(await object.Body!.transformToByteArray()).equals(second)).toBe(true)
  const checksum = createHash('sha256').update(second).digest('base64')
  expect([object.ChecksumSHA256, object.PartsCount]).toEqual([checksum, 2])
})

test('a part without the checksum that its upload is made of is refused', async () => {
  const { upload } = await begin('unsummed', { ChecksumAlgorithm: 'SHA256' })
  const url = await getSignedUrl(s3.client, new UploadPartCommand({ ...upload, PartNumber: 1 }))
  const answer = await fetch(url, { method: 'PUT', body: second })
  expect(await codeOf(answer)).toEqual([400, 'InvalidRequest'])
})

test('a full-object checksum is that of the same bytes put at once', async () => {
  const { part, complete } = await begin('full', { ChecksumAlgorithm: 'CRC64NVME' })
  const parts = [
    await part(1, first, { ChecksumAlgorithm: 'CRC64NVME' }),
    await part(2, second, { ChecksumAlgorithm: 'CRC64NVME' }),
  ]
  const answer = await complete(parts)
  const Body = Buffer.concat([first, second])
  const whole = await s3.client.send(
    new PutObjectCommand({ Bucket: bucket, Key: 'at-once', Body, ChecksumAlgorithm: 'CRC64NVME' }),
  )
  expect([answer.ChecksumCRC64NVME, answer.ChecksumType]).toEqual([whole.ChecksumCRC64NVME, 'FULL_OBJECT'])
})
