import type { DatabaseSync } from 'node:sqlite'
import { openDatabase } from '@insula/local-kit/database'

const schema = `
  CREATE TABLE IF NOT EXISTS messages (position INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, accepted INTEGER NOT NULL, message TEXT NOT NULL, contents TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS bounces (email TEXT PRIMARY KEY, created INTEGER NOT NULL, reason TEXT NOT NULL, status TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`

/** Opens what SendGrid remembers; each statement is durable when it returns. */
export function openRecords(dataDir: string): DatabaseSync {
  return openDatabase(dataDir, 'sendgrid.sqlite', schema)
}

/** Runs `change` in one transaction. */
export function transaction<Result>(records: DatabaseSync, change: () => Result): Result {
  records.exec('BEGIN IMMEDIATE')
  try {
    const result = change()
    records.exec('COMMIT')
    return result
  } catch (error) {
    records.exec('ROLLBACK')
    throw error
  }
}

/** Forgets mails and suppressions; the webhook's address and its keys stay. */
export function clearRecords(records: DatabaseSync): void {
  records.exec('DELETE FROM messages; DELETE FROM bounces;')
}
