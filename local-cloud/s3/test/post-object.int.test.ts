import { createHmac } from 'node:crypto'
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post'
import { afterEach, expect, test } from 'vitest'
import { aClient, bucket, codeOf, credentials, ownS3, refusalOf } from './s3.ts'

const s3 = ownS3({ now: () => Date.now() + aheadMs })
/** How far the server's clock is ahead. */
let aheadMs = 0
afterEach(() => {
  aheadMs = 0
})

const presign = (options: Partial<PresignedPostOptions> = {}) =>
  createPresignedPost(s3.client, {
    Bucket: bucket,
    Key: 'uploads/a.png',
    Expires: 60,
    Conditions: [
      ['content-length-range', 3, 10],
      ['starts-with', '$Content-Type', 'image/'],
    ],
    ...options,
  })

type Post = Awaited<ReturnType<typeof presign>>

function send({ url, fields }: Post, changes: Record<string, string | undefined> = {}, body = 'bytes') {
  const form = new FormData()
  for (const [name, value] of Object.entries({ ...fields, 'Content-Type': 'image/png', ...changes })) {
    if (value !== undefined) form.append(name, value)
  }
  form.append('file', new Blob([body]), 'holiday photo.png')
  return fetch(url, { method: 'POST', body: form, redirect: 'manual' })
}

test.each([
  ['another key', { key: 'uploads/b.png' }, 403, 'AccessDenied'],
  ['a field that names another bucket', { bucket: 'globex-files' }, 403, 'AccessDenied'],
  ['another type', { 'Content-Type': 'text/html' }, 403, 'AccessDenied'],
  ['a field the policy does not name', { 'x-amz-meta-a': '1' }, 403, 'AccessDenied'],
  ['a field the policy wants left out', { 'Content-Type': undefined }, 403, 'AccessDenied'],
  [
    'a policy that was not the signed one',
    { Policy: btoa('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}') },
    403,
    'SignatureDoesNotMatch',
  ],
  ['no policy at all', { Policy: undefined, 'X-Amz-Signature': undefined }, 403, 'AccessDenied'],
  ['no signature', { 'X-Amz-Signature': undefined }, 400, 'InvalidArgument'],
] as const)('a form with %s is refused', async (_title, changes, status, code) => {
  expect(await codeOf(await send(await presign(), changes))).toEqual([status, code])
})

test('a form that may be sent to many buckets still cannot name another than it is sent to', async () => {
  const post = await presign()
  const policy = {
    expiration: '2099-01-01T00:00:00Z',
    conditions: [
      ['starts-with', '$bucket', ''],
      ['starts-with', '$key', ''],
    ],
  }
  const encoded = btoa(JSON.stringify(policy))
  const fields = {
    bucket: 'globex-files',
    key: 'a',
    policy: encoded,
    AWSAccessKeyId: credentials.accessKeyId,
    signature: createHmac('sha1', credentials.secretAccessKey).update(encoded).digest('base64'),
  }
  const unsent = { 'Content-Type': undefined }
  expect(await codeOf(await send({ url: post.url, fields }, unsent))).toEqual([403, 'AccessDenied'])
  expect((await send({ url: post.url, fields: { ...fields, bucket } }, unsent)).status).toBe(204)
})

test('a form signed for another region is refused, with the one that is expected', async () => {
  const elsewhere = aClient(s3.server.url, { region: 'eu-west-3' })
  const post = await createPresignedPost(elsewhere, { Bucket: bucket, Key: 'a', Expires: 60 })
  const response = await send(post, { 'Content-Type': undefined })
  expect(response.headers.get('x-amz-bucket-region')).toBe('us-east-1')
  expect(await codeOf(response)).toEqual([400, 'AuthorizationQueryParametersError'])
})

test('a file smaller or larger than the policy admits is refused and not stored', async () => {
  const post = await presign()
  expect(await codeOf(await send(post, {}, '12'))).toEqual([400, 'EntityTooSmall'])
  expect(await codeOf(await send(post, {}, '12345678901'))).toEqual([400, 'EntityTooLarge'])
  const head = s3.client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'uploads/a.png' }))
  expect((await refusalOf(head)).status).toBe(404)
})

test('a form whose policy has expired is refused', async () => {
  const post = await presign()
  aheadMs = 61_000
  expect(await codeOf(await send(post))).toEqual([403, 'AccessDenied'])
})

