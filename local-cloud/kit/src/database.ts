import { mkdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'

const sqliteBusy = 5

/** Opens a server's records in its folder, durable at each commit and for this process alone. */
export function openDatabase(dataDir: string, file: string, schema: string): DatabaseSync {
  mkdirSync(dataDir, { recursive: true })
  const database = new DatabaseSync(join(dataDir, file))
  try {
    // WAL with full sync survives both kill -9 and power loss; the exclusive lock keeps a second process out.
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      ${schema}
      BEGIN IMMEDIATE; COMMIT;
    `)
    return database
  } catch (error) {
    database.close()
    if ((error as { errcode?: number }).errcode !== sqliteBusy) throw error
    throw new Error(
      `Another process already serves ${dataDir}. Stop it, or give this one a folder of its own.`,
    )
  }
}

/** Copies the database as it is now into a new file. The copy is taken before this returns; it is durable when it resolves. */
export async function copyDatabase(database: DatabaseSync, file: string): Promise<void> {
  database.prepare('VACUUM INTO ?').run(file)
  const copy = await open(file, 'r+')
  try {
    await copy.sync()
  } finally {
    await copy.close()
  }
}

/**
 * Puts the rows of a copy in place of the database's own, all or none, but for the tables of `kept`.
 * `also` belongs to the same transaction.
 */
export function restoreDatabase(
  database: DatabaseSync,
  file: string,
  { kept = [], also = () => {} }: { kept?: readonly string[]; also?: () => void } = {},
): void {
  const tables = database
    .prepare(`SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .all()
    .map(({ name }) => String(name))
    .filter((name) => !kept.includes(name))
  database.prepare('ATTACH ? AS saved').run(`${pathToFileURL(file).href}?immutable=1`)
  try {
    database.exec('BEGIN IMMEDIATE')
    try {
      for (const table of tables) {
        database.exec(`DELETE FROM main.${table}; INSERT INTO main.${table} SELECT * FROM saved.${table}`)
      }
      also()
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  } finally {
    database.exec('DETACH saved')
  }
}
