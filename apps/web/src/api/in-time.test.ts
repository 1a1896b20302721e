import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fetchInTime, patienceMs } from './in-time.ts'
import { faultOf } from './refusal.ts'

const server = createServer((request, response) => {
  if (request.url === '/whole') response.end('{"whole":true}')
  if (request.url === '/empty') response.writeHead(204).end()
  if (request.url === '/half') response.write('{"half":', () => arrived())
  if (request.url === '/never') arrived()
})
let arrived = () => {}
let url = ''

beforeEach(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  server.closeAllConnections()
  server.close()
})

describe('a call has an end', () => {
  it.each(['/never', '/half'])('%s: told as a connection that broke, once patience is over', async (path) => {
    const reached = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const failed = fetchInTime(url + path).then(
      () => expect.unreachable(),
      (error: unknown) => error,
    )
    await reached
    vi.advanceTimersByTime(patienceMs)
    expect(faultOf(await failed).code).toBe('unreachable')
  })

  it('what comes in time is handed on as it is', async () => {
    const whole = await fetchInTime(`${url}/whole`)
    expect([whole.status, await whole.json()]).toEqual([200, { whole: true }])
    expect((await fetchInTime(`${url}/empty`)).status).toBe(204)
  })

  it('a caller that gives up earlier is heard', async () => {
    const given = new AbortController()
    const reached = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const failed = fetchInTime(`${url}/never`, { signal: given.signal }).then(
      () => expect.unreachable(),
      (error: Error) => error.name,
    )
    await reached
    given.abort()
    expect(await failed).toBe('AbortError')
  })
})
