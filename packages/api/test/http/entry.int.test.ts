import { createApp } from '@insula/api/app'
import { refuse } from '@insula/api/http/refuse'
import { limitRoute } from '@insula/api/http/shield'
import { clientAddressHeader } from '@insula/core/kernel/origin'
import { processState } from '@insula/core/kernel/process/state'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { anAddress, request } from './http.ts'

onTheLocalCloud()

const app = createApp()
let callers = 0
/** A call of a client of its own, so that no limit is met. */
const callAlone = async (path: string, method = 'GET') => {
  callers += 1
  const remoteAddress = `10.${callers >> 16}.${(callers >> 8) & 255}.${callers & 255}`
  return await app.request(`http://localhost${path}`, { method }, { remoteAddress })
}
const metricsAt = async (remoteAddress: string) =>
  await (await app.request('http://localhost/metrics', {}, { remoteAddress })).text()

describe('a path is read in one way', () => {
  test.each([
    '//api/v1/files',
    '/api//v1/files',
    '/api%2fv1/files',
    '/api;x/v1/files',
    '/%61pi/v1/files',
    '/api/v1/%5c',
  ])('%s is refused before anything is done', async (path) => {
    const answer = await request(path)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({
      code: 'invalid',
      requestId: answer.headers.get('x-request-id'),
    })
  })
})

describe('a caller whose address the host does not tell', () => {
  test.each(['/api/trpc/identity.me', '/api/v1/files', '/api/auth/sign-in/email', '/api/auth/get-session'])(
    'is served nothing that is counted: %s',
    async (path) => {
      for (const name of ['accept', 'x-forwarded-for', clientAddressHeader]) {
        const headers = { [name]: '203.0.113.9' }
        const answer = await createApp().request(`http://localhost${path}`, { headers })
        expect(answer.status).toBe(503)
        expect(await answer.text()).toMatch(/not told where calls come from/)
      }
    },
  )
})

describe('a limit of one route', () => {
  test('is counted by client network, whatever the path or query, and says when to come back', async () => {
    const probe = new Hono().onError((error, c) => refuse(c, error))
    const name = `probe-${crypto.randomUUID()}`
    probe.onError((error, c) => refuse(c, error))
    probe.all('/probe/*', limitRoute(name, { max: 3, window: 60 }), (c) => c.text('done'))
    const from = (address: string, path: string) =>
      probe.request(path, { headers: { [clientAddressHeader]: address } })
    const paths = ['/probe/a', '/probe/a?x=1', '/probe/b', '/probe/A']
    const statuses = await Promise.all(paths.map(async (path) => (await from('2001:db8::1', path)).status))
    expect(statuses.sort()).toEqual([200, 200, 200, 429])
    const refused = await from('2001:db8::2', '/probe/c')
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await from('2001:db8:0:1::1', '/probe/a')).status).toBe(200)
  })
})

describe('the reference page', () => {
  test('has a limit for each client network, whoever calls, and says when to come back', async () => {
    const { owner } = await aTenant()
    const address = anAddress()
    const kinds = [{ address }, { address, cookie: owner.cookie }, { address, key: 'ins_unknown' }]
    const statuses = []
    for (let turn = 0; turn < 20; turn += 1) {
      for (const kind of kinds) statuses.push((await request('/api/reference', kind)).status)
    }
    expect(new Set(statuses)).toEqual(new Set([200]))
    for (const kind of kinds) {
      const refused = await request('/api/reference', kind)
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await refused.json()).toMatchObject({ code: 'rate_limited' })
    }
    expect((await request('/api/reference', { address: anAddress() })).status).toBe(200)
    expect((await createApp().request('http://localhost/api/reference')).status).toBe(503)
  })
})

test.each(['/api/nowhere', '/api/auth/nowhere', '/api/v1/nowhere', '/nowhere'])(
  'what is not there leads to the reference: %s',
  async (path) => {
    const answer = await callAlone(path)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('/api/reference') })
  },
)

describe('metrics', () => {
  test('have a fixed number of series, however many paths, methods, procedures and tokens callers make up', async () => {
    const known = [
      '/api/trpc/identity.me',
      '/api/v1/files',
      '/api/v1/nowhere',
      '/api/auth/nowhere',
      '/nowhere',
    ]
    for (const path of known) for (const method of ['GET', 'POST', 'PURGE']) await callAlone(path, method)
    await callAlone('/api/trpc/nothing.such')
    await callAlone('/api/trpc/identity.me,identity.me?batch=1&input=%7B%7D')
    const before = await metricsAt('127.0.0.1')
    const marks = Array.from({ length: 400 }, (_, index) => `made-up-${index}-${crypto.randomUUID()}`)
    for (const mark of marks) {
      await Promise.all([
        callAlone(`/${mark}`),
        callAlone(`/api/v1/${mark}`),
        callAlone(`/api/v1/files/${mark}`),
        callAlone(`/api/auth/reset-password/${mark}`),
        callAlone(`/api/health/${mark}`),
        callAlone(`/api/trpc/${mark}`),
        callAlone(`/api/trpc/identity.me,${mark}?batch=1`),
        callAlone('/api/v1/files', mark.slice(0, 20).replaceAll('-', 'X')),
      ])
    }
    const after = await metricsAt('127.0.0.1')
    expect(after).not.toContain('made-up')
    expect(after).not.toContain('MADE')
    const series = (text: string) => text.match(/^insula_http_request_duration_seconds_count/gm)?.length ?? 0
    expect(series(after)).toBeLessThan(series(before) + 8)
    expect(after).toContain('route="/api/v1/files/:fileId"')
    expect(after).toContain('route="/api/trpc/identity.me"')
  }, 60_000)

  test('and what is down are closed to what a proxy hands on, and to other machines', async () => {
    const handedOn: Record<string, string>[] = [
      { 'x-forwarded-for': '203.0.113.9' },
      { forwarded: 'for=203.0.113.9' },
      { host: 'app.example.com' },
    ]
    for (const headers of handedOn) {
      const answer = await request('/metrics', { headers })
      expect(answer.status).toBe(401)
      expect(await answer.text()).not.toContain('insula_')
      expect(await (await request('/api/health/ready', { headers })).json()).toEqual({ status: 'ok' })
    }
    expect(await metricsAt('10.0.0.7')).not.toContain('insula_')
    expect(await metricsAt('::1')).toContain('insula_http_request_duration_seconds')
  })
})

test('a proxy that is not counted is told of in readiness, once it is seen', async () => {
  processState().forwardedUnread = false
  expect((await (await request('/api/health/ready')).json()).warnings).toBeUndefined()
  await request('/api/health/live', { headers: { 'x-forwarded-for': '203.0.113.9' } })
  const { status, warnings } = await (await request('/api/health/ready')).json()
  expect(status).toBe('ok')
  expect(warnings).toEqual([expect.stringContaining('TRUSTED_PROXIES')])
})
