import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { Agent, request as call } from 'node:http'
import { join } from 'node:path'
import { endChild, spawnLeashed } from '@insula/local-kit/leash'
import { freePort } from '@insula/local-kit/port'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { bundle } from '@insula/testing/house'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBalancer } from './balancer.ts'

onTheLocalCloud()

const shutdownDelayMs = 1_000
let folder: string
let balancer: Awaited<ReturnType<typeof openBalancer>>
let said = ''
const gateways = new Map<number, ChildProcess>()

function start(port: number): void {
  // The child inherits what stands here at this moment.
  Object.assign(process.env, {
    PORT: String(port),
    HOST: '127.0.0.1',
    WEB_ORIGIN: 'http://127.0.0.1:9',
    TRUSTED_PROXIES: '1',
    RATE_LIMIT_PER_MINUTE: '10000000',
    SHUTDOWN_DELAY_MS: String(shutdownDelayMs),
  })
  const onOutput = (text: string) => {
    said += text
  }
  const main = join(folder, 'main.js')
  gateways.set(port, spawnLeashed(process.execPath, ['--enable-source-maps', main], { onOutput }))
}

const everyoneIsReady = () =>
  expect.poll(() => balancer.ready().length, { timeout: 50_000, message: said }).toBe(2)

beforeAll(async () => {
  folder = await bundle('gateway')
  const ports = [await freePort(), await freePort()]
  for (const port of ports) start(port)
  balancer = await openBalancer(ports)
}, 120_000)
afterAll(async () => {
  balancer?.close()
  await Promise.all([...gateways.values()].map((child) => endChild(child)))
  await rm(folder, { recursive: true, force: true })
})

const agent = new Agent({ keepAlive: true })

/** One call through the balancer: its status, once the whole answer is there. */
function ask(method: string, path: string, body = ''): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const headers = body
    ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    : {}
  const asked = call(balancer.origin + path, { method, agent, headers }, (answer) => {
    answer.resume()
    answer.on('end', () => resolve(answer.statusCode ?? 0))
    answer.on('error', reject)
  })
  asked.on('error', reject)
  asked.end(body)
  return promise
}

const calls = [
  () => ask('GET', '/api/v1/openapi.json'),
  () => ask('GET', '/api/trpc/identity.me'),
  () => ask('POST', '/api/trpc/tenants.create', JSON.stringify({ name: 'x'.repeat(10_000), slug: 'x' })),
  () => ask('GET', '/api/health/live'),
]

test('a rolling restart under load loses no call, and sends event streams to who is left', async () => {
  await everyoneIsReady()
  const { owner } = await aTenant()
  const statuses = new Map<number, number>()
  let going = true
  const callers = Array.from({ length: 12 }, async (_, index) => {
    for (let round = index; going; round += 1) {
      const status = await calls[round % calls.length]?.().catch(() => 0)
      statuses.set(status ?? 0, (statuses.get(status ?? 0) ?? 0) + 1)
    }
  })
  const ended: string[] = []
  const stop = new AbortController()
  const cut: unknown[] = []
  const streams = Array.from({ length: 10 }, async () => {
    while (going) {
      try {
        const stream = await fetch(`${balancer.origin}/api/trpc/events.live`, {
          headers: { cookie: owner.cookie, accept: 'text/event-stream' },
          signal: stop.signal,
        })
        // A line that is cut throws here; one that ends does not.
        ended.push((await stream.text()).slice(-30))
      } catch (error) {
        if (going) cut.push(error)
      }
    }
  })

  for (const port of [...gateways.keys()]) {
    const old = gateways.get(port) as ChildProcess
    const gone = once(old, 'exit')
    old.kill('SIGTERM')
    expect(await gone).toEqual([0, null])
    start(port)
    await everyoneIsReady()
  }
  going = false
  stop.abort()
  await Promise.all(callers)
  await Promise.all(streams)

  const served = [...statuses.values()].reduce((sum, count) => sum + count, 0)
  expect({ faults: balancer.faults, cut, statuses: [...statuses.keys()].sort() }).toEqual({
    faults: [],
    cut: [],
    statuses: [200, 401],
  })
  expect(served).toBeGreaterThan(2_000)
  expect(ended.length).toBeGreaterThanOrEqual(10)
  for (const end of ended) expect(end).toMatch(/retry: \d+\n\n$/)
}, 180_000)
