import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireFreePorts } from '@insula/local-kit/port'
import type { LocalServer } from '@insula/local-kit/server'
import { connectMongo, pingMongo, startMongod } from '@insula/local-mongo/mongod'
import { startChild } from './child.ts'
import { callControl } from './control.ts'
import type { EmbeddedName } from './embedded.ts'
import { type LocalEnvironment, refuseProduction } from './env.ts'
import { type CloudEnvironment, cloudEnvironment, withDatabase } from './environment.ts'
import { install } from './install.ts'
import { type Kept, keepRunning, type Running } from './keep.ts'
import { openLogs } from './log.ts'
import { chooseMongo, type MongoChoice } from './mongo-choice.ts'
import { type PageServer, servePage } from './page/server.ts'
import { connectRedis, startRedis } from './redis.ts'
import { SavedStates } from './saved-states.ts'
import { downloadDir, lockState, rememberKeys, statesDir, wipe } from './state.ts'

export interface UpOptions {
  env: LocalEnvironment
  dataDir: string
  /** Forgets what was stored before. */
  fresh: boolean
  note: (line: string) => void
  /** A server cannot be kept alive: the cloud is of no use any more. */
  onHopeless: (name: string, words: string) => void
}

/** The local cloud with a process for each server. */
export interface SupervisedCloud {
  readonly env: CloudEnvironment
  readonly servers: ReadonlyMap<string, Kept>
  /** Which MongoDB it is and why, in a few words. */
  readonly mongo: string
  /** Where its own page is. */
  readonly page: string
  close(): Promise<void>
}

/** Starts every server, waits until each answers, and writes their addresses to `env.json` in the state folder. */
export async function up(options: UpOptions): Promise<SupervisedCloud> {
  const { env, dataDir, note } = options
  refuseProduction(env)
  const unlock = await lockState(dataDir)
  const started: Promise<Kept>[] = []
  let page: PageServer | undefined
  const close = async () => {
    await page?.close()
    const servers = await Promise.allSettled(started)
    await Promise.all(servers.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)))
    await unlock()
  }
  try {
    if (options.fresh) await wipe(dataDir)
    const keys = await rememberKeys(dataDir, env)
    const choice = await chooseMongo({ env, stateDir: dataDir, downloadDir: downloadDir(dataDir), note })
    const redisProgram = env.REDIS_URL === undefined ? await install('redis', env, note) : undefined
    await requireFreePorts(portsNeeded(env, choice))

    const logTo = openLogs(dataDir)
    const keep = (name: string, start: (onOutput: (text: string) => void) => Promise<Running>) => {
      const onOutput = logTo(name)
      const onHopeless = (words: string) => options.onHopeless(name, words)
      const kept = keepRunning({ name, start: () => start(onOutput), note, onHopeless })
      kept.catch(() => {}) // awaited below, together with the others
      started.push(kept)
      return kept
    }
    const embedded = (name: EmbeddedName, port: number) =>
      keep(name, (onOutput) => startChild({ name, port, dataDir: join(dataDir, name), keys, onOutput }))
    const mongo = () => {
      if (choice.kind === 'embedded') return embedded('mongo', env.MONGO_PORT)
      if (choice.kind === 'given')
        return keep('mongo', () => foreign(connectMongo(withDatabase(choice.uri)), pingMongo(choice.uri)))
      const at = { port: env.MONGO_PORT, dataDir: join(dataDir, 'mongod'), binary: choice.binary }
      return keep('mongo', async (onOutput) => program(await startMongod({ ...at, onOutput })))
    }
    const redis = () => {
      if (redisProgram === undefined) {
        const given = connectRedis(env.REDIS_URL ?? '')
        return keep('redis', () => foreign(given, given.control.processId()))
      }
      const at = { port: env.REDIS_PORT, dataDir: join(dataDir, 'redis'), binary: redisProgram }
      return keep('redis', async (onOutput) => program(await startRedis({ ...at, onOutput })))
    }

    const all = await Promise.all([
      mongo(),
      redis(),
      env.S3_ENDPOINT === undefined ? embedded('s3', env.S3_PORT) : undefined,
      env.STRIPE_API_BASE === undefined ? embedded('stripe', env.STRIPE_PORT) : undefined,
      env.SENDGRID_API_BASE === undefined ? embedded('sendgrid', env.SENDGRID_PORT) : undefined,
    ])
    const [mongoServer, redisServer, s3, stripe, sendgrid] = all
    const addresses = {
      MONGODB_URI: mongoServer.url,
      REDIS_URL: redisServer.url,
      S3_ENDPOINT: s3?.url ?? env.S3_ENDPOINT ?? '',
      STRIPE_API_BASE: stripe?.url ?? env.STRIPE_API_BASE ?? '',
      SENDGRID_API_BASE: sendgrid?.url ?? env.SENDGRID_API_BASE ?? '',
    }
    const environment = cloudEnvironment(addresses, keys, env)
    await writeFile(join(dataDir, 'env.json'), `${JSON.stringify(environment, null, 2)}\n`, { mode: 0o600 })
    const servers = new Map(all.flatMap((server) => (server === undefined ? [] : [[server.name, server]])))
    const states = new SavedStates(statesDir(dataDir), servers)
    await finishRestore(states, note)
    const console = env.APP_URL
    const view = { env: environment, servers, mongo: describe(choice), states, console }
    page = await servePage(view, env.LOCAL_PAGE_PORT)
    return { ...view, page: page.url, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function finishRestore(states: SavedStates, note: (line: string) => void): Promise<void> {
  try {
    const name = await states.finish()
    if (name !== undefined) note(`The cloud ended while it restored "${name}"; that is done now`)
  } catch (error) {
    note(`The cloud ended while it restored a state. ${(error as Error).message}`)
  }
}

function describe(choice: MongoChoice): string {
  const what = { given: 'a server that runs already', mongod: 'mongod', embedded: 'embedded' }[choice.kind]
  return `${what}, because ${choice.why}`
}

function portsNeeded(env: LocalEnvironment, choice: MongoChoice): Record<string, number> {
  const ports: Record<string, number> = { LOCAL_PAGE_PORT: env.LOCAL_PAGE_PORT }
  if (choice.kind !== 'given') ports.MONGO_PORT = env.MONGO_PORT
  if (env.REDIS_URL === undefined) ports.REDIS_PORT = env.REDIS_PORT
  if (env.S3_ENDPOINT === undefined) ports.S3_PORT = env.S3_PORT
  if (env.STRIPE_API_BASE === undefined) ports.STRIPE_PORT = env.STRIPE_PORT
  if (env.SENDGRID_API_BASE === undefined) ports.SENDGRID_PORT = env.SENDGRID_PORT
  return ports
}

type Program = LocalServer & { pid: number | undefined; died: Promise<string> }

/** A program that we started, seen as the supervisor sees it. */
function program(server: Program): Running {
  return {
    url: server.url,
    pid: server.pid,
    died: server.died,
    call: (method, args) => callControl(server.control, method, args),
    close: () => server.close(),
  }
}

/** A server that someone else runs: it must answer now, and its end is not ours to mend. */
async function foreign(server: LocalServer, answers: Promise<unknown>): Promise<Running> {
  await answers.catch((error: Error) => {
    throw new Error(`${new URL(server.url).host} does not answer: ${error.message}`)
  })
  return program({ ...server, pid: undefined, died: new Promise(() => {}) })
}