/** A form signed with version 2, whose policy is wholly the caller's. */
async function sendPolicy(policy: object, fields: Record<string, string> = {}) {
  const encoded = btoa(JSON.stringify(policy))
  const signature = createHmac('sha1', credentials.secretAccessKey).update(encoded).digest('base64')
  const form = new FormData()
  const all = {
    key: 'v2.txt',
    AWSAccessKeyId: credentials.accessKeyId,
    policy: encoded,
    signature,
    ...fields,
  }
  for (const [name, value] of Object.entries(all)) form.append(name, value)
  form.append('file', new Blob(['bytes']), 'a.txt')
  return codeOf(await fetch(`${s3.server.url}/${bucket}`, { method: 'POST', body: form }))
}

const expiration = new Date(Date.now() + 60_000).toISOString()
const conditions = [{ bucket }, ['eq', '$key', 'v2.txt']]

test.each([
  ['does not name its bucket', { expiration, conditions: [['eq', '$key', 'v2.txt']] }, 403, 'AccessDenied'],
  [
    'names another bucket',
    { expiration, conditions: [{ bucket: 'other' }, ['eq', '$key', 'v2.txt']] },
    403,
    'AccessDenied',
  ],
  ['has no conditions', { expiration }, 400, 'InvalidPolicyDocument'],
  ['has no expiration', { conditions }, 400, 'InvalidPolicyDocument'],
  ['has an expiration that is no time', { expiration: 'tomorrow', conditions }, 400, 'InvalidPolicyDocument'],
  ['has an empty condition', { expiration, conditions: [...conditions, {}] }, 400, 'InvalidPolicyDocument'],
  [
    'has an unknown operator',
    { expiration, conditions: [...conditions, ['ends-with', '$key', 't']] },
    400,
    'InvalidPolicyDocument',
  ],
  [
    'has half a range',
    { expiration, conditions: [...conditions, ['content-length-range', 0]] },
    400,
    'InvalidPolicyDocument',
  ],
  [
    'has a negative range',
    { expiration, conditions: [...conditions, ['content-length-range', -1, 9]] },
    400,
    'InvalidPolicyDocument',
  ],
])('a policy that %s is refused', async (_title, policy, status, code) => {
  expect(await sendPolicy(policy)).toEqual([status, code])
})

test('a form signed with version 2 is admitted, whatever the case of its field names', async () => {
  const policy = {
    expiration,
    conditions: [{ BuCkEt: bucket }, ['Starts-With', '$KEY', 'v2'], { 'X-Amz-Meta-A': '1' }],
  }
  expect(await sendPolicy(policy, { 'x-amz-META-a': '1' })).toEqual([204, undefined])
  expect(await sendPolicy(policy, { 'x-amz-meta-a': '1', signature: btoa('x') })).toEqual([
    403,
    'SignatureDoesNotMatch',
  ])
})

test('a body that is no form is refused', async () => {
  const { url, fields } = await presign()
  const body = new URLSearchParams(fields)
  expect(await codeOf(await fetch(url, { method: 'POST', body }))).toEqual([412, 'PreconditionFailed'])
})

test('a form without a file is refused', async () => {
  const { url, fields } = await presign()
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  expect(await codeOf(await fetch(url, { method: 'POST', body: form }))).toEqual([400, 'InvalidArgument'])
})

test('an admitted file is stored with the form’s type and metadata', async () => {
  const post = await presign({ Fields: { 'x-amz-meta-tenant': 'ten_1' } })
  const answer = await send(post)
  expect([answer.status, await answer.text()]).toEqual([204, ''])
  const object = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'uploads/a.png' }))
  expect(await object.Body!.transformToString()).toBe('bytes')
  expect(object).toMatchObject({ ContentType: 'image/png', Metadata: { tenant: 'ten_1' } })
})

test('the file’s name may become part of the key', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own placeholder
  const answer = await send(await presign({ Key: 'names/${filename}' }))
  expect(answer.status).toBe(204)
  await s3.client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'names/holiday photo.png' }))
})

test('the answer is 201 with a document, or a redirect, where the form asks for it', async () => {
  const created = await send(await presign({ Fields: { success_action_status: '201' } }))
  expect(created.status).toBe(201)
  expect(await created.text()).toMatch(/<Key>uploads\/a.png<\/Key>.*<ETag>&quot;[0-9a-f]{32}&quot;<\/ETag>/)
  const moved = await send(
    await presign({ Fields: { success_action_redirect: 'http://localhost/done?a=1' } }),
  )
  expect(moved.status).toBe(303)
  expect(moved.headers.get('location')).toMatch(
    /^http:\/\/localhost\/done\?a=1&bucket=acme-files&key=uploads%2Fa.png&etag=%22[0-9a-f]{32}%22$/,
  )
})
