import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'

const root = resolve(import.meta.dirname, '../../../..')
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
const ours = ['gateway', 'web', 'worker', 'seed', 'migrate']

afterEach(() => vi.unstubAllEnvs())

/** Where each process has its variables from. */
const shared = ['core/src/kernel', 'core/src/kernel/process', 'db', 'jobs', 'providers']
const readBy: Record<string, { files: string[]; not: string[] }> = {
  // Mails are sent by the worker alone; whatever stands in HOST may be a host.
  gateway: { files: ['packages/api', 'apps/gateway'], not: ['MAIL_FROM', 'SENDGRID_API_KEY', 'HOST'] },
  web: {
    files: ['packages/api', 'apps/web', 'apps/web/src/server'],
    not: ['MAIL_FROM', 'SENDGRID_API_KEY', 'HOST'],
  },
  worker: { files: ['apps/worker'], not: [] },
}

/** The variables that a process's schemas describe. */
function variablesOf(name: string): string[] {
  const folders = [...shared.map((one) => `packages/${one}`), ...(readBy[name]?.files ?? [])]
  const files = folders.flatMap((folder) =>
    ['env.ts', 'cache.ts'].map((file) =>
      folder.includes('/src') ? `${folder}/${file}` : `${folder}/src/${file}`,
    ),
  )
  const texts = files.filter((path) => existsSync(join(root, path))).map(read)
  const names = texts.flatMap((text) =>
    [...text.matchAll(/^ {2}([A-Z][A-Z0-9_]+): /gm)].map(([, one]) => one ?? ''),
  )
  return [...new Set(names)].filter((one) => !readBy[name]?.not.includes(one))
}

/** Sources of what ships, without tests. */
const sources = () =>
  ['apps', 'packages'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => `${folder}/${path}`)
      .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
      .filter((path) => !/node_modules|\/dist|\.next|\/test\/|\/bench\/|packages\/testing\//.test(path)),
  )

/** Starts as `name` does, as far as its environment goes. Throws when a variable is missing or wrong. */
async function readEnvironmentOf(name: string): Promise<void> {
  vi.resetModules() // some readers remember what they read
  const { readEnvs, sharedEnvs } = await import('@insula/core/wiring/start-up')
  const { apiEnv } = await import('@insula/api/env')
  const { mailEnv } = await import('@insula/providers/env')
  const own: Record<string, () => Promise<(() => unknown)[]>> = {
    gateway: async () => [apiEnv, (await import('../../../../apps/gateway/src/env.ts')).gatewayEnv],
    web: async () => [
      apiEnv,
      (await import('../../../../apps/web/src/env.ts')).webEnv,
      (await import('../../../../apps/web/src/server/env.ts')).serverEnv,
    ],
    worker: async () => [mailEnv, (await import('../../../../apps/worker/src/env.ts')).workerEnv],
  }
  readEnvs([...sharedEnvs, ...((await own[name]?.()) ?? [])])
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

  test.each(Object.keys(readBy))(
    '%s names each variable that it reads when that is missing or wrong, at its start and not later',
    async (name) => {
      const isNamed = async (variable: string, value: string | undefined) => {
        giveEnvironment(compose.services[name] ?? {}, 'deploy/env/local.env')
        vi.stubEnv(variable, value)
        const message = await readEnvironmentOf(name).then(() => '', String)
        return message.includes(`\n  ${variable} `)
      }
      const unnamed: string[] = []
      for (const variable of variablesOf(name)) {
        // One that any text would suit is named when it is missing.
        const named = (await isNamed(variable, ' \u0001 ')) || (await isNamed(variable, undefined))
        if (!named) unnamed.push(variable)
      }
      expect(variablesOf(name)).toEqual(expect.arrayContaining(['APP_URL', 'LOG_LEVEL', 'QUEUE_PREFIX']))
      expect(unnamed).toEqual([])
    },
    60_000,
  )

  test('the environment is read where it is described, and nowhere else', () => {
    const readers = sources().filter((path) =>
      /(?<!')process\.env/.test(read(path).replaceAll(/^.*INSULA_API_KEY.*$/gm, '')),
    )
    expect(readers.sort()).toEqual([
      'apps/web/instrumentation.ts', // Next tells by it which of its runtimes this is
      'apps/worker/src/images/processes.ts', // what a child inherits
      'packages/contracts/src/env.ts',
    ])
  })

  test('the example for live Stripe and SendGrid lacks what is secret, and nothing else', async () => {
    giveEnvironment(compose.services.gateway ?? {}, 'deploy/env/live.env.example')
    const messages = [
      await readEnvironmentOf('gateway').then(() => '', String),
      await readEnvironmentOf('worker').then(() => '', String),
    ]
    const missing = [...new Set(messages.join('\n').match(/^ {2}(?!WORKER_PORT)\w+ is missing/gm))]
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
    const workspaces = ['apps', 'packages', 'local-cloud'].flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => `${folder}/${name}/package.json`),
    )
    const copied = [
      ...dockerfile.matchAll(/^COPY ((?:apps|packages|local-cloud)\/\S+\/package[.]json) /gm),
    ].map(([, path]) => path)
    expect(copied.sort()).toEqual(workspaces.filter((path) => existsSync(join(root, path))).sort())
  })

  test('each has a health check, runs as somebody without rights, and holds no local cloud', () => {
    for (const stage of ['gateway', 'web', 'worker']) {
      const text = dockerfile.split(/^FROM /m).find((one) => one.startsWith(`base AS ${stage}\n`)) ?? ''
      expect(text).toMatch(/^USER node$/m)
      expect(text).toMatch(/^HEALTHCHECK /m)
      expect(text).not.toMatch(/packages\/testing|local-cloud/)
    }
  })
})
