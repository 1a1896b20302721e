import { changeEvent, type Images, invalidateEvent } from './change-event.ts'
import { Following } from './following.ts'
import { MongoError } from './language/error.ts'
import { printValue } from './language/print.ts'
import type { Stage } from './language/stages/stage.ts'
import { identical } from './language/update/update.ts'
import type { Doc, Timestamp, Value } from './language/value.ts'
import { type Position, positionOf, tokenOf } from './resume-token.ts'
import { historyLost, type LoggedChange } from './storage/change-log.ts'
import { type Stored, storedDocument } from './storage/record.ts'
import type { Store } from './storage/store.ts'

/** What a stream watches: one collection, one database, or with neither the whole cluster. */
export interface Watched {
  db: string | undefined
  collection: string | undefined
}

/** Where a stream begins; at the present when nothing is given. */
export interface Beginning {
  resumeAfter?: Value | undefined
  startAfter?: Value | undefined
  startAtOperationTime?: Timestamp | undefined
}

const internalDatabases = ['admin', 'config', 'local']

/** Follows the change log: what happened to what it watches, told as events and led through a pipeline. */
export class ChangeStream extends Following {
  readonly awaits = true
  readonly #store: Store
  readonly #watched: Watched
  readonly #images: Images
  readonly #pipeline: Stage
  #next: number
  #from: Timestamp | undefined
  /** The change after which nothing more can come. */
  #invalidatedBy: LoggedChange | undefined

  /** Throws as `positionOf` does, ChangeStreamFatalError (280) and ChangeStreamHistoryLost (286). */
  constructor(store: Store, watched: Watched, images: Images, pipeline: Stage, beginning: Beginning) {
    super()
    this.#store = store
    this.#watched = watched
    this.#images = images
    this.#pipeline = pipeline
    const { resumeAfter, startAfter, startAtOperationTime: time } = beginning
    this.#from = time
    this.#next = time ? store.changes.since(time) : store.changes.end
    const token = resumeAfter ?? startAfter
    if (token !== undefined) this.#next = this.#after(token, resumeAfter !== undefined)
    this.resumeToken = token === undefined ? this.#highWater() : (token as Doc)
  }

  /** Throws ChangeStreamFatalError (280) when an event has lost its token, and ChangeStreamHistoryLost (286). */
  next(): IteratorResult<Stored, undefined> {
    while (!this.over) {
      const event = this.#event()
      if (!event) {
        this.resumeToken = this.#highWater()
        break
      }
      const [shown] = this.#pipeline([event])
      if (!shown) continue
      const token = event.get('_id')!
      if (!identical(token, shown.get('_id'))) throw tokenLost(token, shown)
      this.resumeToken = token as Doc
      return { done: false, value: storedDocument(shown) }
    }
    return { done: true, value: undefined }
  }

  protected get more(): Promise<void> {
    return this.#store.changes.grown.next
  }

  /** The next event of what is watched; the one that says that there will be no more is the last. */
  #event(): Doc | undefined {
    if (this.#invalidatedBy) {
      this.over = true
      return invalidateEvent(this.#token('invalidate', this.#invalidatedBy), this.#invalidatedBy)
    }
    const { changes } = this.#store
    for (let change = changes.at(this.#next); change; change = changes.at(this.#next)) {
      this.#next++
      if (!this.#concerns(change) || (this.#from && change.time.lt(this.#from))) continue
      if (this.#invalidates(change)) this.#invalidatedBy = change
      return changeEvent(this.#token('event', change), change, this.#images, this.#store)
    }
    return undefined
  }

  #concerns({ db, name, kind, to }: LoggedChange): boolean {
    const { db: onlyDb, collection } = this.#watched
    if (collection !== undefined) return db === onlyDb && (name === collection || to === collection)
    if (kind !== 'dropDatabase' && name.startsWith('system.')) return false
    return onlyDb === undefined ? !internalDatabases.includes(db) : db === onlyDb
  }

  #invalidates({ kind }: LoggedChange): boolean {
    if (this.#watched.collection !== undefined) return kind === 'drop' || kind === 'rename'
    return this.#watched.db !== undefined && kind === 'dropDatabase'
  }

  /** The place after a token's, where the stream goes on. */
  #after(token: Value, resumes: boolean): number {
    const { changes } = this.#store
    const { kind, sequence, log } = positionOf(token)
    if (kind === 'invalidate' && resumes) {
      const why = "using 'resumeAfter' is not allowed from an invalidate notification."
      throw new MongoError(260, `Attempting to resume a change stream ${why}`)
    }
    if (log !== changes.id) throw historyLost()
    if (kind === 'highWater') {
      if (sequence + 1 < changes.end) changes.at(sequence + 1)
      return sequence + 1
    }
    const change = changes.at(sequence)
    if (!change || !this.#concerns(change)) {
      const why = `the resume token was not found. ${printValue(token)}`
      throw new MongoError(280, `cannot resume stream; ${why}`)
    }
    if (kind === 'event' && this.#invalidates(change)) this.#invalidatedBy = change
    return sequence + 1
  }

  #token(kind: Position['kind'], { time, sequence }: Pick<LoggedChange, 'time' | 'sequence'>): Doc {
    return tokenOf({ kind, time, sequence, log: this.#store.changes.id })
  }

  #highWater(): Doc {
    return this.#token('highWater', { time: this.#store.changes.time, sequence: this.#next - 1 })
  }
}

function tokenLost(token: Value, shown: Doc): MongoError {
  const found = shown.has('_id') ? `{ _id: ${printValue(shown.get('_id'))} }` : '{}'
  return new MongoError(
    280,
    'Encountered an event whose _id field, which contains the resume token, was modified by the pipeline. Modifying ' +
      'the _id field of an event makes it impossible to resume the stream from that point. Only transformations that ' +
      `retain the unmodified _id field are allowed. Expected: { _id: ${printValue(token)} } but found: ${found}`,
  )
}
