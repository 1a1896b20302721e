import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetBucketLifecycleConfigurationCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { bucket, freshS3, refusalOf } from './s3.ts'

const s3 = freshS3()

const here = { Bucket: bucket }
const put = (Key: string, more = {}) =>
  s3.client.send(new PutObjectCommand({ ...here, Key, Body: 'x', ...more }))

test('a lifecycle rule that makes no sense is refused', async () => {
  const set = (rule: object) =>
    refusalOf(
      s3.client.send(
        new PutBucketLifecycleConfigurationCommand({
          ...here,
          LifecycleConfiguration: {
            Rules: [{ ID: 'r', Filter: { Prefix: '' }, Status: 'Enabled', ...rule }],
          },
        }),
      ),
    )
  expect(await set({ Expiration: { Days: 0 } })).toEqual({ name: 'InvalidArgument', status: 400 })
  expect(await set({ Expiration: { Date: new Date('2030-01-01T10:00:00Z') } })).toEqual({
    name: 'InvalidArgument',
    status: 400,
  })
  expect(await set({ Status: 'enabled', Expiration: { Days: 1 } })).toEqual({
    name: 'MalformedXML',
    status: 400,
  })
  const abort = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }
  expect(await set({ ...abort, Filter: { Tag: { Key: 'a', Value: 'b' } } })).toEqual({
    name: 'InvalidRequest',
    status: 400,
  })
  expect(await set({})).toEqual({ name: 'InvalidRequest', status: 400 })
  expect(await set({ Transitions: [{ Days: 1, StorageClass: 'GLACIER' }] })).toEqual({
    name: 'NotImplemented',
    status: 501,
  })
})

test('objects expire by prefix, tag and size at the midnight after their days', async () => {
  const Rules = [
    { ID: 'tmp', Status: 'Enabled' as const, Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } },
    {
      Status: 'Enabled' as const,
      Filter: { And: { Prefix: 'logs/', Tags: [{ Key: 'keep', Value: 'no' }], ObjectSizeGreaterThan: 0 } },
      Expiration: { Days: 30 },
    },
    {
      ID: 'unfinished',
      Status: 'Enabled' as const,
      Filter: { Prefix: '' },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
    },
    { ID: 'off', Status: 'Disabled' as const, Filter: { Prefix: '' }, Expiration: { Days: 1 } },
  ]
  await s3.client.send(
    new PutBucketLifecycleConfigurationCommand({ ...here, LifecycleConfiguration: { Rules } }),
  )
  const answer = await s3.client.send(new GetBucketLifecycleConfigurationCommand(here))
  expect(answer.Rules).toMatchObject([Rules[0]!, { ID: expect.any(String) }, Rules[2]!, Rules[3]!])
  const { Expiration } = await put('tmp/a')
  expect(Expiration).toMatch(/^expiry-date="\w{3}, \d\d \w{3} \d{4} 00:00:00 GMT", rule-id="tmp"$/)
  const copy = await s3.client.send(
    new CopyObjectCommand({ ...here, Key: 'tmp/b', CopySource: `${bucket}/tmp/a` }),
  )
  expect(copy.Expiration).toBe(Expiration)
  const upload = await s3.client.send(new CreateMultipartUploadCommand({ ...here, Key: 'begun' }))
  expect([upload.AbortRuleId, upload.AbortDate?.toISOString().slice(10)]).toEqual([
    'unfinished',
    'T00:00:00.000Z',
  ])
  await put('logs/a', { Tagging: 'keep=no' })
  await put('logs/b', { Tagging: 'keep=yes' })
  await put('kept')
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
  expect(await s3.control.expire()).toBe(0)
  expect(await s3.control.expire(inDays(2))).toBe(2)
  expect(await s3.control.expire(inDays(31))).toBe(2)
  const left = await s3.client.send(new ListObjectsV2Command(here))
  expect(left.Contents?.map(({ Key }) => Key)).toEqual(['kept', 'logs/b'])
})

test('objects expire at a date', async () => {
  const at = new Date('2101-01-01T00:00:00Z')
  const Rules = [
    { ID: 'r', Status: 'Enabled' as const, Filter: { Prefix: 'old/' }, Expiration: { Date: at } },
  ]
  await s3.client.send(
    new PutBucketLifecycleConfigurationCommand({ ...here, LifecycleConfiguration: { Rules } }),
  )
  await put('old/a')
  await put('new')
  expect(await s3.control.expire('2100-12-31T23:00:00Z')).toBe(0)
  expect(await s3.control.expire('2101-01-01T00:00:01Z')).toBe(1)
  const left = await s3.client.send(new ListObjectsV2Command(here))
  expect(left.Contents?.map(({ Key }) => Key)).toEqual(['new'])
})
