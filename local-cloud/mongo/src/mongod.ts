import { mkdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { endChild, spawnLeashed } from '@insula/local-kit/leash'
import { freePort, isTaken } from '@insula/local-kit/port'
import type { LocalServer, SavedStateControl, StartOptions } from '@insula/local-kit/server'
import { MongoClient, MongoServerError } from 'mongodb'
import type { MongoFaultControl } from './control.ts'
import { mongodFaults } from './mongod-faults.ts'
import { restoreMongo, saveMongo } from './mongod-state.ts'

export interface MongodControl extends MongoFaultControl, SavedStateControl {
  /** Drops every database but the server's own. */
  reset(): Promise<void>
}

/**
 * A MongoDB that someone else runs: nothing empties it from here, and of all its databases a state holds the one
 * that the address names.
 */
export function connectMongo(uri: string): LocalServer<Omit<MongodControl, 'reset'>> {
  const database = new MongoClient(uri).db().databaseName
  return {
    url: uri,
    port: 0,
    control: {
      ...mongodFaults(uri),
      save: (folder) => saveMongo(uri, folder, database),
      restore: (folder) => restoreMongo(uri, folder, database),
    },
    close: async () => {},
  }
}

export interface MongodServer extends LocalServer<MongodControl> {
  readonly pid: number | undefined
  /** Resolves when the process ended without being asked to. */
  readonly died: Promise<string>
}

export interface MongodOptions extends StartOptions {
  binary: string
  onOutput?: (text: string) => void
}

const replicaSet = 'rs0'
const impatient = { serverSelectionTimeoutMS: 2000, connectTimeoutMS: 2000, socketTimeoutMS: 30_000 }

/** Drops the databases whose names begin with `prefix`; the server's own are never dropped. */
export async function dropDatabases(uri: string, prefix = ''): Promise<void> {
  await withClient(uri, async (client) => {
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true })
    const own = new Set(['admin', 'local', 'config'])
    for (const { name } of databases)
      if (name.startsWith(prefix) && !own.has(name)) await client.db(name).dropDatabase()
  })
}

/** Resolves when a server at `uri` answers a ping; throws the driver's reason otherwise. */
export async function pingMongo(uri: string): Promise<void> {
  await withClient(uri, async (client) => void (await client.db('admin').command({ ping: 1 })))
}

async function withClient<T>(uri: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri, impatient)
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

/** Starts a real mongod as a replica set of one, so that transactions work as they do in production. */
export async function startMongod(options: MongodOptions): Promise<MongodServer> {
  const port = options.port === 0 ? await freePort() : options.port
  const host = options.host ?? '127.0.0.1'
  if (await isTaken(port)) throw new Error(`mongod did not start on port ${port}: the port is in use`)
  await mkdir(options.dataDir, { recursive: true })
  let lastWords = ''
  const child = spawnLeashed(
    options.binary,
    [
      ...['--replSet', replicaSet, '--port', String(port), '--bind_ip', host, '--dbpath', options.dataDir],
      ...['--setParameter', 'enableTestCommands=1'], // the fault switches
    ],
    {
      onOutput: (text) => {
        lastWords = (lastWords + text).slice(-2000)
        options.onOutput?.(text)
      },
    },
  )
  let stopping = false
  const died = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => {
      if (!stopping) resolve(`mongod ended (${signal ?? `exit ${code}`}).\n${lastWords}`)
    })
  })
  const url = `mongodb://${host}:${port}/?replicaSet=${replicaSet}`
  const failure = await Promise.race([untilPrimary(host, port), died])
  if (failure !== undefined) {
    await endChild(child)
    throw new Error(`mongod did not start on port ${port}: ${failure}`)
  }
  const faults = mongodFaults(url)
  return {
    url,
    port,
    control: {
      ...faults,
      async reset() {
        await faults.failCommand({ mode: 'off' })
        await dropDatabases(url)
      },
      save: (folder) => saveMongo(url, folder),
      async restore(folder) {
        await faults.failCommand({ mode: 'off' })
        await restoreMongo(url, folder)
      },
    },
    pid: child.pid,
    died,
    async close() {
      stopping = true
      await endChild(child, 15_000)
    },
  }
}

/** Turns a new data folder into a replica set of one, and waits until it has elected itself. */
async function untilPrimary(host: string, port: number, timeoutMs = 30_000): Promise<string | undefined> {
  const deadline = Date.now() + timeoutMs
  const direct = `mongodb://${host}:${port}/?directConnection=true`
  for (;;) {
    try {
      const primary = await withClient(direct, async (client) => {
        const admin = client.db('admin')
        const hello = await admin.command({ hello: 1 })
        if (hello.setName === undefined) {
          const members = [{ _id: 0, host: `${host}:${port}` }]
          await admin.command({ replSetInitiate: { _id: replicaSet, members } })
        }
        return hello.isWritablePrimary === true
      })
      if (primary) return undefined
    } catch (error) {
      const settled = error instanceof MongoServerError && error.codeName === 'AlreadyInitialized'
      if (!settled && Date.now() > deadline) return `no answer within ${timeoutMs / 1000} s: ${String(error)}`
    }
    await pause(50)
  }
}
