import { mkdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { ArmedControl, ArmedFault } from '@insula/local-kit/armed'
import { endChild, spawnLeashed } from '@insula/local-kit/leash'
import { freePort } from '@insula/local-kit/port'
import type { LocalServer, SavedStateControl, StartOptions } from '@insula/local-kit/server'
import { Redis } from 'ioredis'
import { restoreRedis, saveRedis } from './redis-state.ts'

export interface RedisControl extends SavedStateControl, ArmedControl {
  /** Forgets everything, in every database, and clears the fault switches. */
  reset(): Promise<void>
  /** Answers nobody for this long, as a Redis in trouble does. */
  pause(durationMs: number): Promise<void>
  /** Cuts every client's connection once, as a network in trouble does. */
  cutConnections(): Promise<void>
  /** Refuses every write for want of memory (`OOM`) until told otherwise; reads are answered. */
  outOfMemory(on: boolean): Promise<void>
  /** Lets writes wait for at most this long, or until `release`; reads are answered. */
  holdWrites(atMostMs: number): Promise<void>
  release(): Promise<void>
  /** The process id of the server that answers. */
  processId(): Promise<number>
}

export interface RedisServer extends LocalServer<RedisControl> {
  /** The real server's process id: what a test kills. Absent when the address was given. */
  readonly pid: number | undefined
  /** Resolves when the process ended without being asked to. */
  readonly died: Promise<string>
}

/** A Redis that someone else runs, as `REDIS_URL` says: nothing empties or stops it from here. */
export function connectRedis(url: string): LocalServer<Pick<RedisControl, 'processId'>> {
  const address = new URL(url)
  return {
    url,
    port: Number(address.port || 6379),
    control: { processId: redisControl(url).processId },
    close: async () => {},
  }
}

function redisControl(url: string): RedisControl {
  const ask = async <T>(work: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(url, {
      lazyConnect: true,
      connectTimeout: 2000,
      commandTimeout: 30_000,
      retryStrategy: () => null,
    })
    client.on('error', () => {}) // the failed command carries the reason
    try {
      await client.connect()
      return await work(client)
    } finally {
      client.disconnect()
    }
  }
  const outOfMemory = (on: boolean) =>
    ask(async (client) => void (await client.config('SET', 'maxmemory', on ? '1' : '0')))
  return {
    async reset() {
      await outOfMemory(false)
      await ask((client) => client.flushall())
    },
    async armed() {
      const [, most] = (await ask((client) => client.config('GET', 'maxmemory'))) as string[]
      const full: ArmedFault = { switch: 'outOfMemory', does: 'Refuses every write for want of memory' }
      return most === '1' ? [full] : []
    },
    async disarm(name) {
      // A pause ends by itself, and nothing reaches a paused server before.
      if (name !== 'outOfMemory') throw new Error(`There is no switch "${name}". There is: outOfMemory.`)
      await outOfMemory(false)
    },
    outOfMemory,
    cutConnections: () =>
      ask(async (client) => void (await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'))),
    pause: (durationMs) => ask(async (client) => void (await client.client('PAUSE', durationMs, 'ALL'))),
    holdWrites: (atMostMs) => ask(async (client) => void (await client.client('PAUSE', atMostMs, 'WRITE'))),
    release: () => ask(async (client) => void (await client.client('UNPAUSE'))),
    save: (folder) => ask((client) => saveRedis(client, folder)),
    async restore(folder) {
      await outOfMemory(false)
      await ask((client) => restoreRedis(client, folder))
    },
    processId: () => ask(async (client) => Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1])),
  }
}

export interface RedisOptions extends StartOptions {
  /** The program to run: redis-server or valkey-server. */
  binary: string
  onOutput?: (text: string) => void
}

/**
 * Starts the real Redis with a port and a data folder of its own: append-only file synced every second, nothing
 * evicted. Throws with the server's own last words when it does not come up.
 */
export async function startRedis(options: RedisOptions): Promise<RedisServer> {
  const port = options.port === 0 ? await freePort() : options.port
  const host = options.host ?? '127.0.0.1'
  await mkdir(options.dataDir, { recursive: true })
  let lastWords = ''
  const child = spawnLeashed(options.binary, redisFlags(port, host, options.dataDir), {
    onOutput: (text) => {
      lastWords = (lastWords + text).slice(-2000)
    },
  })
  let stopping = false
  const died = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => {
      if (!stopping) resolve(`Redis ended (${signal ?? `exit ${code}`}).\n${lastWords}`)
    })
  })
  const url = `redis://${host}:${port}`
  const control = redisControl(url)
  const failure = await Promise.race([untilAnswering(control, child.pid), died])
  if (failure !== undefined) {
    await endChild(child)
    throw new Error(`redis-server did not start on port ${port}: ${failure}`)
  }
  return {
    url,
    port,
    control,
    pid: child.pid,
    died,
    async close() {
      stopping = true
      await endChild(child)
    },
  }
}

function redisFlags(port: number, host: string, dataDir: string): string[] {
  const settings: Record<string, string> = {
    port: String(port),
    bind: host,
    dir: dataDir,
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    'maxmemory-policy': 'noeviction',
    databases: '256',
    daemonize: 'no',
  }
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
}

/**
 * Resolves with nothing when our Redis answers (it may be loading its file first), or with why it does not. Another
 * server on the same port answers too, until ours has noticed and ended.
 */
async function untilAnswering(
  control: RedisControl,
  pid: number | undefined,
  timeoutMs = 20_000,
): Promise<string | undefined> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    try {
      if ((await control.processId()) === pid) return undefined
    } catch (error) {
      if (Date.now() > deadline) return `no answer within ${timeoutMs / 1000} s: ${String(error)}`
    }
    await pause(10)
  }
}
