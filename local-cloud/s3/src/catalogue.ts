import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { openDatabase } from '@insula/local-kit/database'
import type { Piece } from './blobs.ts'

const schema = `
  CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, region TEXT NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS settings (bucket TEXT, name TEXT, document TEXT NOT NULL, PRIMARY KEY (bucket, name)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT, key TEXT, etag TEXT NOT NULL, bytes INTEGER NOT NULL, modified INTEGER NOT NULL,
    checksum TEXT, attributes TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (bucket, key));
  CREATE TABLE IF NOT EXISTS versions (
    bucket TEXT, key TEXT, place INTEGER, id TEXT NOT NULL, etag TEXT NOT NULL, bytes INTEGER NOT NULL, modified INTEGER NOT NULL,
    checksum TEXT, attributes TEXT NOT NULL, content TEXT, PRIMARY KEY (bucket, key, place), UNIQUE (bucket, key, id));
  CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, initiated INTEGER NOT NULL, attributes TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS parts (
    upload TEXT, number INTEGER, etag TEXT NOT NULL, bytes INTEGER NOT NULL, modified INTEGER NOT NULL,
    checksum TEXT, content TEXT NOT NULL, PRIMARY KEY (upload, number)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS blobs (id TEXT PRIMARY KEY, mentions INTEGER NOT NULL) WITHOUT ROWID;
`

/** The catalogue: everything the server knows but the bytes themselves, in SQLite, durable at each commit. */
export class Catalogue {
  /** For what keeps tables of its own beside these and shares their transactions. */
  readonly database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  /** Blobs that the running transaction left without a mention. */
  #orphans: string[] = []

  constructor(dataDir: string) {
    this.database = openDatabase(dataDir, 's3.sqlite', schema)
  }

  all<Row>(sql: string, ...parameters: (string | number | null)[]): Row[] {
    return this.#prepare(sql).all(...parameters) as Row[]
  }

  one<Row>(sql: string, ...parameters: (string | number | null)[]): Row | undefined {
    return this.#prepare(sql).get(...parameters) as Row | undefined
  }

  /** @returns how many rows changed */
  run(sql: string, ...parameters: (string | number | null)[]): number {
    return Number(this.#prepare(sql).run(...parameters).changes)
  }

  /**
   * Runs `change` in one durable transaction: all of it or nothing. `change` is synchronous, so that what it read
   * still holds when it writes.
   * @returns the blobs that nothing mentions any more, to be dropped by the caller
   */
  commit<Result>(change: () => Result): { result: Result; orphans: string[] } {
    this.#orphans = []
    this.database.exec('BEGIN IMMEDIATE')
    try {
      const result = change()
      this.database.exec('COMMIT')
      return { result, orphans: this.#orphans }
    } catch (error) {
      this.database.exec('ROLLBACK')
      throw error
    }
  }

  /** Counts one mention more of each blob, or its first. */
  mention(pieces: readonly Piece[]): void {
    for (const { blob } of pieces) {
      this.run('INSERT INTO blobs VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET mentions = mentions + 1', blob)
    }
  }

  /** Counts one mention less of each blob; one without any becomes an orphan of this transaction. */
  forget(pieces: readonly Piece[]): void {
    for (const { blob } of pieces) {
      this.run('UPDATE blobs SET mentions = mentions - 1 WHERE id = ?', blob)
      if (this.run('DELETE FROM blobs WHERE id = ? AND mentions <= 0', blob) > 0) this.#orphans.push(blob)
    }
  }

  knowsBlob(blob: string): boolean {
    return this.one('SELECT 1 FROM blobs WHERE id = ?', blob) !== undefined
  }

  /** All blobs that are mentioned. */
  blobs(): string[] {
    return this.all<{ id: string }>('SELECT id FROM blobs').map(({ id }) => id)
  }

  /** Empties every table. @returns all blobs, none of which is mentioned any more */
  clear(): string[] {
    const { result } = this.commit(() => {
      const blobs = this.blobs()
      for (const table of ['buckets', 'settings', 'objects', 'versions', 'uploads', 'parts', 'blobs']) {
        this.run(`DELETE FROM ${table}`)
      }
      return blobs
    })
    return result
  }

  close(): void {
    this.database.close()
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}
