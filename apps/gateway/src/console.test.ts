import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, createServer as createRaw, type Server as RawServer } from 'node:net'
import { type Door, openDoor } from '@insula/core/kernel/process/server'
import { processState } from '@insula/core/kernel/process/state'
import { afterEach, expect, test } from 'vitest'
import { consoleBehind } from './console.ts'

const appUrl = 'https://app.example.com'
let door: Door | undefined
let behind: Server | RawServer | undefined
afterEach(async () => {
  await door?.stop({ delayMs: 0, homeMs: 0, patienceMs: 0 })
  processState().stopping = false
  if (behind && 'closeAllConnections' in behind) behind.closeAllConnections()
  behind?.close()
})

const portOf = (server: RawServer) => (server.address() as AddressInfo).port

async function listening<Listener extends RawServer>(server: Listener, port = 0): Promise<Listener> {
  behind = server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** Opens the gateway's door before a console at this port. */
async function openBefore(port: number): Promise<string> {
  const web = consoleBehind({ origin: `http://127.0.0.1:${port}`, appUrl, addressOf: () => '203.0.113.9' })
  const upgrades = { path: '/_next/hmr', max: 2, serve: web.upgrade }
  door = openDoor({ appUrl, maxConnections: 100, serve: web.serve, upgrades })
  door.server.listen(0, '127.0.0.1')
  await once(door.server, 'listening')
  return `http://127.0.0.1:${portOf(door.server)}`
}
const consoleThat = async (listener: RequestListener) =>
  openBefore(portOf(await listening(createServer(listener))))

test('a kept connection that the console closes as it is taken up again costs no page', async () => {
  const asked: string[] = []
  const flaky = createRaw((socket) => {
    let requests = 0
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      const [line = ''] = String(chunk).split('\r\n')
      asked.push(line)
      requests += 1
      if (requests > 1) return socket.destroy()
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nok')
    })
  })
  const origin = await openBefore(portOf(await listening(flaky)))
  for (let round = 0; round < 5; round += 1) {
    const page = await fetch(`${origin}/sign-in`)
    expect([page.status, await page.text()]).toEqual([200, 'ok'])
  }
  expect(asked.length).toBeGreaterThan(5)
})

test('what changes something is not sent twice', async () => {
  let posts = 0
  const flaky = createRaw((socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      if (String(chunk).startsWith('GET')) {
        return socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n')
      }
      posts += 1
      socket.destroy()
    })
  })
  const origin = await openBefore(portOf(await listening(flaky)))
  await fetch(`${origin}/`)
  expect((await fetch(`${origin}/`, { method: 'POST' })).status).toBe(502)
  expect(posts).toBe(1)
})

test('a console that is just being started again is waited for a moment', async () => {
  const gone = await listening(createServer())
  const port = portOf(gone)
  gone.close()
  await once(gone, 'close')
  const origin = await openBefore(port)
  const page = fetch(`${origin}/sign-in`)
  await once((door as Door).server, 'request')
  await listening(
    createServer((_request, response) => response.end('back')),
    port,
  )
  expect(await (await page).text()).toBe('back')
})

test('one that is away is told to browsers as a page and to programs as a problem, with when to come back', async () => {
  const gone = await listening(createServer())
  const port = portOf(gone)
  gone.close()
  await once(gone, 'close')
  const origin = await openBefore(port)
  const [page, problem] = await Promise.all([
    fetch(origin, { headers: { accept: 'text/html' } }),
    fetch(origin, { headers: { accept: 'application/json' } }),
  ])
  expect([page.status, problem.status]).toEqual([502, 502])
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  expect(page.headers.get('content-security-policy')).toMatch(/style-src 'sha256-/)
  expect(await problem.json()).toMatchObject({
    code: 'unavailable',
    requestId: problem.headers.get('x-request-id'),
  })
  for (const answer of [page, problem]) {
    expect(answer.headers.get('retry-after')).toBe('2')
    expect(answer.headers.get('x-frame-options')).toBe('DENY')
  }
})

test('what a client says of its own way here is not handed on, and neither is what is meant for one hop', async () => {
  const seen: IncomingMessage['headers'][] = []
  const origin = await consoleThat((request, response) => {
    seen.push(request.headers)
    response
      .writeHead(200, { connection: 'keep-alive, x-inner', 'x-inner': '1', 'set-cookie': ['a=1', 'b=2'] })
      .end()
  })
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  socket.write(
    'GET / HTTP/1.1\r\nhost: app.example.com\r\nconnection: close, x-secret\r\nx-secret: 1\r\nte: trailers\r\nx-forwarded-for: 6.6.6.6\r\nx-forwarded-host: evil.test\r\nforwarded: for=6.6.6.6\r\nx-real-ip: 6.6.6.6\r\nx-insula-client-address: 6.6.6.6\r\nx-request-id: mine\r\ncookie: s=1\r\n\r\n',
  )
  let answer = ''
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text
  })
  await once(socket, 'close')
  expect(answer).not.toContain('x-inner')
  expect(answer).toMatch(/set-cookie: a=1\r\nset-cookie: b=2/i)
  const [headers = {}] = seen
  expect(headers).toMatchObject({
    host: 'app.example.com',
    cookie: 's=1',
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-host': 'app.example.com',
    'x-forwarded-proto': 'https',
    'x-request-id': expect.stringMatching(/^req_/),
  })
  for (const name of ['x-secret', 'te', 'forwarded', 'x-real-ip', 'x-insula-client-address']) {
    expect(headers).not.toHaveProperty(name)
  }
  expect(JSON.stringify(headers)).not.toContain('6.6.6.6')
})

test('a connection that hot reload takes over carries what both sides say', async () => {
  const server = createServer()
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n')
    socket.on('data', (chunk: Buffer) => socket.write(`heard ${chunk}`))
    socket.on('error', () => {})
  })
  const origin = await openBefore(portOf(await listening(server)))
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  let heard = ''
  socket.setEncoding('utf8').on('data', (text) => {
    heard += text
  })
  socket.write('GET /_next/hmr?id=1 HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n')
  await expect.poll(() => heard).toMatch(/^HTTP\/1.1 101 /)
  socket.write('hello')
  await expect.poll(() => heard).toContain('heard hello')
  socket.destroy()
  await expect.poll(() => door?.connections.size).toBe(0)
})
