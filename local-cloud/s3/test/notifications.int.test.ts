import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  DeleteObjectCommand,
  type Event,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bucket, freshS3, refusalOf } from './s3.ts'

const s3 = freshS3()
let receiver: Server
/** Kind, key and size of each record that was taken. */
let received: [string, string, number?][]
/** Answers to the next posts; 200 after them. */
let answers: number[]
beforeEach(async () => {
  received = []
  answers = []
  receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const status = answers.shift() ?? 200
      response.writeHead(status).end()
      if (status !== 200) return
      for (const { eventName, s3 } of JSON.parse(body).Records)
        received.push([eventName, s3.object.key, s3.object.size])
    })
  })
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening))
})
afterEach(async () => {
  await new Promise((closed) => receiver.close(closed))
})

const here = { Bucket: bucket }
const put = (Key: string) => s3.client.send(new PutObjectCommand({ ...here, Key, Body: 'x' }))
const subscribe = (
  Events: Event[],
  [Name, Value]: ['prefix' | 'suffix', string],
  TopicArn = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/events`,
) =>
  s3.client.send(
    new PutBucketNotificationConfigurationCommand({
      ...here,
      NotificationConfiguration: {
        TopicConfigurations: [{ TopicArn, Events, Filter: { Key: { FilterRules: [{ Name, Value }] } } }],
      },
    }),
  )

test('what is no address or no event is refused', async () => {
  const refused = { name: 'InvalidArgument', status: 400 }
  const topic = subscribe(['s3:ObjectCreated:*'], ['suffix', ''], 'arn:aws:sns:eu-central-1:1:t')
  expect(await refusalOf(topic)).toEqual(refused)
  expect(await refusalOf(subscribe(['s3:Wobbled' as Event], ['suffix', '']))).toEqual(refused)
})

test('changes are posted to the address that is subscribed to them, until it takes them', async () => {
  answers = [500]
  await subscribe(['s3:ObjectCreated:*'], ['suffix', '.png'])
  for (const key of ['a.txt', 'b c.png', 'd.png']) await put(key)
  await expect
    .poll(() => received.toSorted(), { timeout: 5000 })
    .toEqual([
      ['ObjectCreated:Put', 'b+c.png', 1],
      ['ObjectCreated:Put', 'd.png', 1],
    ])
  await expect
    .poll(async () => (await s3.control.notifications()).map(({ attempts }) => attempts).sort())
    .toEqual([1, 2])
})

test('a removal is posted to who asked for removals', async () => {
  await subscribe(['s3:ObjectRemoved:Delete'], ['prefix', 'in/'])
  for (const Key of ['in/a', 'out/a']) {
    await put(Key)
    await s3.client.send(new DeleteObjectCommand({ ...here, Key }))
  }
  await expect.poll(() => received).toEqual([['ObjectRemoved:Delete', 'in/a', undefined]])
})

test('news can come twice, late after what followed, or in reverse', async () => {
  await subscribe(['s3:ObjectCreated:*'], ['prefix', ''])
  const keys = () => received.map(([, key]) => key)
  await s3.control.deliverTwice()
  await put('twice')
  await expect.poll(keys).toEqual(['twice', 'twice'])
  await s3.control.deliverLate(1, 300)
  for (const key of ['late', 'prompt']) await put(key)
  await expect.poll(() => keys().slice(2)).toEqual(['prompt', 'late'])
  await s3.control.deliverOutOfOrder(2)
  for (const key of ['a', 'b']) await put(key)
  await expect.poll(() => keys().slice(4)).toEqual(['b', 'a'])
})
