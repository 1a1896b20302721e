import type mongoose from 'mongoose'
import type { Database, Migration } from './migration.ts'

/** How far a migration came. */
export interface MigrationRecord {
  /** The migration's name. */
  _id: string
  /** Who may go on with it: whoever took the lease last. */
  owner: string
  /** The session of their transactions, so that what they leave behind can be ended; null once all is done. */
  session: mongoose.mongo.ServerSessionId | null
  /** How many steps are done. */
  step: number
  /** Of the present step: the last row that is done. */
  after: string | null
  startedAt: Date
  finishedAt: Date | null
}

const recordsName = 'migrations'
export const leasesName = 'migration_leases'

export const recordsOf = (db: Database): mongoose.mongo.Collection<MigrationRecord> =>
  db.collection<MigrationRecord>(recordsName)

/** Those that are not finished, in order. */
export async function pendingOf(db: Database, all: readonly Migration[]): Promise<Migration[]> {
  const finished = await recordsOf(db)
    .find({ finishedAt: { $ne: null } })
    .toArray()
  const done = new Set(finished.map(({ _id }) => _id))
  return all.filter(({ name }) => !done.has(name))
}

/**
 * What is missing here. A database that holds nothing yet has nothing to migrate: it is noted as such, so that what is made in
 * it next is taken for what it is.
 */
export async function missingOf(db: Database, all: readonly Migration[]): Promise<Migration[]> {
  // Looked at before the notes: whoever makes the first collection has made all notes by then.
  const listed = await db.listCollections({}, { nameOnly: true }).toArray()
  const isFresh = listed.every(
    ({ name }) => name === recordsName || name === leasesName || name.startsWith('system.'),
  )
  const pending = await pendingOf(db, all)
  if (!isFresh) return pending
  const now = new Date()
  for (const { name, steps } of pending) {
    const made = { owner: 'a fresh database', session: null, step: steps.length, after: null, startedAt: now }
    await recordsOf(db).updateOne({ _id: name }, { $set: { ...made, finishedAt: now } }, { upsert: true })
  }
  return []
}
