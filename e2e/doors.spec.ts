import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { expect, test } from './support/product.ts'

// The gateway answers /api in a process of its own; told so, the console can, too, for hosts that run one process.
const gateway = process.env.APP_URL ?? ''
const consoleBehind = process.env.WEB_ORIGIN ?? ''

let consoleAlone = ''
let child: ChildProcess | undefined
test.beforeAll(async () => {
  const port = await freePort()
  consoleAlone = `http://127.0.0.1:${port}`
  const web = resolve(import.meta.dirname, '../apps/web')
  child = spawn(process.execPath, [join(web, 'dist/main.js')], {
    cwd: web,
    env: { ...process.env, NODE_ENV: 'production', PORT: String(port), HOST: '127.0.0.1', SERVE_API: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await expect
    .poll(async () => (await fetch(`${consoleAlone}/health/ready`).catch(() => null))?.status, {
      timeout: 30_000,
    })
    .toBe(200)
})
test.afterAll(async () => {
  if (child?.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

/** One raw request, and all that comes back until the connection ends. */
async function raw(origin: string, text: string): Promise<string> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname)
  let answer = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    answer += chunk
  })
  socket.write(text)
  await once(socket, 'close')
  return answer
}
const rawGet = (target: string, more = '') =>
  `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${more}\r\n`

const calls: { title: string; path: string; init?: RequestInit }[] = [
  { title: 'liveness', path: '/api/health/live' },
  { title: 'readiness', path: '/api/health/ready' },
  { title: 'the OpenAPI document', path: '/api/v1/openapi.json' },
  { title: 'a REST call without a key', path: '/api/v1/members' },
  {
    title: 'a REST call with a wrong key',
    path: '/api/v1/files',
    init: { headers: { authorization: 'Bearer ins_nonsense' } },
  },
  { title: 'an address that is none', path: '/api/v1/nowhere' },
  { title: 'a tRPC query without a session', path: '/api/trpc/identity.me' },
  { title: 'an unknown procedure', path: '/api/trpc/identity.nothing' },
  {
    title: 'a webhook without a signature',
    path: '/api/webhooks/stripe',
    init: { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } },
  },
  {
    title: 'a wrong password',
    path: '/api/auth/sign-in/email',
    init: {
      method: 'POST',
      body: JSON.stringify({ email: 'nobody@example.test', password: 'not the password at all' }),
      headers: { 'content-type': 'application/json', origin: gateway },
    },
  },
]

const answerOf = async (origin: string, path: string, init?: RequestInit) => {
  const answer = await fetch(new URL(path, origin), { ...init, signal: AbortSignal.timeout(20_000) })
  const body = (await answer.text()).replaceAll(/req_[0-9a-f-]{36}/g, 'req_…')
  return { status: answer.status, type: answer.headers.get('content-type'), body }
}

for (const { title, path, init } of calls) {
  test(`both doors answer alike: ${title}`, async () => {
    expect(await answerOf(consoleAlone, path, init)).toEqual(await answerOf(gateway, path, init))
  })
}

test('a console that was not told to serve the API serves none, by whatever path', async () => {
  const targets = [
    '/api/v1/members',
    '/api/trpc/identity.me',
    '/api/auth/get-session',
    '/./api/v1/members',
    '/%2e/api/v1/members',
    '/x/../api/v1/members',
    '//api/v1/members',
  ]
  for (const target of targets) {
    expect(await raw(consoleBehind, rawGet(target))).toMatch(/^HTTP\/1.1 (400|404) /)
  }
})

for (const target of [
  '/./api/v1/members',
  '/%2e/api/v1/members',
  '/x/../api/v1/members',
  '//api/v1/members',
  '/api%2fv1/members',
  '/API/v1/members',
  'http://localhost/api/v1/members',
]) {
  test(`no door takes ${target} for another path`, async () => {
    for (const origin of [gateway, consoleBehind, consoleAlone]) {
      expect(await raw(origin, rawGet(target))).toMatch(/^HTTP\/1.1 400 /)
    }
  })
}

const required = [
  'x-request-id',
  'x-content-type-options',
  'x-frame-options',
  'referrer-policy',
  'cross-origin-opener-policy',
  'permissions-policy',
  'content-security-policy',
]
const oddities = [
  '/',
  '/sign-in',
  '/sign-in/',
  '/icon.svg',
  '/icon.svgx',
  '/none.js',
  '/_next/static/none.js',
  '/_next/static/',
  '/_next/none',
  '/_next/image',
  '/_next/imagex',
  '/favicon.ico',
  '/robots.txt',
  '/api',
  '/api/',
  '/api/v1/none',
  '/api/health/live',
  '/health/ready',
  '/metrics',
  '/_next/hmr',
  '/%ff',
  '/x//y',
  '/_error',
  '/sign-in.rsc',
].map((target) => rawGet(target))
const requests = [
  ...oddities,
  'TRACE / HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'PURGE /sign-in HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'CONNECT x:1 HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'POST /sign-in HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nnext-action: x\r\ncontent-length: 2\r\n\r\n[]',
  'OPTIONS /sign-in HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
  'HEAD /nowhere HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
  `POST /api/v1/members HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 400000\r\n\r\n${'x'.repeat(400_000)}`,
  rawGet('/', 'connection: upgrade\r\nupgrade: websocket\r\n').replace('connection: close\r\n', ''),
  rawGet('/', `x-long: ${'a'.repeat(40_000)}\r\n`),
  'nonsense\r\n\r\n',
]

test('every answer of every door carries every header once, also errors, redirects and what is no request', async () => {
  for (const origin of [gateway, consoleBehind, consoleAlone]) {
    for (const request of requests) {
      const [head = ''] = (await raw(origin, request)).split('\r\n\r\n')
      const names = head.split('\r\n').map((line) => line.split(':', 1)[0]?.toLowerCase())
      const missing = required.filter((name) => names.filter((one) => one === name).length !== 1)
      expect({ request: request.slice(0, 60), head: head.split('\r\n', 1)[0], missing }).toEqual({
        request: request.slice(0, 60),
        head: head.split('\r\n', 1)[0],
        missing: [],
      })
      expect(head).toMatch(/^HTTP\/1.1 [2345]\d\d /)
      expect(head).not.toMatch(/^HTTP\/1.1 500 /)
    }
  }
})

test('what a proxy hands on sees neither metrics nor what is down', async () => {
  for (const origin of [gateway, consoleBehind, consoleAlone]) {
    const handedOn = { headers: { 'x-forwarded-for': '203.0.113.9' } }
    expect((await fetch(`${origin}/metrics`, handedOn)).status).toBe(401)
    expect(await (await fetch(`${origin}/health/ready`, handedOn)).json()).toEqual({ status: 'ok' })
    expect((await fetch(`${origin}/metrics`)).status).toBe(200)
  }
})

test('what neither door should tell is not told: no stack, no server name', async () => {
  for (const origin of [gateway, consoleAlone]) {
    const answer = await fetch(new URL('/api/v1/nowhere', origin))
    expect(answer.headers.get('x-powered-by')).toBeNull()
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await answer.text()).not.toMatch(/node_modules|at .*\.ts:/)
  }
})
