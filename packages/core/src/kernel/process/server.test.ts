import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { descriptors } from './descriptors.ts'
import { type Door, type DoorOptions, openDoor, type Serve } from './server.ts'
import { processState } from './state.ts'
import { sendableHome, sendStreamsHome, streamsOfOne } from './streams.ts'

const appUrl = 'https://app.example.com'
const hello: Serve = (request, response) => {
  request.resume().on('end', () => response.end('hello'))
}

const sockets = new Set<Socket>()
let door: Door | undefined
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await door?.stop({ delayMs: 0, homeMs: 0, patienceMs: 0 })
  door = undefined
  processState().stopping = false
})

async function listening(options: Partial<DoorOptions> = {}): Promise<Door> {
  door = openDoor({ appUrl, maxConnections: 200, serve: hello, ...options })
  door.server.listen(0, '127.0.0.1')
  await once(door.server, 'listening')
  return door
}

/** A connection that has sent these bytes. */
async function sendText(text = ''): Promise<Socket> {
  const { port } = (door as Door).server.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1' })
  sockets.add(socket)
  socket.on('error', () => {})
  await once(socket, 'connect')
  if (text) socket.write(text)
  return socket
}

/** All that comes until the other side closes. */
async function heard(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  if (!socket.closed) await once(socket, 'close')
  return text
}
const answerTo = async (text: string) => heard(await sendText(text))
const get = (path = '/', more = '') => `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${more}\r\n`
const upgrade = (path: string) =>
  `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`

const required = [
  'x-request-id: req_',
  'x-content-type-options: nosniff',
  'x-frame-options: DENY',
  'referrer-policy: ',
  'cross-origin-opener-policy: same-origin',
  'permissions-policy: ',
  "content-security-policy: default-src 'none'",
  'strict-transport-security: ',
]

