import { createPublicKey, verify } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aReceiver, aServer, letter, type Received } from './sendgrid.ts'

let sendgrid: Awaited<ReturnType<typeof aServer>>
/** How far the server's clock is ahead. */
let aheadMs = 0
beforeEach(async () => {
  aheadMs = 0
  sendgrid = await aServer({ now: () => Date.now() + aheadMs })
})
afterEach(() => sendgrid.stop())

function isSigned({ headers, body }: Received, publicKey: string): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
  const timestamp = String(headers['x-twilio-email-event-webhook-timestamp'])
  const signature = Buffer.from(String(headers['x-twilio-email-event-webhook-signature']), 'base64')
  return verify('sha256', Buffer.from(timestamp + body), key, signature)
}

test('a signature holds for its own body only', async () => {
  const receiver = await aReceiver()
  const { publicKey } = await sendgrid.control.setEventWebhook({ url: receiver.url })
  await sendgrid.mail.send(letter)
  const [received] = await receiver.until(1)
  expect(isSigned({ ...received!, body: received!.body.replace('ada', 'eve') }, publicKey)).toBe(false)
  expect(isSigned(received!, publicKey)).toBe(true)
  await receiver.stop()
})

test('events tell what became of a mail and carry its categories and arguments', async () => {
  const receiver = await aReceiver()
  await sendgrid.control.setEventWebhook({ url: receiver.url })
  const [response] = await sendgrid.mail.send({
    ...letter,
    categories: ['welcome'],
    customArgs: { mail_id: 'mail_1' },
  })
  const messageId = response.headers['x-message-id']
  await sendgrid.control.open(messageId)
  await sendgrid.control.click(messageId, 'https://insula.test/')
  const events = (await receiver.until(3)).flatMap((batch) => batch.events)
  expect(events.map(({ event }) => event)).toEqual(['processed', 'delivered', 'open', 'click'])
  for (const event of events) {
    expect(event).toMatchObject({
      email: 'ada@acme.test',
      category: ['welcome'],
      mail_id: 'mail_1',
      timestamp: expect.any(Number),
      sg_event_id: expect.any(String),
      sg_message_id: expect.stringContaining(messageId),
    })
  }
  expect(new Set(events.map(({ sg_event_id }) => sg_event_id)).size).toBe(4)
  await receiver.stop()
})

test('a bounced address is suppressed until it is forgiven', async () => {
  const receiver = await aReceiver()
  await sendgrid.control.setEventWebhook({ url: receiver.url })
  await sendgrid.control.bounceNext(1)
  await sendgrid.mail.send(letter)
  await sendgrid.mail.send(letter)
  const [, bounces] = await sendgrid.client.request({ method: 'GET', url: '/v3/suppression/bounces' })
  expect(bounces).toMatchObject([{ email: 'ada@acme.test', status: '5.1.1' }])
  await sendgrid.client.request({ method: 'DELETE', url: '/v3/suppression/bounces/ada@acme.test' })
  await sendgrid.mail.send(letter)
  const events = (await receiver.until(3)).flatMap((batch) => batch.events.map(({ event }) => event))
  expect(events).toEqual(['processed', 'bounce', 'dropped', 'processed', 'delivered'])
  expect((await sendgrid.control.inbox()).map(({ outcomes }) => Object.values(outcomes))).toEqual([
    ['delivered'],
    ['dropped'],
    ['bounced'],
  ])
  await receiver.stop()
})

test('a webhook that fails is tried again with the same events', async () => {
  const receiver = await aReceiver(500)
  await sendgrid.control.setEventWebhook({ url: receiver.url })
  await sendgrid.mail.send(letter)
  const [first, second] = await receiver.until(2)
  expect(second?.body).toBe(first?.body)
  await expect
    .poll(() => sendgrid.control.eventDeliveries())
    .toMatchObject([{ state: 'delivered', attempts: 2 }])
  await receiver.stop()
})

test('a batch can come twice, late after its successors, or in reverse', async () => {
  const receiver = await aReceiver()
  await sendgrid.control.setEventWebhook({ url: receiver.url })
  await sendgrid.control.deliverTwice()
  await sendgrid.mail.send(letter)
  const [once, twice] = await receiver.until(2)
  expect(twice?.body).toBe(once?.body)
  await sendgrid.control.deliverLate(1, 300)
  await sendgrid.mail.send({ ...letter, to: 'late@acme.test' })
  await sendgrid.mail.send({ ...letter, to: 'prompt@acme.test' })
  const emails = (await receiver.until(4)).slice(2).map(({ events }) => events[0]?.email)
  expect(emails).toEqual(['prompt@acme.test', 'late@acme.test'])
  await sendgrid.control.deliverOutOfOrder(2)
  for (const to of ['a@acme.test', 'b@acme.test']) await sendgrid.mail.send({ ...letter, to })
  const reversed = (await receiver.until(6)).slice(4).map(({ events }) => events[0]?.email)
  expect(reversed).toEqual(['b@acme.test', 'a@acme.test'])
  await receiver.stop()
})

test('a mail for later is delivered when its time comes', async () => {
  const receiver = await aReceiver()
  await sendgrid.control.setEventWebhook({ url: receiver.url })
  const sendAt = Math.floor(Date.now() / 1000) + 3600
  await sendgrid.mail.send({ ...letter, sendAt })
  await receiver.until(1)
  expect((await sendgrid.control.inbox())[0]?.outcomes).toEqual({ 'ada@acme.test': 'scheduled' })
  aheadMs = 3_601_000
  await sendgrid.mail.send({ ...letter, to: 'bob@acme.test' })
  const events = (await receiver.until(3)).flatMap((batch) =>
    batch.events.map(({ event, email }) => `${event} ${email}`),
  )
  expect(events).toContain('delivered ada@acme.test')
  expect((await sendgrid.control.inbox({ to: 'ada@acme.test' }))[0]?.outcomes).toEqual({
    'ada@acme.test': 'delivered',
  })
  await receiver.stop()
})

test('the webhook is also set by SendGrid’s own API', async () => {
  const { client, control } = sendgrid
  const url = 'http://127.0.0.1:9/events'
  await client.request({
    method: 'PATCH',
    url: '/v3/user/webhooks/event/settings',
    body: { enabled: true, url },
  })
  const [, signed] = await client.request({ method: 'GET', url: '/v3/user/webhooks/event/settings/signed' })
  expect(signed).toEqual({ public_key: (await control.eventWebhook()).publicKey })
  expect((await control.eventWebhook()).url).toBe(url)
})
