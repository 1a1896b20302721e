import type { ClusterTime } from './cluster-time.ts'
import { Cursors } from './cursors.ts'
import { Faults } from './faults.ts'
import { Moments } from './moments.ts'
import { Sessions } from './sessions.ts'
import { Store } from './storage/store.ts'
import { removeExpired } from './ttl.ts'

const housekeepingMs = 2000

/** All that the commands of one server share. */
export class Engine {
  readonly store: Store
  readonly sessions: Sessions
  readonly moments: Moments
  readonly cursors = new Cursors()
  readonly faults = new Faults()
  readonly startedAt = Date.now()
  /** The server's own address, as its hello advertises it. */
  address = ''
  readonly counts = new Map<string, number>()
  readonly #housekeeping: NodeJS.Timeout

  get time(): ClusterTime {
    return this.store.time
  }

  constructor(dataDir: string) {
    this.store = new Store(dataDir)
    this.sessions = new Sessions(this.store)
    this.moments = new Moments(this.store)
    this.#housekeeping = setInterval(() => this.keepHouse(Date.now()), housekeepingMs)
    this.#housekeeping.unref()
  }

  /** Ends idle cursors, sessions and transactions, and removes documents whose time has come. */
  keepHouse(now: number): void {
    this.sessions.expire(now)
    this.moments.expire(now)
    this.cursors.expire(now)
    removeExpired(this.store, now)
  }

  close(): void {
    clearInterval(this.#housekeeping)
    this.sessions.abortAll()
    this.store.disk.close()
  }
}
