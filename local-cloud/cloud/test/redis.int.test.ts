import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readEnvironment } from '../src/env.ts'
import { findInstalled } from '../src/install.ts'
import { startRedis } from '../src/redis.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'insula-redis-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const binary = () => findInstalled('redis', readEnvironment()) ?? ''

test('a Redis that cannot start says so in its own words', async () => {
  const first = await startRedis({ port: 0, dataDir, binary: binary() })
  await expect(startRedis({ port: first.port, dataDir, binary: binary() })).rejects.toThrow(/already in use/i)
  await first.close()
})

test('what Redis was told outlives its restart, and nothing is ever evicted', async () => {
  const before = await startRedis({ port: 0, dataDir, binary: binary() })
  const client = new Redis(before.url)
  await client.set('kept', 'yes')
  expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
  client.disconnect()
  await before.close()

  const after = await startRedis({ port: before.port, dataDir, binary: binary() })
  const again = new Redis(after.url)
  expect(await again.get('kept')).toBe('yes')
  again.disconnect()
  await after.close()
})

test('its faults: no memory, cut connections, a pause; a reset ends them', async () => {
  const server = await startRedis({ port: 0, dataDir, binary: binary() })
  const client = new Redis(server.url, { maxRetriesPerRequest: 0, retryStrategy: () => 1 })
  client.on('error', () => {}) // each failed command carries the reason
  await client.set('kept', 'yes')
  await server.control.outOfMemory(true)
  await expect(client.set('more', 'x')).rejects.toThrow(/^OOM /)
  expect(await client.get('kept')).toBe('yes')
  await server.control.reset()
  expect(await client.set('more', 'x')).toBe('OK')

  const cut = once(client, 'close')
  await server.control.cutConnections()
  await cut
  await once(client, 'ready')
  expect(await client.get('more')).toBe('x')

  const from = performance.now()
  await server.control.pause(150)
  expect(await client.get('more')).toBe('x')
  expect(performance.now() - from).toBeGreaterThan(140)
  client.disconnect()
  await server.close()
})
