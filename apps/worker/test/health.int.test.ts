import { processState } from '@insula/core/kernel/process/state'
import { disconnectDb } from '@insula/db'
import { onTheLocalCloud } from '@insula/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveHealth } from '../src/health.ts'
import { createMetrics } from '../src/metrics.ts'

onTheLocalCloud()

let health: Awaited<ReturnType<typeof serveHealth>>
beforeAll(async () => {
  process.env.WORKER_PORT = '0'
  health = await serveHealth(0, createMetrics().registry)
})
afterAll(async () => {
  await health.door.stop({ delayMs: 0, homeMs: 0, patienceMs: 1_000 })
  processState().stopping = false
})
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${health.port}${path}`, { headers })
const handedOn = { 'x-forwarded-for': '203.0.113.9' }

test('metrics and what is down are closed to what a proxy hands on', async () => {
  expect((await get('/metrics', handedOn)).status).toBe(401)
  expect(await (await get('/health/ready', handedOn)).json()).toEqual({ ready: true })
  expect(await (await get('/metrics')).text()).toContain('insula_queue_jobs')
  expect(await (await get('/health/ready')).json()).toEqual({ ready: true, down: [] })
})

test('with METRICS_TOKEN set, its holder alone may look', async () => {
  process.env.METRICS_TOKEN = 'a token of sixteen characters'
  try {
    expect((await get('/metrics')).status).toBe(401)
    const authorization = `Bearer ${process.env.METRICS_TOKEN}`
    expect((await get('/metrics', { authorization, ...handedOn })).status).toBe(200)
  } finally {
    delete process.env.METRICS_TOKEN
  }
})

test('a worker that is draining is not ready, and lives', async () => {
  processState().stopping = true
  expect((await get('/health/ready')).status).toBe(503)
  expect((await get('/health/live')).status).toBe(200)
  processState().stopping = false
})

test('a store that is away takes no worker out, and is named', async () => {
  await disconnectDb()
  const answer = await get('/health/ready')
  expect(answer.status).toBe(200)
  expect((await answer.json()).down).toEqual(['mongodb'])
})

test('every answer carries what every answer carries', async () => {
  for (const path of ['/health/live', '/metrics', '/nowhere', '/health/../x', '//']) {
    const { headers } = await get(path)
    expect(headers.get('x-request-id')).toMatch(/^req_/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  }
})
