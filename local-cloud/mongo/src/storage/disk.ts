import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { openDatabase } from '@insula/local-kit/database'
import type { Stored } from './record.ts'

/** What SQLite holds for each collection and session: BSON whose meaning is its owner's. */
export interface StoredCollection {
  id: number
  bson: Uint8Array
}

const schema = `
  CREATE TABLE IF NOT EXISTS collections (id INTEGER PRIMARY KEY, bson BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS documents (id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, bson BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS sessions (id BLOB PRIMARY KEY, bson BLOB NOT NULL) WITHOUT ROWID;
`

/**
 * The durable truth: one SQLite file. All that is written within one turn of the event loop is one SQLite
 * transaction, so that many clients share one sync to the disk; `synced` tells when it has happened.
 */
export class Disk {
  readonly #db: DatabaseSync
  readonly #putDocument: StatementSync
  readonly #removeDocument: StatementSync
  readonly #putCollection: StatementSync
  readonly #removeCollection: StatementSync
  readonly #putSession: StatementSync
  readonly #removeSession: StatementSync
  #pending: PromiseWithResolvers<void> | undefined
  #broken: Error | undefined
  commits = 0
  /** Called at the end of a turn that wrote, to add what belongs to the same commit. */
  beforeCommit: () => void = () => {}

  /** Opens or creates the store in `dir`. Throws when another process has it open. */
  constructor(dir: string) {
    this.#db = openDatabase(dir, 'mongo.sqlite', schema)
    this.#putDocument = this.#db.prepare('INSERT OR REPLACE INTO documents VALUES (?, ?, ?)')
    this.#removeDocument = this.#db.prepare('DELETE FROM documents WHERE id = ?')
    this.#putCollection = this.#db.prepare('INSERT OR REPLACE INTO collections VALUES (?, ?)')
    this.#removeCollection = this.#db.prepare('DELETE FROM collections WHERE id = ?')
    this.#putSession = this.#db.prepare('INSERT OR REPLACE INTO sessions VALUES (?, ?)')
    this.#removeSession = this.#db.prepare('DELETE FROM sessions WHERE id = ?')
  }

  collections(): StoredCollection[] {
    return this.#db
      .prepare('SELECT id, bson FROM collections ORDER BY id')
      .all() as unknown as StoredCollection[]
  }

  /** Every document in the order of its id. */
  documents(): Iterable<{ id: number; collection: number; bson: Uint8Array }> {
    const rows = this.#db.prepare('SELECT id, collection, bson FROM documents ORDER BY id').iterate()
    return rows as Iterable<unknown> as Iterable<{ id: number; collection: number; bson: Uint8Array }>
  }

  sessions(): { id: Uint8Array; bson: Uint8Array }[] {
    return this.#db.prepare('SELECT id, bson FROM sessions').all() as unknown as {
      id: Uint8Array
      bson: Uint8Array
    }[]
  }

  putDocument(id: number, collection: number, bson: Stored): void {
    this.#open()
    this.#putDocument.run(id, collection, Buffer.from(bson, 'latin1'))
  }

  removeDocument(id: number): void {
    this.#open()
    this.#removeDocument.run(id)
  }

  putCollection(id: number, bson: Uint8Array): void {
    this.#open()
    this.#putCollection.run(id, bson)
  }

  removeCollection(id: number): void {
    this.#open()
    this.#removeCollection.run(id)
  }

  putSession(id: string, bson: Uint8Array): void {
    this.#open()
    this.#putSession.run(Buffer.from(id, 'latin1'), bson)
  }

  removeSession(id: string): void {
    this.#open()
    this.#removeSession.run(Buffer.from(id, 'latin1'))
  }

  /** Undefined when all is on the disk, else a promise of the moment when it will be. */
  get synced(): Promise<void> | undefined {
    if (this.#broken) throw this.#broken
    return this.#pending?.promise
  }

  /** Starts a transaction that ends with this turn of the event loop. */
  #open(): void {
    if (this.#broken) throw this.#broken
    if (this.#pending) return
    this.#db.exec('BEGIN IMMEDIATE')
    this.#pending = Promise.withResolvers()
    // A rejection reaches whoever waits for the sync; where nobody does, `synced` throws from now on.
    this.#pending.promise.catch(() => {})
    setImmediate(() => this.flush())
  }

  /** Commits what is pending. A failure is final: memory is then ahead of the disk, and nothing more is answered. */
  flush(): void {
    const pending = this.#pending
    if (!pending) return
    try {
      this.beforeCommit()
      this.#db.exec('COMMIT')
      this.commits++
      this.#pending = undefined
      pending.resolve()
    } catch (error) {
      this.#broken = new Error('the disk refused a commit; restart this server once there is room', {
        cause: error,
      })
      pending.reject(this.#broken)
    }
  }

  close(): void {
    this.flush()
    this.#db.close()
  }
}
