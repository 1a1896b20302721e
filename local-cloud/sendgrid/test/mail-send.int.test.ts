import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aMailService, apiKey, aServer, letter, refusalOf } from './sendgrid.ts'

let sendgrid: Awaited<ReturnType<typeof aServer>>
beforeEach(async () => {
  sendgrid = await aServer()
})
afterEach(() => sendgrid.stop())

/** Sends a body as it is, past the SDK's own checks. */
const post = (body: unknown) =>
  refusalOf(sendgrid.client.request({ method: 'POST', url: '/v3/mail/send', body: body as object }))
const valid = {
  personalizations: [{ to: [{ email: 'ada@acme.test' }] }],
  from: { email: 'hello@insula.test' },
  subject: 'Hi',
  content: [{ type: 'text/plain', value: 'Hi' }],
}

test('a call without the right key is refused', async () => {
  const stranger = aMailService(sendgrid.server.url, 'SG.wrong')
  expect(await refusalOf(stranger.mail.send(letter))).toMatchObject({ status: 401, fields: [null] })
  expect(await sendgrid.control.inbox()).toEqual([])
})

test.each([
  ['without personalizations', { personalizations: [] }, ['personalizations']],
  ['without recipients', { personalizations: [{}] }, ['personalizations.0.to']],
  [
    'to something that is no address',
    { personalizations: [{ to: [{ email: 'ada' }] }] },
    ['personalizations.0.to.0.email'],
  ],
  [
    'to one address twice',
    { personalizations: [{ to: [{ email: 'a@b.co' }], cc: [{ email: 'A@b.co' }] }] },
    ['personalizations.0'],
  ],
  ['without a sender', { from: undefined }, ['from.email']],
  ['without a subject', { subject: undefined }, ['subject']],
  ['without content', { content: undefined }, ['content']],
  ['with empty content', { content: [{ type: 'text/plain', value: '' }] }, ['content.0.value']],
  [
    'with HTML before text',
    {
      content: [
        { type: 'text/html', value: 'a' },
        { type: 'text/plain', value: 'a' },
      ],
    },
    ['content'],
  ],
  [
    'with an attachment that is not base64',
    { attachments: [{ filename: 'a', content: 'ä' }] },
    ['attachments.0.content'],
  ],
  ['with a reserved header', { headers: { 'Reply-To': 'a@b.co' } }, ['headers.Reply-To']],
  [
    'with eleven categories',
    { categories: Array.from({ length: 11 }, (_, index) => `c${index}`) },
    ['categories'],
  ],
  ['with arguments that are not text', { custom_args: { a: 1 } }, ['custom_args']],
  ['four days ahead', { send_at: Math.floor(Date.now() / 1000) + 345_600 }, ['send_at']],
  ['by a template', { template_id: 'd-0123456789abcdef0123456789abcdef' }, ['template_id']],
  ['with a property nobody knows', { subjekt: 'Hi' }, ['subjekt']],
])('a mail %s is refused with the field named', async (_title, changes, fields) => {
  expect(await post({ ...valid, ...changes })).toMatchObject({ status: 400, fields })
  expect(await sendgrid.control.inbox()).toEqual([])
})

test('a body that is not JSON is refused', async () => {
  const send = (headers: Record<string, string>) =>
    fetch(`${sendgrid.server.url}/v3/mail/send`, {
      method: 'POST',
      body: '{',
      headers: { authorization: `Bearer ${apiKey}`, ...headers },
    })
  expect((await send({ 'content-type': 'text/plain' })).status).toBe(415)
  const malformed = await send({ 'content-type': 'application/json' })
  expect([malformed.status, await malformed.json()]).toEqual([
    400,
    { errors: [{ message: 'Bad Request', field: null, help: null }] },
  ])
})

test('sandbox mode checks a mail and sends none', async () => {
  const [response] = await sendgrid.mail.send({ ...letter, mailSettings: { sandboxMode: { enable: true } } })
  expect([response.statusCode, response.headers['x-message-id']]).toEqual([200, undefined])
  expect(await sendgrid.control.inbox()).toEqual([])
})

