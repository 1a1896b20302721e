import { MongoError } from './language/error.ts'
import type { Timestamp } from './language/value.ts'
import type { Store } from './storage/store.ts'
import { Snapshot } from './storage/writer.ts'

/** As long as MongoDB keeps history by default (minSnapshotHistoryWindowInSeconds). */
const keptMs = 300_000

/** A moment named by the cluster's time. */
export interface Moment {
  time: Timestamp
  snapshot: Snapshot
  takenAt: number
}

/** The moments at which reads with the level `snapshot` were made, for later reads at the same ones. */
export class Moments {
  readonly #store: Store
  readonly #moments = new Map<string, Moment>()

  constructor(store: Store) {
    this.#store = store
  }

  /** The present, under a time by which it can be asked for again. */
  take(time: Timestamp): Moment {
    const moment: Moment = { time, snapshot: new Snapshot(this.#store.clock), takenAt: Date.now() }
    this.#store.hold(moment.snapshot)
    this.#moments.set(time.toString(), moment)
    return moment
  }

  /** Throws SnapshotTooOld (239) for a moment at which nobody read, or too long ago. */
  at(time: Timestamp): Moment {
    const moment = this.#moments.get(time.toString())
    if (moment) return moment
    throw new MongoError(
      239,
      `Read timestamp Timestamp(${time.t}, ${time.i}) is not available: this server keeps the moments of earlier snapshot reads only`,
    )
  }

  expire(now: number): void {
    for (const [name, { snapshot, takenAt }] of this.#moments) {
      if (now - takenAt <= keptMs) continue
      this.#moments.delete(name)
      this.#store.release(snapshot)
    }
  }
}
