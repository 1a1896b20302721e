import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'

const root = resolve(import.meta.dirname, '../../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Service {
  image?: string
  build?: { context: string; dockerfile: string; target: string }
  environment?: Record<string, string>
  depends_on?: Record<string, { condition: string }>
  volumes?: string[]
  healthcheck?: object
}
interface Compose {
  services: Record<string, Service>
  volumes: Record<string, null>
}
const compose: Compose = parse(read('docker-compose.yml'), { merge: true })
const dockerfile = read('deploy/Dockerfile')
const ours = ['gateway', 'web', 'worker', 'seed']

afterEach(() => vi.unstubAllEnvs())

/** Starts as `name` does, as far as its environment goes. Throws when a variable is missing or wrong. */
async function readEnvironmentOf(name: string): Promise<void> {
  vi.resetModules() // some readers remember what they read
  const { readEnvs } = await import('@insula/core/prepare')
  const { coreEnv } = await import('@insula/core/env')
  const { dbEnv } = await import('@insula/db/env')
  const { jobsEnv } = await import('@insula/jobs/env')
  const { cacheEnv } = await import('@insula/providers/cache')
  const { mailEnv, objectStoreEnv, paymentsEnv } = await import('@insula/providers/env')
  const own: Record<string, () => Promise<() => unknown>> = {
    gateway: async () => (await import('../../../apps/gateway/src/env.ts')).gatewayEnv,
    web: async () => (await import('../../../apps/web/src/env.ts')).webEnv,
    worker: async () => (await import('../../../apps/worker/src/env.ts')).workerEnv,
  }
  const shared = [coreEnv, dbEnv, jobsEnv, cacheEnv, paymentsEnv, objectStoreEnv, mailEnv]
  readEnvs(own[name] ? [...shared, await own[name]()] : shared)
}

function giveEnvironment(service: Service, file: string): void {
  for (const name of Object.keys(process.env)) if (/^[A-Z0-9_]+$/.test(name)) vi.stubEnv(name, undefined)
  const given = { NODE_ENV: 'production', ...parseEnv(read(file)), ...service.environment }
  for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value)
}

describe('docker compose', () => {
  test.each(ours)('%s is given every variable it needs to start', async (name) => {
    giveEnvironment(compose.services[name] ?? {}, 'deploy/env/local.env')
    await expect(readEnvironmentOf(name)).resolves.toBeUndefined()
  })

  test('the example for live Stripe and SendGrid lacks what is secret, and nothing else', async () => {
    giveEnvironment(compose.services.gateway ?? {}, 'deploy/env/live.env.example')
    const message = await readEnvironmentOf('gateway').then(() => '', String)
    const missing = message.match(/^ {2}\w+ is missing/gm) ?? []
    const blanks = Object.entries(parseEnv(read('deploy/env/live.env.example')))
      .filter(([, value]) => value === '')
      .map(([name]) => `  ${name} is missing`)
    expect(missing.sort()).toEqual(blanks.sort())
    expect(blanks).toHaveLength(7)
  })

  test('what waits for another service waits for one that there is, and that says when it is healthy', () => {
    for (const { depends_on: awaited = {} } of Object.values(compose.services)) {
      for (const [name, { condition }] of Object.entries(awaited)) {
        expect(compose.services).toHaveProperty(name)
        if (condition === 'service_healthy') expect(compose.services[name]).toHaveProperty('healthcheck')
      }
    }
  })

  test('every named volume is declared', () => {
    const named = Object.values(compose.services)
      .flatMap(({ volumes = [] }) => volumes)
      .map((volume) => volume.split(':')[0])
      .filter((name): name is string => name !== undefined && !name.startsWith('.'))
    expect(Object.keys(compose.volumes).sort()).toEqual([...new Set(named)].sort())
  })

  test('the hosts that the environment names are services', () => {
    const hosts = [...read('deploy/env/local.env').matchAll(/:\/\/([a-z0-9]+):\d+/g)].map(([, host]) => host)
    const outside = new Set(['localhost'])
    for (const host of hosts.filter((one) => !outside.has(one ?? '')))
      expect(compose.services).toHaveProperty(host ?? '')
  })
})

describe('the images', () => {
  const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, name]) => name)

  test('each service of ours is built from a stage that there is', () => {
    for (const name of ours) expect(stages).toContain(compose.services[name]?.build?.target)
  })

  test('npm is told of every workspace', () => {
    const workspaces = ['apps', 'packages'].flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => `${folder}/${name}/package.json`),
    )
    const copied = [...dockerfile.matchAll(/^COPY ((?:apps|packages)\/\S+\/package[.]json) /gm)].map(
      ([, path]) => path,
    )
    expect(copied.sort()).toEqual(workspaces.filter((path) => existsSync(join(root, path))).sort())
  })

  test('each has a health check, runs as somebody without rights, and holds no local cloud', () => {
    for (const stage of ['gateway', 'web', 'worker']) {
      const text = dockerfile.split(/^FROM /m).find((one) => one.startsWith(`base AS ${stage}\n`)) ?? ''
      expect(text).toMatch(/^USER node$/m)
      expect(text).toMatch(/^HEALTHCHECK /m)
      expect(text).not.toMatch(/packages\/(local|testing)/)
    }
  })
})
