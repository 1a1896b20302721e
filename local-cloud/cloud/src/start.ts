import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LocalServer } from '@insula/local-kit/server'
import { callControl } from './control.ts'
import { type EmbeddedName, startEmbedded } from './embedded.ts'
import { readEnvironment, refuseProduction } from './env.ts'
import {
  type Addresses,
  type CloudEnvironment,
  cloudEnvironment,
  generateKeys,
  type Keys,
} from './environment.ts'
import { install } from './install.ts'
import { connectRedis, type RedisControl, startRedis } from './redis.ts'
import { SavedStates } from './saved-states.ts'
import { statesDir } from './state.ts'

export interface StartCloudOptions {
  /** Where state lives. Without it, a new folder that `close()` removes. */
  dataDir?: string
  /** Addresses of servers that run already: those are used and not started. The environment is not asked. */
  given?: Partial<Addresses>
  /** Keys to use where the caller cares which; the others are generated. */
  keys?: Partial<Keys>
}

export interface Cloud extends AsyncDisposable {
  /** What the product must be given to run on this cloud. */
  readonly env: CloudEnvironment
  /** The servers that this cloud started itself; one whose address was given is absent. */
  readonly servers: Partial<Record<EmbeddedName, LocalServer>>
  readonly redis: LocalServer<Partial<RedisControl>>
  /** Clears state and fault switches of every server that this cloud started. */
  reset(): Promise<void>
  /** Keeps what those servers hold under a name, in the cloud's folder. */
  readonly states: SavedStates
  close(): Promise<void>
}

const variable = {
  mongo: 'MONGODB_URI',
  s3: 'S3_ENDPOINT',
  stripe: 'STRIPE_API_BASE',
  sendgrid: 'SENDGRID_API_BASE',
} as const

/**
 * Starts a fresh local cloud for a test, embedded servers in this process, on free ports with data of its own.
 * Two of them, in one process or in many, do not disturb each other.
 */
export async function startCloud(options: StartCloudOptions = {}): Promise<Cloud> {
  const env = readEnvironment()
  refuseProduction(env)
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'insula-cloud-')))
  const keys = { ...generateKeys(), ...options.keys }
  const given = options.given ?? {}
  const servers: Cloud['servers'] = {}

  const startOne = async (name: EmbeddedName): Promise<string> => {
    const address = given[variable[name]]
    if (address !== undefined) return address
    const server = await startEmbedded(name, { port: 0, dataDir: join(dataDir, name) }, keys)
    servers[name] = server
    return server.url
  }
  const startRedisHere = async () => {
    if (given.REDIS_URL !== undefined) return connectRedis(given.REDIS_URL)
    const binary = await install('redis', env, console.error)
    return await startRedis({ port: 0, dataDir: join(dataDir, 'redis'), binary })
  }

  const [redis, mongo, s3, stripe, sendgrid] = await Promise.all([
    startRedisHere(),
    startOne('mongo'),
    startOne('s3'),
    startOne('stripe'),
    startOne('sendgrid'),
  ])
  const addresses: Addresses = {
    MONGODB_URI: mongo,
    REDIS_URL: redis.url,
    S3_ENDPOINT: s3,
    STRIPE_API_BASE: stripe,
    SENDGRID_API_BASE: sendgrid,
  }
  const all = () => [...Object.values(servers), redis]
  const close = async () => {
    await Promise.all(all().map((server) => server.close()))
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
  }
  return {
    env: cloudEnvironment(addresses, keys),
    servers,
    redis,
    states: new SavedStates(statesDir(dataDir), callable({ ...servers, redis })),
    async reset() {
      await Promise.all(all().map((server) => resetServer(server)))
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const callable = (servers: Record<string, LocalServer>) =>
  new Map(
    Object.entries(servers).map(([name, { control }]) => [
      name,
      { call: (method: string, args: unknown[]) => callControl(control, method, args) },
    ]),
  )

async function resetServer(server: LocalServer): Promise<void> {
  const control = server.control as { reset?: () => Promise<void> }
  await control.reset?.()
}
