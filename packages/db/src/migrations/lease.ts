import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { isDuplicate } from '../duplicate.ts'
import type { Database } from './migration.ts'
import { leasesName } from './records.ts'

interface Lease {
  _id: string
  owner: string
  /** By MongoDB's clock. */
  until: Date
}

const leaseId = 'migrate'
const leasesOf = (db: Database) => db.collection<Lease>(leasesName)

/** Somebody to hold a lease: who they are can be read, and no two are the same. */
export const newOwner = () => `process ${process.pid} on ${hostname()} (${randomUUID().slice(0, 8)})`

/** Takes the lease when nobody holds it, or makes it longer for who does. Returns null, or who holds it. */
export async function takeLease(db: Database, owner: string, forMs: number): Promise<string | null> {
  const free = { $or: [{ owner }, { $expr: { $lte: ['$until', '$$NOW'] } }] }
  const taken = [{ $set: { owner, until: { $add: ['$$NOW', forMs] } } }]
  try {
    // Where it is held nothing is found, and what would be inserted then is there already.
    await leasesOf(db).updateOne({ _id: leaseId, ...free }, taken, { upsert: true })
    return null
  } catch (error) {
    if (!isDuplicate(error)) throw error
    return (await leasesOf(db).findOne({ _id: leaseId }))?.owner ?? 'somebody who has just finished'
  }
}

export async function leaveLease(db: Database, owner: string): Promise<void> {
  await leasesOf(db).deleteOne({ _id: leaseId, owner })
}
