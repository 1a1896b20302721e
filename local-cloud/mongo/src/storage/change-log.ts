import { randomBytes } from 'node:crypto'
import type { ClusterTime } from '../cluster-time.ts'
import { MongoError } from '../language/error.ts'
import type { Doc, Timestamp, Value } from '../language/value.ts'
import type { Stored } from './record.ts'
import { Signal } from './signal.ts'

/** What a write did, kept by reference: nothing is decoded or compared until somebody asks. */
export interface Change {
  kind: 'insert' | 'update' | 'delete' | 'drop' | 'rename' | 'dropDatabase'
  db: string
  /** The collection's name before the change; empty for a whole database. */
  name: string
  /** The collection's own id, which stays with it when its name changes. */
  collection?: number | undefined
  before?: Stored | undefined
  after?: Stored | undefined
  /** The operators or the pipeline of an update; undefined for a replacement. */
  update?: Doc | Value[] | undefined
  /** The new name after a rename. */
  to?: string | undefined
}

/** The session (its id's bytes) and the number of the transaction that a change came from. */
export interface Origin {
  session: string
  number: bigint
}

/** A committed change at its place in the log. */
export interface LoggedChange extends Change {
  sequence: number
  time: Timestamp
  /** Milliseconds since the epoch. */
  wallTime: number
  origin: Origin | undefined
}

const mostBytes = 4 * 1024 * 1024
const bytesOfEntry = 300

/** The latest committed changes in their order, in memory only: as far back as change streams can be resumed. */
export class ChangeLog {
  /** Tells this log from the one before a restart. */
  readonly id = randomBytes(8).toString('hex').toUpperCase()
  readonly #clock: ClusterTime
  readonly #changes = new Map<number, LoggedChange>()
  #bytes = 0
  #next = 1
  #first = 1
  /** The time of the latest change. */
  #time: Timestamp
  /** Changes up to this time may be lost. */
  #lost: Timestamp
  /** Raised at each commit. */
  readonly grown = new Signal()

  constructor(clock: ClusterTime) {
    this.#clock = clock
    this.#time = clock.next()
    this.#lost = this.#time
  }

  /** The place of the next change. */
  get end(): number {
    return this.#next
  }

  get time(): Timestamp {
    return this.#time
  }

  /** Takes the changes of one commit, the `writes`th of the store. */
  append(changes: Change[], writes: number, origin?: Origin): void {
    const time = this.#clock.at(writes)
    this.#time = time
    const wallTime = Date.now()
    for (const change of changes) {
      const { kind, db, name, collection, before, after, update, to } = change
      const sequence = this.#next++
      // Named one by one: an object made by spreading takes V8 far more memory.
      const logged = {
        kind,
        db,
        name,
        collection,
        before,
        after,
        update,
        to,
        sequence,
        time,
        wallTime,
        origin,
      }
      this.#changes.set(sequence, logged)
      this.#bytes += bytesOf(change)
    }
    while (this.#bytes > mostBytes) {
      const oldest = this.#changes.get(this.#first)!
      // The latest commit stays whole, however large it is: no stream can have read it yet.
      if (oldest.time === time) break
      this.#changes.delete(this.#first++)
      this.#bytes -= bytesOf(oldest)
      this.#lost = oldest.time
    }
    this.grown.raise()
  }

  /** The change at a place, undefined at the end. Throws ChangeStreamHistoryLost (286). */
  at(sequence: number): LoggedChange | undefined {
    if (sequence < this.#first) throw historyLost()
    return this.#changes.get(sequence)
  }

  /** The place of the first change at or after a time. Throws ChangeStreamHistoryLost (286). */
  since(time: Timestamp): number {
    if (time.lte(this.#lost)) throw historyLost()
    for (const change of this.#changes.values()) if (change.time.gte(time)) return change.sequence
    return this.#next
  }
}

const bytesOf = ({ before, after }: Change): number =>
  bytesOfEntry + (before?.length ?? 0) + (after?.length ?? 0)

export function historyLost(): MongoError {
  const why = 'the resume point may no longer be in the oplog. '
  return new MongoError(286, `Resume of change stream was not possible, as ${why}`)
}
