import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { codingFor, compress } from '@insula/api/http/compress'
import { record } from '@insula/core/kernel/record'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { call, request } from './http.ts'

onTheLocalCloud()

const long = JSON.stringify({ text: 'the same words again, '.repeat(200) })
const both = { 'accept-encoding': 'gzip, deflate, br' }

/** An app whose every address is answered with this. */
const answering = (type: string, body: string, status = 200) =>
  new Hono().use(compress()).all('*', () => new Response(body, { status, headers: { 'content-type': type } }))

describe('not compressed is', () => {
  test.each([
    ['an event stream', answering('text/event-stream', long), 'GET', '/api/trpc/events.live'],
    ['a picture', answering('image/png', long), 'GET', '/x'],
    ['what fits in a packet', answering('application/json', '{"short":true}'), 'GET', '/x'],
    ['the answer to a change', answering('application/json', long), 'POST', '/api/trpc/access.createApiKey'],
    ['the answer to a deletion', answering('application/json', long), 'DELETE', '/api/v1/files/x'],
    ['sign-in’s answer', answering('application/json', long), 'GET', '/api/auth/get-session'],
    ['a refusal', answering('application/problem+json', long, 400), 'GET', '/x'],
  ])('%s', async (_, app, method, path) => {
    const answer = await app.request(path, { method, headers: both })
    expect(answer.headers.get('content-encoding')).toBeNull()
    expect((await answer.text()).length).toBeGreaterThan(0)
  })

  test.each(['identity', 'deflate', 'gzip;q=0', 'br;q=0, gzip;q=0', '*;q=0', 'zstd', ''])(
    'what a caller takes plain: %s',
    async (accepted) => {
      const answer = await answering('application/json', long).request('/x', {
        headers: { 'accept-encoding': accepted },
      })
      expect([answer.headers.get('content-encoding'), await answer.text()]).toEqual([null, long])
    },
  )
})

test.each([
  ['gzip', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['br;q=0.1, gzip', 'gzip'],
  ['*', 'br'],
  ['br;q=0, *', 'gzip'],
  ['GZIP', 'gzip'],
  ['br;q=much', null],
])('of %s the coding is %s', (accepted, coding) => {
  expect(codingFor(accepted)).toBe(coding)
})

test('a compressed answer is the plain one, byte for byte, and says so to those who keep it', async () => {
  for (const [accepted, open] of [
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const) {
    const answer = await answering('application/json', long).request('/x', {
      headers: { 'accept-encoding': accepted },
    })
    const body = Buffer.from(await answer.arrayBuffer())
    expect(open(body).toString()).toBe(long)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-encoding': accepted,
      'content-length': String(body.byteLength),
      vary: 'accept-encoding',
    })
  }
  const plain = await answering('application/json', long).request('/x')
  expect(plain.headers.get('vary')).toBe('accept-encoding')
})

test('lists leave compressed by tRPC and by REST; what made a key does not', async () => {
  const { actor, owner } = await aTenant()
  for (let index = 0; index < 20; index += 1)
    await record(actor, 'file.uploaded', { kind: 'file', id: `fil_${index}`, name: `picture ${index}.jpg` })
  const headers = both
  const made = await call(
    'access.createApiKey',
    'mutation',
    { name: 'k', scopes: ['audit:read'], expiresInDays: 1 },
    { ...owner, headers },
  )
  expect(made.headers.get('content-encoding')).toBeNull()
  const { secret: key } = (await made.json()).result.data
  const listed = [
    [
      await call('audit.list', 'query', {}, { ...owner, headers }),
      await call('audit.list', 'query', {}, owner),
    ],
    [await request('/api/v1/audit', { key, headers }), await request('/api/v1/audit', { key })],
  ] as const
  for (const [answer, plain] of listed) {
    expect(answer.headers.get('content-encoding')).toBe('br')
    const body = Buffer.from(await answer.arrayBuffer())
    const text = await plain.text()
    expect(brotliDecompressSync(body).toString()).toBe(text)
    expect(body.byteLength).toBeLessThan(text.length / 3)
  }
})
