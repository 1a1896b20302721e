import { Following } from './following.ts'
import { MongoError } from './language/error.ts'
import type { Collection } from './storage/collection.ts'
import { type Record, type Stored, type Version, visible } from './storage/record.ts'

/** Follows a capped collection: the documents it has and, asked again after its end, those that have come since. */
export class Tail extends Following {
  readonly awaits: boolean
  readonly #collection: Collection
  readonly #show: (version: Version) => Stored | undefined
  #records: Iterator<Record>
  #last = 0

  /** `show` answers undefined for a document that is not wanted. */
  constructor(collection: Collection, awaits: boolean, show: (version: Version) => Stored | undefined) {
    super()
    this.#collection = collection
    this.awaits = awaits
    this.#show = show
    this.#records = collection.records.values()
  }

  /** Throws CappedPositionLost (136) when what it saw last is gone, and QueryPlanKilled (175) with the collection. */
  next(): IteratorResult<Stored, undefined> {
    const { records, dropped } = this.#collection
    if (dropped) throw new MongoError(175, 'collection dropped while a tailable cursor was open on it')
    const seen = records.get(this.#last)
    if (this.#last > 0 && (!seen || !visible(seen, undefined))) {
      const why = 'CollectionScan died due to position in capped collection being deleted.'
      throw new MongoError(136, `${why} Last seen record id: RecordId(${this.#last})`)
    }
    for (;;) {
      const { done, value: record } = this.#records.next()
      if (done) break
      if (record.id <= this.#last) continue
      const version = visible(record, undefined)
      if (!version) continue
      this.#last = record.id
      const shown = this.#show(version)
      if (shown !== undefined) return { done: false, value: shown }
    }
    // An iterator that has come to its end would not see what is added after it.
    this.#records = records.values()
    return { done: true, value: undefined }
  }

  protected get more(): Promise<void> {
    return this.#collection.changed.next
  }
}
