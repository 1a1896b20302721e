import { type ArmedControl, armedControl } from '@insula/local-kit/armed'
import { checkCount, checkDelay } from '@insula/local-kit/faults'
import type { SavedStateControl } from '@insula/local-kit/server'
import { EJSON } from 'bson'
import type { Engine } from './engine.ts'
import { parseFailCommand } from './faults.ts'
import { decode } from './language/codec.ts'
import { toDoc, toPlain, toValue } from './language/value.ts'
import { restoreSnapshot, saveSnapshot } from './snapshot.ts'

/** A `failCommand` fail point as the drivers' specifications write it. */
export interface FailCommandSpec {
  mode: 'off' | 'alwaysOn' | { times: number } | { skip: number }
  data?: {
    failCommands: string[]
    errorCode?: number
    errorLabels?: string[]
    closeConnection?: boolean
    blockConnection?: boolean
    blockTimeMS?: number
    writeConcernError?: Record<string, unknown>
    appName?: string
  }
}

export interface MongoStats {
  /** Commands since the start, by name. */
  commands: Record<string, number>
  openCursors: number
  sessions: number
  /** Durable commits since the start; commands of one turn share one. */
  commits: number
}

export interface CollectionView {
  name: string
  documents: number
  indexes: string[]
}

export interface DatabaseView {
  name: string
  collections: CollectionView[]
}

/** What goes wrong on purpose. */
export interface MongoFaultControl {
  /** Makes commands fail as MongoDB's own fail point does; `{ mode: 'off' }` ends it. */
  failCommand(spec: FailCommandSpec): Promise<void>
  /** Lets the next `count` reads, writes and commits, or of `commands`, fail with MongoDB's error `code`, such as 11600. */
  failNext(count: number, code: number, commands?: string[]): Promise<void>
  /** Waits this many milliseconds before each answer; 0 switches it off. */
  slow(delayMs: number): Promise<void>
  /** Does the next `count` writes or commits durably, then cuts the connection instead of answering. */
  dropReplyAfterCommit(count?: number): Promise<void>
}

/** The commands that read and write documents. */
export const dataCommands = [
  ...['find', 'getMore', 'aggregate', 'count', 'distinct'],
  ...['insert', 'update', 'delete', 'findAndModify', 'bulkWrite', 'commitTransaction'],
]

/** Fault switches and browsing, for the local cloud's page and for tests. */
export interface MongoControl extends MongoFaultControl, SavedStateControl, ArmedControl {
  /** Clears the fault switches and drops every database. */
  reset(): Promise<void>
  stats(): Promise<MongoStats>
  databases(): Promise<DatabaseView[]>
  /** Up to `limit` documents in natural order, as relaxed extended JSON. */
  sample(database: string, collection: string, limit?: number): Promise<unknown[]>
  /**
   * Removes what TTL indexes say is over at `now` (milliseconds since the epoch), and ends cursors, sessions and
   * transactions that are, without waiting for the next round.
   */
  expire(now?: number): Promise<void>
}

export function mongoControl(engine: Engine): MongoControl {
  const { store, faults, cursors, sessions } = engine
  const failCommand = async ({ mode, data = { failCommands: [] } }: FailCommandSpec): Promise<void> => {
    faults.failCommand = parseFailCommand(toValue(mode), toDoc(data))
  }
  return {
    failCommand,
    failNext: async (count, code, failCommands = dataCommands) =>
      failCommand({ mode: { times: checkCount(count) }, data: { failCommands, errorCode: code } }),
    async slow(delayMs) {
      faults.slowMs = checkDelay(delayMs)
    },
    async dropReplyAfterCommit(count = 1) {
      faults.dropReplies = checkCount(count)
    },
    ...armedControl(faults.switches()),
    async reset() {
      faults.reset()
      cursors.clear()
      sessions.abortAll()
      for (const collection of store.collections()) store.drop(collection)
      await store.disk.synced
    },
    save: (folder) => saveSnapshot(engine, folder),
    restore: (folder) => restoreSnapshot(engine, folder),
    async stats() {
      return {
        commands: Object.fromEntries(engine.counts),
        openCursors: cursors.count,
        sessions: sessions.count,
        commits: store.disk.commits,
      }
    },
    async databases() {
      return store.databases().map((name) => ({
        name,
        collections: store.collections(name).map((one) => ({
          name: one.name,
          documents: one.count(undefined),
          indexes: one.indexes.map((index) => index.name),
        })),
      }))
    },
    async sample(database, name, limit = 20) {
      const collection = store.collection(database, name)
      if (!collection) return []
      return [...collection.visible(undefined).take(limit)].map(({ bson }) =>
        EJSON.serialize(toPlain(decode(Buffer.from(bson!, 'latin1'))) as object, { relaxed: true }),
      )
    },
    async expire(now = Date.now()) {
      engine.keepHouse(now)
      await store.disk.synced
    },
  }
}
