import {
  DeleteBucketTaggingCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { aClient, bucket, freshS3, refusalOf } from './s3.ts'

const s3 = freshS3()

const here = { Bucket: bucket }
const put = (Key: string, more = {}) =>
  s3.client.send(new PutObjectCommand({ ...here, Key, Body: 'x', ...more }))

const cors = { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] }
const lifecycle = { Rules: [{ Status: 'Enabled' as const, Filter: { Prefix: '' }, Expiration: { Days: 1 } }] }

test.each([
  ['the keys to delete', new DeleteObjectsCommand({ ...here, Delete: { Objects: [{ Key: 'a' }] } })],
  ['CORS rules', new PutBucketCorsCommand({ ...here, CORSConfiguration: cors })],
  [
    'lifecycle rules',
    new PutBucketLifecycleConfigurationCommand({ ...here, LifecycleConfiguration: lifecycle }),
  ],
])('%s must come with a digest', async (_, command) => {
  const client = aClient(s3.server.url)
  client.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> }
      for (const name of Object.keys(headers)) if (/checksum/.test(name)) delete headers[name]
      return next(args)
    },
    { step: 'build', priority: 'low' },
  )
  const refusal = { name: 'InvalidRequest', status: 400 }
  expect(await refusalOf(client.send(command as DeleteObjectsCommand))).toEqual(refusal)
  client.destroy()
})

test('what the server does not do is refused as NotImplemented', async () => {
  expect(await refusalOf(put('a', { StorageClass: 'GLACIER' }))).toEqual({
    name: 'NotImplemented',
    status: 501,
  })
  expect(await refusalOf(put('a', { ServerSideEncryption: 'aws:kms' }))).toEqual({
    name: 'NotImplemented',
    status: 501,
  })
})

test('a header that the server does not know is refused, not passed over', async () => {
  const command = new PutObjectCommand({ ...here, Key: 'a', Body: 'x' })
  command.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> }
      headers['x-amz-object-lock-mode'] = 'GOVERNANCE'
      return next(args)
    },
    { step: 'build' },
  )
  expect(await refusalOf(s3.client.send(command))).toEqual({ name: 'NotImplemented', status: 501 })
})

test('a setting that is one way may be set that way, and no other', async () => {
  const set = (ObjectOwnership: 'BucketOwnerEnforced' | 'ObjectWriter') =>
    s3.client.send(
      new PutBucketOwnershipControlsCommand({ ...here, OwnershipControls: { Rules: [{ ObjectOwnership }] } }),
    )
  expect(await refusalOf(set('ObjectWriter'))).toEqual({ name: 'NotImplemented', status: 501 })
  await set('BucketOwnerEnforced')
})

test('the block of public access is kept, and gone when removed', async () => {
  const PublicAccessBlockConfiguration = { BlockPublicAcls: false, BlockPublicPolicy: true }
  await s3.client.send(new PutPublicAccessBlockCommand({ ...here, PublicAccessBlockConfiguration }))
  const get = () => s3.client.send(new GetPublicAccessBlockCommand(here))
  expect((await get()).PublicAccessBlockConfiguration).toEqual({
    ...PublicAccessBlockConfiguration,
    IgnorePublicAcls: false,
    RestrictPublicBuckets: false,
  })
  await s3.client.send(new DeletePublicAccessBlockCommand(here))
  expect((await refusalOf(get())).name).toBe('NoSuchPublicAccessBlockConfiguration')
})

test('what was never set answers as on a new bucket', async () => {
  const { client } = s3
  expect(await refusalOf(client.send(new GetBucketPolicyCommand(here)))).toEqual({
    name: 'NoSuchBucketPolicy',
    status: 404,
  })
  expect(await refusalOf(client.send(new GetBucketTaggingCommand(here)))).toEqual({
    name: 'NoSuchTagSet',
    status: 404,
  })
  const lifecycle = client.send(new GetBucketLifecycleConfigurationCommand(here))
  expect(await refusalOf(lifecycle)).toEqual({ name: 'NoSuchLifecycleConfiguration', status: 404 })
  expect((await client.send(new GetBucketVersioningCommand(here))).Status).toBeUndefined()
  expect((await client.send(new GetBucketAclCommand(here))).Grants).toMatchObject([
    { Permission: 'FULL_CONTROL' },
  ])
  const access = await client.send(new GetPublicAccessBlockCommand(here))
  expect(access.PublicAccessBlockConfiguration?.BlockPublicAcls).toBe(true)
})

test('tags are set with an object, replaced, counted and removed', async () => {
  const object = { ...here, Key: 'tagged' }
  for (const Tagging of ['a=1&a=2', 'aws:a=1', 'a=%7B%7D']) {
    expect(await refusalOf(put('tagged', { Tagging }))).toEqual({ name: 'InvalidTag', status: 400 })
  }
  await put('tagged', { Tagging: 'kind=invoice&constructor=me' })
  expect((await s3.client.send(new HeadObjectCommand(object))).TagCount).toBe(2)
  const TagSet = [{ Key: 'kind', Value: 'receipt + more' }]
  await s3.client.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet } }))
  expect((await s3.client.send(new GetObjectTaggingCommand(object))).TagSet).toEqual(TagSet)
  await s3.client.send(new DeleteObjectTaggingCommand(object))
  expect((await s3.client.send(new GetObjectTaggingCommand(object))).TagSet).toEqual([])
})

test('a bucket has tags of its own', async () => {
  const TagSet = [{ Key: 'team', Value: 'platform' }]
  await s3.client.send(new PutBucketTaggingCommand({ ...here, Tagging: { TagSet } }))
  expect((await s3.client.send(new GetBucketTaggingCommand(here))).TagSet).toEqual(TagSet)
  await s3.client.send(new DeleteBucketTaggingCommand(here))
  expect((await refusalOf(s3.client.send(new GetBucketTaggingCommand(here)))).name).toBe('NoSuchTagSet')
})