describe('whatever comes, the answer carries what every answer carries', () => {
  test.each([
    ['an ordinary call', get(), 200],
    ['a path that could be read in two ways', get('/x/../api'), 400],
    ['an absolute target', get('http://x/api'), 400],
    ['a target that is no path', 'OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 400],
    ['a call that names no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['a call that names an impossible host', 'GET / HTTP/1.1\r\nhost: a/b\r\n\r\n', 400],
    ['HTTP/1.0 without a host, as balancers check', 'GET / HTTP/1.0\r\n\r\n', 200],
    ['a WebSocket', upgrade('/'), 400],
    ['an offer of HTTP/2, which is ignored', get('/', 'upgrade: h2c\r\n'), 200],
    ['TRACE', 'TRACE / HTTP/1.1\r\nhost: x\r\n\r\n', 405],
    ['PROPFIND', 'PROPFIND / HTTP/1.1\r\nhost: x\r\n\r\n', 405],
    ['CONNECT', 'CONNECT x:443 HTTP/1.1\r\nhost: x\r\n\r\n', 405],
    ['a method that is none', 'HELLO / HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['what is not HTTP', '\x16\x03\x01\x02\x00\r\n\r\n', 400],
    ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', 400],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'a chunk without a length',
      'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      400,
    ],
    ['headers without end', get('/', `x-long: ${'a'.repeat(40_000)}\r\n`), 431],
    [
      'an expectation that is none of ours',
      'POST / HTTP/1.1\r\nhost: x\r\nexpect: wonders\r\ncontent-length: 0\r\n\r\n',
      417,
    ],
  ])('%s', async (_title, text, status) => {
    await listening()
    const answer = await answerTo(text)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    for (const header of required) expect(answer.toLowerCase()).toContain(header.toLowerCase())
    if (status === 405) expect(answer).toMatch(/^allow: GET, /im)
    if (status >= 400) expect(answer).toContain('application/problem+json')
  })

  test('a browser is given a page, which holds nothing that was sent', async () => {
    await listening()
    const answer = await answerTo(get('/api;<script>', 'accept: text/html,*/*\r\n'))
    expect(answer).toContain('text/html')
    expect(answer).not.toContain('<script>')
  })

  test('the id is the server’s own; only behind our gateway the caller’s is kept', async () => {
    const id = `req_${crypto.randomUUID()}`
    await listening()
    expect(await answerTo(get('/', `x-request-id: ${id}\r\n`))).not.toContain(id)
    await door?.stop({ delayMs: 0, homeMs: 0, patienceMs: 0 })
    processState().stopping = false
    await listening({ keepsRequestId: true })
    expect(await answerTo(get('/', `x-request-id: ${id}\r\n`))).toContain(id)
    expect(await answerTo(get('/', 'x-request-id: <script>\r\n'))).toMatch(/x-request-id: req_/i)
  })
})

describe('no connection outlives the limits', () => {
  const many = 2_000

  test('thousands of upgrades, silent and half-open connections leave room for whoever speaks', async () => {
    await listening()
    const before = descriptors().open ?? 0
    const kinds = [
      '',
      'GET / HTT',
      upgrade('/_next/hmr'),
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\na',
      'GET / HTTP/1.1\r\nhost: x\r\n\r\n',
    ]
    for (let index = 0; index < many; index += 50) {
      const batch = Array.from({ length: 50 }, (_, offset) => kinds[(index + offset) % kinds.length])
      await Promise.all(batch.map((text) => sendText(text)))
    }
    expect(door?.connections.size).toBeLessThanOrEqual(200)
    expect(await answerTo(get())).toContain('hello')
    for (const socket of sockets) socket.destroy()
    await expect.poll(() => door?.connections.size).toBe(0)
    await expect.poll(() => descriptors().open ?? 0).toBeLessThan(before + 20)
  }, 60_000)

  test('in development as many upgrades are taken as there may be, for one path only', async () => {
    const taken: Socket[] = []
    await listening({
      upgrades: {
        path: '/_next/hmr',
        max: 3,
        serve(_request, socket) {
          taken.push(socket)
          socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
        },
      },
    })
    for (let index = 0; index < 3; index += 1) await sendText(upgrade('/_next/hmr?id=1'))
    await expect.poll(() => taken.length).toBe(3)
    for (const socket of taken) expect(socket.timeout).toBe(60_000)
    expect(await answerTo(upgrade('/_next/hmr'))).toMatch(/^HTTP\/1.1 503 /)
    expect(await answerTo(upgrade('/elsewhere'))).toMatch(/^HTTP\/1.1 400 /)
    taken[0]?.destroy()
    await expect.poll(() => door?.connections.size).toBe(2)
    await sendText(upgrade('/_next/hmr'))
    await expect.poll(() => taken.length).toBe(4)
  })

  test('every wait has an end', async () => {
    const { server } = await listening()
    // 0 would be no end at all
    expect(server.headersTimeout).toBeGreaterThan(0)
    expect(server.headersTimeout).toBeLessThanOrEqual(15_000)
    expect(server.requestTimeout).toBeGreaterThan(0)
    expect(server.requestTimeout).toBeLessThanOrEqual(60_000)
    expect(server.timeout).toBeGreaterThan(0)
    expect(server.keepAliveTimeout).toBeGreaterThan(60_000)
  })

  test('headers and bodies that do not come are refused when their time is over, and the connection closed', async () => {
    const { server } = await listening()
    server.headersTimeout = 300
    server.requestTimeout = 300
    const halves = [
      'GET / HTTP/1.1\r\nhost: x\r\nx-slow: ',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\na',
    ]
    for (const half of halves) expect(await answerTo(half)).toMatch(/^HTTP\/1.1 408 /)
    expect(await answerTo('')).toMatch(/^$|^HTTP\/1.1 408 /)
  })
})

test('one holder has a number of event streams; beyond it the oldest ends, and nobody else’s', async () => {
  const silent = () => new ReadableStream<Uint8Array>()
  const ended: string[] = []
  const read = async (name: string, holder: string) => {
    const text = await new Response(sendableHome(silent(), holder)).text()
    ended.push(`${name} ${text.trim()}`)
  }
  const reading = [read('other', 'two')]
  for (let index = 0; index < streamsOfOne + 1; index += 1) reading.push(read(`stream ${index}`, 'one'))
  await expect.poll(() => ended).toEqual(['stream 0 retry: 10000'])
  await sendStreamsHome(0)
  await Promise.all(reading)
  expect(ended).toHaveLength(streamsOfOne + 2)
})

describe('a server that is asked to stop', () => {
  test('answers on while balancers notice, and says on each answer that the connection ends', async () => {
    const { stop } = await listening()
    const stopped = stop({ delayMs: 300, homeMs: 0, patienceMs: 5_000 })
    expect(processState().stopping).toBe(true)
    const answer = await answerTo('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1.1 200 /)
    expect(answer).toMatch(/^connection: close/im)
    expect(await stopped).toBe('finished')
  })

  test('finishes what is under way, on connections old and new', async () => {
    const waiting: (() => void)[] = []
    const { stop, server } = await listening({
      serve: (_request, response) => void waiting.push(() => response.end('at last')),
    })
    const slow = sendText('GET / HTTP/1.1\r\nhost: x\r\n\r\n').then(heard)
    await expect.poll(() => waiting.length).toBe(1)
    const stopped = stop({ delayMs: 0, homeMs: 0, patienceMs: 20_000 })
    await expect.poll(() => server.listening).toBe(false)
    waiting[0]?.()
    expect(await slow).toContain('at last')
    expect(await stopped).toBe('finished')
  })

  test('sends home streams, too, that begin on a kept connection while it waits for others', async () => {
    const waiting: (() => void)[] = []
    const { stop, server } = await listening({
      serve: async (request, response) => {
        if (request.url !== '/live') return void waiting.push(() => response.end('done'))
        for await (const chunk of sendableHome(new ReadableStream(), 'one')) response.write(chunk)
        response.end()
      },
    })
    const kept = await sendText()
    const slow = sendText('GET / HTTP/1.1\r\nhost: x\r\n\r\n').then(heard)
    await expect.poll(() => waiting.length).toBe(1)
    const stopped = stop({ delayMs: 0, homeMs: 0, patienceMs: 20_000 })
    await expect.poll(() => server.listening).toBe(false)
    kept.write('GET /live HTTP/1.1\r\nhost: x\r\n\r\n')
    expect(await heard(kept)).toMatch(/retry: \d+\n\n/)
    waiting[0]?.()
    expect(await slow).toContain('done')
    expect(await stopped).toBe('finished')
  })

  test('answers the next call of a client whose connection was idle when it began to stop', async () => {
    const waiting: (() => void)[] = []
    const { stop, server } = await listening({
      serve: (request, response) => {
        if (request.url === '/slow') waiting.push(() => response.end('at last'))
        else response.end('hello')
      },
    })
    const kept = await sendText('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    await once(kept, 'data')
    const slow = sendText('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n').then(heard)
    await expect.poll(() => waiting.length).toBe(1)
    const stopped = stop({ delayMs: 0, homeMs: 0, patienceMs: 20_000 })
    await expect.poll(() => server.listening).toBe(false)
    kept.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    expect(await heard(kept)).toMatch(/^HTTP\/1.1 200 [\s\S]*hello$/)
    waiting[0]?.()
    expect(await slow).toContain('at last')
    expect(await stopped).toBe('finished')
  })

  test('sends event streams home one after the other, so that they do not all come back at once', async () => {
    const home: (string | undefined)[] = []
    const { stop } = await listening({
      serve: async ({ url }, response) => {
        for await (const chunk of sendableHome(new ReadableStream(), 'one')) response.write(chunk)
        response.end()
        home.push(url)
      },
    })
    for (const path of ['/first', '/second']) {
      const before = door?.connections.underWay ?? 0
      await sendText(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`)
      await expect.poll(() => door?.connections.underWay).toBe(before + 1)
    }
    // The second is due after half of it, which nobody waits for here.
    void stop({ delayMs: 0, homeMs: 60_000, patienceMs: 0 })
    await expect.poll(() => home.length).toBeGreaterThan(0)
    expect(home).toEqual(['/first'])
  })

  test('cuts what never ends when its patience does', async () => {
    const { stop } = await listening({ serve: () => {} })
    const endless = sendText('GET / HTTP/1.1\r\nhost: x\r\n\r\n').then(heard)
    await expect.poll(() => door?.connections.underWay).toBe(1)
    expect(await stop({ delayMs: 0, homeMs: 0, patienceMs: 50 })).toBe('cut')
    expect(await endless).toBe('')
  })

  test('sends event streams home between two events, whole, with when to come back', async () => {
    const events = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('id: 1\ndata: one\n\n')),
    })
    const { stop } = await listening({
      serve: async (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        for await (const chunk of sendableHome(events, 'one')) response.write(chunk)
        response.end()
      },
    })
    const stream = await sendText('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    const all = heard(stream)
    await expect.poll(() => stream.bytesRead).toBeGreaterThan(100)
    expect(await stop({ delayMs: 0, homeMs: 100, patienceMs: 20_000 })).toBe('finished')
    expect(await all).toMatch(/data: one\n\n[\s\S]*retry: \d+\n\n[\s\S]*\r\n0\r\n\r\n$/)
  })
})
