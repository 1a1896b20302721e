import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as later } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { tellUnavailable } from '../unavailable.ts'
import { servePages } from './pages.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function serving(page: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const serve = servePages(page, 'https://app.example.com')
  server = createServer((request, response) => serve(request, response, 'req_1')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
  'a page is read: %s is 405 and never reaches it',
  async (method) => {
    let reached = false
    const origin = await serving((_, response) => {
      reached = true
      response.end()
    })
    const answer = await fetch(`${origin}/files`, { method })
    expect([answer.status, answer.headers.get('allow'), reached]).toEqual([405, 'GET, HEAD', false])
    expect(await answer.json()).toMatchObject({ code: 'unsupported', requestId: 'req_1' })
  },
)

test('OPTIONS is told what there is', async () => {
  const origin = await serving((_, response) => response.end())
  const answer = await fetch(`${origin}/files`, { method: 'OPTIONS' })
  expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS'])
})

test.each(['as it stands', 'by writeHead'])(
  'a page that lacks what is away is 503, its status set %s',
  async (how) => {
    const origin = await serving(async (_, response) => {
      await later()
      tellUnavailable()
      if (how === 'by writeHead') response.writeHead(500, { 'content-type': 'text/html' })
      else response.statusCode = 500
      response.end('<h1>This could not be checked just now</h1>')
    })
    const answer = await fetch(`${origin}/files`)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await answer.text()).toContain('could not be checked')
  },
)

test('what is wrong stays 500, also beside a page that lacks what is away', async () => {
  const origin = await serving(async ({ url }, response) => {
    if (url === '/away') tellUnavailable()
    await later()
    response.statusCode = 500
    response.end()
  })
  const [wrong, away] = await Promise.all([fetch(`${origin}/wrong`), fetch(`${origin}/away`)])
  expect([wrong.status, wrong.headers.get('retry-after'), away.status]).toEqual([500, null, 503])
})
