import { setTimeout as pause } from 'node:timers/promises'
import mongoose from 'mongoose'
import { migrations } from './all.ts'
import { leaveLease, newOwner, takeLease } from './lease.ts'
import type { Database, Migration, Step } from './migration.ts'
import { type MigrationRecord, missingOf, pendingOf, recordsOf } from './records.ts'

/** Somebody else migrates this database, and was not done in time. */
export class LeaseHeld extends Error {
  override readonly name = 'LeaseHeld'
}

/** Somebody else went on with what we had begun, since nothing was heard of us for the length of a lease. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

export interface MigrateOptions {
  /** Told what happens, a line each. */
  note?: (line: string) => void
  /** Stops between two batches; what is done stays done. */
  signal?: AbortSignal
  /** How long who died is waited for. */
  leaseMs?: number
  /** How long somebody else is waited for who is alive. */
  waitMs?: number
  /** Rows that change together. */
  batch?: number
  all?: readonly Migration[]
}

/**
 * Brings the connected database to this release, under a lease: a second one waits for the first. Killed at any moment, it
 * goes on where it stood. Returns the names of what it finished. Throws `LeaseHeld` or `LeaseLost`.
 */
export async function migrate({
  note = () => {},
  signal = new AbortController().signal,
  leaseMs = 30_000,
  waitMs = 10 * 60_000,
  batch = 500,
  all = migrations,
}: MigrateOptions = {}): Promise<string[]> {
  const { db } = mongoose.connection
  if (!db) throw new Error('Connect to MongoDB first')
  if ((await missingOf(db, all)).length === 0) return []
  const owner = newOwner()
  await waitForLease(db, { owner, leaseMs, waitMs, note, signal })
  const renewing = setInterval(() => void takeLease(db, owner, leaseMs).catch(() => {}), leaseMs / 3)
  try {
    const finished: string[] = []
    // Looked up again: whoever was waited for may have done it.
    for (const migration of await pendingOf(db, all)) {
      note(`${migration.name}: begins`)
      await runMigration(db, migration, { owner, batch, note, signal })
      finished.push(migration.name)
      note(`${migration.name}: done`)
    }
    return finished
  } finally {
    clearInterval(renewing)
    await leaveLease(db, owner).catch(() => {})
  }
}

interface Waiting extends Required<Pick<MigrateOptions, 'note' | 'signal' | 'leaseMs' | 'waitMs'>> {
  owner: string
}

async function waitForLease(db: Database, { owner, leaseMs, waitMs, note, signal }: Waiting): Promise<void> {
  const patience = Date.now() + waitMs
  let told: string | null = null
  for (;;) {
    signal.throwIfAborted()
    const holder = await takeLease(db, owner, leaseMs)
    if (holder === null) return
    if (Date.now() >= patience) {
      throw new LeaseHeld(`Another migration is under way, by ${holder}. Run this again when it is done.`)
    }
    if (holder !== told) note(`Another migration is under way, by ${holder}; waiting for it.`)
    told = holder
    await pause(Math.min(1_000, leaseMs / 4), undefined, { signal })
  }
}

type Running = Required<Pick<MigrateOptions, 'note' | 'signal' | 'batch'>> & { owner: string }

function runMigration(db: Database, migration: Migration, running: Running): Promise<void> {
  const { name, steps } = migration
  const { owner, note, signal } = running
  return mongoose.connection.getClient().withSession(async (session) => {
    let record = await takeOver(db, name, { owner, session: session.id ?? null })
    for (;;) {
      signal.throwIfAborted()
      const step = steps[record.step]
      if (!step) break
      record = await advance(db, step, record, session, running)
      note(`${name}: ${step.name}${record.after === null ? '' : `, up to ${record.after}`}`)
    }
    const finished = { session: null, finishedAt: new Date() }
    const ended = await recordsOf(db).updateOne({ _id: name, owner }, { $set: finished })
    if (ended.matchedCount === 0) throw lost(name)
  })
}

/** Writes our name into the note of how far it came, and ends what whoever stood there before has left under way. */
async function takeOver(
  db: Database,
  name: string,
  ours: Pick<MigrationRecord, 'owner' | 'session'>,
): Promise<MigrationRecord> {
  const begun = { step: 0, after: null, startedAt: new Date(), finishedAt: null }
  const before = await recordsOf(db).findOneAndUpdate(
    { _id: name },
    { $set: ours, $setOnInsert: begun },
    { upsert: true, returnDocument: 'before' },
  )
  // MongoDB keeps the locks of a transaction for a minute after its process was killed. Without the right to end it, we wait.
  if (before?.session) await db.command({ killSessions: [before.session] }).catch(() => {})
  return { _id: name, ...begun, ...before, ...ours }
}

/** One batch, or the whole of a step that has none, with the note of how far it came. */
async function advance(
  db: Database,
  step: Step,
  record: MigrationRecord,
  session: mongoose.mongo.ClientSession,
  { owner, batch: size }: Running,
): Promise<MigrationRecord> {
  const { _id } = record
  const place = { _id, owner, step: record.step, after: record.after }
  const stepDone = { step: record.step + 1, after: null }
  if ('once' in step) {
    await step.once(db)
    const noted = await recordsOf(db).updateOne(place, { $set: stepDone })
    if (noted.matchedCount === 0) throw lost(_id)
    return { ...record, ...stepDone }
  }
  return session.withTransaction(async () => {
    const after = await step.batch(db, { session, after: record.after, size })
    const reached = after === null ? stepDone : { step: record.step, after }
    // Whoever took over has written their name here: then nothing of this batch is committed.
    const noted = await recordsOf(db).updateOne(place, { $set: reached }, { session })
    if (noted.matchedCount === 0) throw lost(_id)
    return { ...record, ...reached }
  })
}

const lost = (name: string) =>
  new LeaseLost(
    `Somebody else went on with ${name}, since this process was silent for too long. Run it again.`,
  )
