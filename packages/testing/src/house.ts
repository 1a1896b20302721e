import { type ChildProcess, execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type CloudClient, connectCloud } from '@insula/local-cloud/client'
import { readEnvironment } from '@insula/local-cloud/env'
import { type SupervisedCloud, up } from '@insula/local-cloud/up'
import { endChild, spawnLeashed } from '@insula/local-kit/leash'
import { freePort } from '@insula/local-kit/port'
import { afterAll, beforeAll } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')
const startTimeoutMs = 60_000

const apps = ['gateway', 'worker'] as const
type App = (typeof apps)[number]

/** What can be killed: each is a process of its own. */
export type Mortal = App | 'mongo' | 'redis'

/** The whole product but for the console, each part in its own process, for tests that break it. */
export interface House {
  cloud: CloudClient
  /** Ends a part as `kill -9` does and starts it again; resolves when it answers. */
  kill(part: Mortal): Promise<void>
  /** The last lines of what the apps printed. */
  words(): string
}

/**
 * Gives this test file a house of its own. The file's own process is pointed at its cloud: call it before anything
 * connects. Stripe delivers its webhooks to the gateway.
 */
export function onAHouse(): () => House {
  let house: (House & { close(): Promise<void> }) | undefined
  beforeAll(async () => {
    house = await openHouse()
  }, 2 * startTimeoutMs)
  afterAll(() => house?.close())
  return () => {
    if (!house) throw new Error('Ask for the house inside a test')
    return house
  }
}

async function openHouse(): Promise<House & { close(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'insula-house-'))
  const folders = await Promise.all(apps.map(bundle))
  const cloud = await openCloud(dataDir)
  const ports = { gateway: await freePort(), worker: await freePort() }
  const origin = `http://127.0.0.1:${ports.gateway}`
  Object.assign(process.env, cloud.env, {
    APP_URL: origin,
    PORT: String(ports.gateway),
    WORKER_PORT: String(ports.worker),
    WEB_ORIGIN: 'http://127.0.0.1:9',
    LOG_LEVEL: 'error',
    SHUTDOWN_DELAY_MS: '0',
  })

  let said = ''
  const running = new Map<App, ChildProcess>()
  const health = { gateway: '/api/health/live', worker: '/health/live' }
  const start = async (app: App) => {
    const main = join(folders[apps.indexOf(app)] ?? '', 'main.js')
    const onOutput = (text: string) => {
      said = (said + text).slice(-5_000)
    }
    const child = spawnLeashed(process.execPath, ['--enable-source-maps', main], { onOutput })
    running.set(app, child)
    const dead = once(child, 'exit').then(([status, signal]) => {
      throw new Error(`The ${app} ended while it started (${signal ?? status}). Last words:\n${said}`)
    })
    dead.catch(() => {}) // later ends are asked for
    await Promise.race([dead, untilAnswering(`http://127.0.0.1:${ports[app]}${health[app]}`, () => said)])
  }
  await Promise.all(apps.map(start))
  const client = connectCloud(cloud.page)
  await client.stripe.forwardTo(`${origin}/api/webhooks/stripe`, cloud.env.STRIPE_WEBHOOK_SECRET)

  return {
    cloud: client,
    words: () => said,
    async kill(part) {
      if (part === 'mongo' || part === 'redis') return client.kill(part)
      const child = running.get(part)
      if (child) {
        const gone = once(child, 'exit')
        child.kill('SIGKILL')
        await gone
      }
      await start(part)
    },
    async close() {
      await Promise.all([...running.values()].map((child) => endChild(child)))
      await cloud.close()
      await Promise.all([dataDir, ...folders].map((folder) => rm(folder, { recursive: true, force: true })))
    },
  }
}

/** Bundles an app beside its ordinary bundle, from where it finds the same packages. Answers the folder. */
export async function bundle(app: App): Promise<string> {
  const cwd = join(root, 'apps', app)
  const folder = await mkdtemp(join(cwd, 'dist-test-'))
  const args = [join(root, 'scripts/bundle.mjs'), '--outdir', relative(cwd, folder)]
  await promisify(execFile)(process.execPath, args, { cwd })
  return folder
}

async function openCloud(dataDir: string): Promise<SupervisedCloud> {
  const names = ['LOCAL_PAGE_PORT', 'MONGO_PORT', 'REDIS_PORT', 'S3_PORT', 'STRIPE_PORT', 'SENDGRID_PORT']
  const ports = await Promise.all(names.map(async (name) => [name, String(await freePort())] as const))
  // The addresses of the run's shared cloud are left out: what is to be killed must be our own.
  const { PATH, INSULA_MONGO } = process.env
  return up({
    env: readEnvironment({ PATH, INSULA_MONGO, ...Object.fromEntries(ports) }),
    dataDir,
    fresh: true,
    note: () => {},
    onHopeless: (name, words) => console.error(`${name} cannot be kept alive:\n${words}`),
  })
}

async function untilAnswering(url: string, words: () => string): Promise<void> {
  const deadline = Date.now() + startTimeoutMs
  for (;;) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => null)
    await answer?.body?.cancel()
    if (answer?.ok) return
    if (Date.now() > deadline) throw new Error(`${url} did not answer. Last words:\n${words()}`)
    await pause(50)
  }
}