test('an accepted mail is in the inbox with everything that was said about it', async () => {
  const [response] = await sendgrid.mail.send({
    ...letter,
    cc: 'bob@acme.test',
    replyTo: 'support@insula.test',
    headers: { 'List-Unsubscribe': '<https://insula.test/out>' },
    categories: ['invitation'],
    customArgs: { mail_id: 'mail_1' },
    text: 'Accept: https://insula.test/join?a=1&b=2.',
    html: '<a href="https://insula.test/join?a=1&amp;b=2">Accept <b>now</b></a>',
    attachments: [
      { filename: 'a.txt', content: Buffer.from('hello').toString('base64'), type: 'text/plain' },
    ],
  })
  const messageId = response.headers['x-message-id']
  expect(response.statusCode).toBe(202)
  const [message] = await sendgrid.control.inbox({ to: 'BOB@acme.test' })
  expect(message).toMatchObject({
    id: messageId,
    messageId,
    from: { email: 'hello@insula.test', name: 'Insula' },
    to: [{ email: 'ada@acme.test' }],
    cc: [{ email: 'bob@acme.test' }],
    replyTo: [{ email: 'support@insula.test' }],
    subject: 'Welcome',
    headers: { 'List-Unsubscribe': '<https://insula.test/out>' },
    categories: ['invitation'],
    customArgs: { mail_id: 'mail_1' },
    links: [{ href: 'https://insula.test/join?a=1&b=2', text: 'Accept now' }],
    attachments: [{ filename: 'a.txt', type: 'text/plain', disposition: 'attachment', bytes: 5 }],
    outcomes: { 'ada@acme.test': 'delivered', 'bob@acme.test': 'delivered' },
  })
  expect(message?.attachments[0]?.content).toBeUndefined()
  expect((await sendgrid.control.message(message!.id))?.attachments[0]?.content).toBe('aGVsbG8=')
})

test('each personalization is a mail of its own, with its own subject and substitutions', async () => {
  await sendgrid.mail.send({
    ...letter,
    personalizations: [
      { to: 'ada@acme.test', substitutions: { name: 'Ada' }, subject: 'For -name-' },
      { to: 'bob@acme.test', substitutions: { name: 'Bob' } },
    ],
    substitutionWrappers: ['-', '-'],
    text: 'Hello -name-',
  })
  const inbox = await sendgrid.control.inbox()
  expect(inbox.map(({ to, subject, text }) => [to[0]?.email, subject, text])).toEqual([
    ['bob@acme.test', 'Welcome', 'Hello Bob'],
    ['ada@acme.test', 'For Ada', 'Hello Ada'],
  ])
})

test('the next calls fail as told; then one mail is accepted', async () => {
  await sendgrid.control.failNext(2, 500)
  expect((await refusalOf(sendgrid.mail.send(letter))).status).toBe(500)
  expect((await refusalOf(sendgrid.mail.send(letter))).status).toBe(500)
  await sendgrid.mail.send(letter)
  expect(await sendgrid.control.inbox()).toHaveLength(1)
})

test('a slow service is slow until it is told to be as fast as before', async () => {
  await sendgrid.control.slow(80)
  const from = performance.now()
  await sendgrid.mail.send(letter)
  expect(performance.now() - from).toBeGreaterThan(75)
  await sendgrid.control.slow(0)
  await sendgrid.mail.send(letter)
})

test('a dropped reply is a mail that was accepted', async () => {
  await sendgrid.control.dropNextReplies(1)
  expect((await refusalOf(sendgrid.mail.send(letter))).status).not.toBe(202)
  expect(await sendgrid.control.inbox()).toHaveLength(1)
})

test('the inbox outlives the server, can be emptied, and forgets on reset', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'insula-sendgrid-'))
  const before = await aServer({ dataDir })
  await before.mail.send(letter)
  await before.stop()
  const after = await aServer({ dataDir })
  const [kept] = await after.control.inbox()
  expect(kept?.subject).toBe('Welcome')
  expect(await after.control.inbox({ since: new Date(Date.now() + 1000).toISOString() })).toEqual([])
  await after.control.clear()
  expect(await after.control.inbox()).toEqual([])
  await after.stop()
  await rm(dataDir, { recursive: true })
})
