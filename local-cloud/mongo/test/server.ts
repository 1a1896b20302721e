import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LocalServer } from '@insula/local-kit/server'
import { type Db, MongoClient, MongoServerError } from 'mongodb'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { MongoControl } from '../src/control.ts'
import { startMongo } from '../src/server.ts'

export interface OwnMongo {
  server: LocalServer<MongoControl>
  client: MongoClient
  db: Db
  /** Ends the server and starts it again on its folder and port. */
  restart(): Promise<void>
}

/** A server for one test file, started before its tests and empty before each; use what it holds inside tests only. */
export function ownMongo(): OwnMongo {
  let dataDir: string
  const own = {
    async restart() {
      const { port } = own.server
      await own.server.close()
      own.server = await startMongo({ port, dataDir })
    },
  } as OwnMongo
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'insula-mongo-'))
    own.server = await startMongo({ port: 0, dataDir })
    own.client = new MongoClient(own.server.url)
    own.db = own.client.db('test')
  })
  beforeEach(() => own.server.control.reset())
  afterAll(async () => {
    await own.client.close()
    await own.server.close()
    await rm(dataDir, { recursive: true })
  })
  return own
}

interface Thing {
  _id: string | number
  n?: number
  key?: string
}

/** A server for one test file whose collection `samples` holds `a` and `b`, with n = 1, before each test. */
export function ownSamples() {
  const own = ownMongo()
  const samples = () => own.db.collection<Thing>('samples')
  beforeEach(async () => {
    await samples().insertMany([
      { _id: 'a', n: 1 },
      { _id: 'b', n: 1 },
    ])
  })
  return { own, samples }
}

/** The server's refusal of what has to be refused. */
export async function failure(promise: Promise<unknown>): Promise<MongoServerError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof MongoServerError)) throw new Error(`expected a server's error, got ${error}`)
  return error
}
