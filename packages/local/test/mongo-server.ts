import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Db, MongoClient } from 'mongodb'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { MongoControl } from '../src/mongo/control.ts'
import { startMongo } from '../src/mongo/server.ts'
import type { LocalServer } from '../src/server.ts'

interface OwnMongo {
  server: LocalServer<MongoControl>
  client: MongoClient
  db: Db
}

/** A server for one test file, started before its tests and empty before each; use what it holds inside tests only. */
export function ownMongo(): OwnMongo {
  const own = {} as OwnMongo
  let dataDir: string
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
