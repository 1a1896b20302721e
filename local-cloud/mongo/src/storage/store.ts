import { randomUUID } from 'node:crypto'
import { ClusterTime } from '../cluster-time.ts'
import { decode, encode } from '../language/codec.ts'
import { MongoError } from '../language/error.ts'
import { Binary, type Doc, int, type Value } from '../language/value.ts'
import { Transaction } from '../transaction.ts'
import { type Change, ChangeLog, type Origin } from './change-log.ts'
import { Collection } from './collection.ts'
import { Disk } from './disk.ts'
import { Index } from './index.ts'
import type { Record } from './record.ts'
import type { Snapshot } from './writer.ts'

/** The index that every collection has; it compares as its collection does. */
function idIndexSpec(collation: Value | undefined): Doc {
  const spec: Doc = new Map<string, Value>([
    ['v', int(2)],
    ['key', new Map([['_id', int(1)]])],
    ['name', '_id_'],
  ])
  return collation ? spec.set('collation', collation) : spec
}

/** All databases: the catalogue of collections, the commit clock and the open transactions. */
export class Store {
  readonly disk: Disk
  readonly time = new ClusterTime()
  readonly changes = new ChangeLog(this.time)
  readonly #collections = new Map<string, Collection>()
  readonly #open = new Set<Transaction>()
  /** Moments that someone still reads at. */
  readonly #held = new Set<Snapshot>()
  /** Records with versions that open snapshots may still need. */
  readonly #outdated = new Map<Record, Collection>()
  /** When a record last got a newer version. */
  #outdatedAt = 0
  /** When each namespace last became another collection, or none. */
  readonly #changedAt = new Map<string, number>()
  #clock = 0
  #lastRecordId = 0
  #lastCollectionId = 0

  constructor(dir: string) {
    this.disk = new Disk(dir)
    const byId = new Map<number, Collection>()
    for (const { id, bson } of this.disk.collections()) {
      const entry = decode(bson)
      const indexes = (entry.get('indexes') as Doc[]).map((spec) => new Index(spec))
      const [db, name, options] = [entry.get('db'), entry.get('name'), entry.get('options')]
      const collection = new Collection(this, id, db as string, name as string, options as Doc, indexes)
      byId.set(id, collection)
      this.#collections.set(collection.namespace, collection)
      this.#lastCollectionId = Math.max(this.#lastCollectionId, id)
    }
    for (const { id, collection, bson } of this.disk.documents()) {
      byId.get(collection)!.load(id, bson)
      this.#lastRecordId = id
    }
    for (const collection of byId.values()) collection.build(collection.indexes)
  }

  get clock(): number {
    return this.#clock
  }

  /** The next moment of the commit clock. */
  tick(): number {
    return ++this.#clock
  }

  nextRecordId(): number {
    return ++this.#lastRecordId
  }

  /**
   * The collection as the reader sees it: what an open transaction created is its own. Throws SnapshotUnavailable
   * (246) when it is no longer, or not yet, what the reader's snapshot would show.
   */
  collection(db: string, name: string, reader?: Snapshot): Collection | undefined {
    const collection = this.#collections.get(`${db}.${name}`)
    const changedAt = this.#changedAt.get(`${db}.${name}`) ?? 0
    if (reader && collection?.creator !== reader && changedAt > reader.snapshot) {
      const why = 'Unable to read from a snapshot due to pending collection catalog changes'
      throw new MongoError(246, `${why}; please retry the operation. Collection: ${db}.${name}`)
    }
    if (collection?.creator && collection.creator !== reader) return undefined
    if (collection && reader instanceof Transaction) reader.touched.add(collection)
    return collection
  }

  /** A collection that another open transaction is creating under this name. */
  beingCreated(db: string, name: string): Collection | undefined {
    const collection = this.#collections.get(`${db}.${name}`)
    return collection?.creator ? collection : undefined
  }

  collections(db?: string, reader?: Transaction): Collection[] {
    return [...this.#collections.values()].filter(
      (one) => (db === undefined || one.db === db) && (!one.creator || one.creator === reader),
    )
  }

  databases(): string[] {
    return [...new Set(this.collections().map(({ db }) => db))].sort()
  }

  /** Open transactions that hold a collection as it is. */
  usersOf(collection: Collection): Transaction[] {
    return [...this.#open].filter((transaction) => transaction.touched.has(collection))
  }

  create(db: string, name: string, options: Doc, creator?: Transaction): Collection {
    if (!options.has('uuid')) {
      options = new Map<string, Value>([
        ...options,
        ['uuid', new Binary(Buffer.from(randomUUID().replaceAll('-', ''), 'hex'), Binary.SUBTYPE_UUID)],
      ])
    }
    const collection = new Collection(this, ++this.#lastCollectionId, db, name, options, [
      new Index(idIndexSpec(options.get('collation'))),
    ])
    this.#collections.set(collection.namespace, collection)
    collection.creator = creator
    creator?.created.push(collection)
    creator?.touched.add(collection)
    if (!creator) this.#changed(collection)
    return collection
  }

  /** Writes a collection's entry of the catalogue. */
  save(collection: Collection): void {
    if (collection.creator || collection.dropped) return
    const entry = new Map<string, Value>([
      ['db', collection.db],
      ['name', collection.name],
      ['options', collection.options],
      ['indexes', collection.indexes.map(({ spec }) => spec)],
    ])
    this.disk.putCollection(collection.id, encode(entry))
  }

  drop(collection: Collection): void {
    this.#remove(collection)
    this.log([{ kind: 'drop', db: collection.db, name: collection.name, collection: collection.id }])
  }

  /** Takes note that a database has lost its last collection. */
  dropped(db: string): void {
    this.tick()
    this.log([{ kind: 'dropDatabase', db, name: '' }])
  }

  #remove(collection: Collection): void {
    collection.dropped = true
    this.#collections.delete(collection.namespace)
    this.#changedAt.set(collection.namespace, this.tick())
    this.disk.removeCollection(collection.id)
    for (const id of collection.records.keys()) this.disk.removeDocument(id)
    collection.changed.raise()
  }

  /** Gives a collection another name; what had it before is dropped. */
  rename(collection: Collection, name: string): void {
    const { db, name: from, id } = collection
    const target = this.#collections.get(`${db}.${name}`)
    if (target) this.#remove(target)
    this.#collections.delete(collection.namespace)
    this.#changedAt.set(collection.namespace, this.tick())
    collection.name = name
    this.#collections.set(collection.namespace, collection)
    this.#changed(collection)
    this.log([{ kind: 'rename', db, name: from, collection: id, to: name }])
  }

  /** Tells the change streams what the latest commit did. */
  log(changes: Change[], origin?: Origin): void {
    this.changes.append(changes, this.#clock, origin)
  }

  begin(transaction: Transaction): void {
    this.#open.add(transaction)
  }

  commit(transaction: Transaction): void {
    const outdatedAt = this.#outdatedAt
    const at = this.tick()
    this.#open.delete(transaction)
    for (const collection of transaction.created) {
      collection.creator = undefined
      this.#changed(collection)
    }
    for (const [record, collection] of transaction.writes) collection.settle(record, at)
    const { changes, session, number } = transaction
    if (changes.length > 0) this.log(changes, { session, number })
    transaction.end('committed')
    this.#prune(transaction, outdatedAt)
  }

  abort(transaction: Transaction): void {
    this.#open.delete(transaction)
    for (const [record, collection] of transaction.writes) collection.revert(record)
    for (const collection of transaction.created) this.#collections.delete(collection.namespace)
    transaction.end('aborted')
    this.#prune(transaction)
  }

  /** Keeps what can be read at a moment until it is released. */
  hold(snapshot: Snapshot): void {
    this.#held.add(snapshot)
  }

  release(snapshot: Snapshot): void {
    if (this.#held.delete(snapshot)) this.#prune(snapshot)
  }

  /** Takes note of a record with versions to forget, and forgets them at once when nobody can see them. */
  outdated(record: Record, collection: Collection): void {
    this.#outdatedAt = this.#clock
    this.#forget(record, collection, this.#moments())
  }

  #changed(collection: Collection): void {
    this.#changedAt.set(collection.namespace, this.tick())
    this.save(collection)
  }

  /** The moments that someone reads at, latest first; the present is always one. */
  #moments(): number[] {
    const readers = [...this.#open, ...this.#held].map(({ snapshot }) => snapshot)
    return [this.#clock, ...new Set(readers.sort((a, b) => b - a))]
  }

  /** Forgets what was kept for a reader that is gone. */
  #prune({ snapshot }: Snapshot, outdatedAt = this.#outdatedAt): void {
    // Whatever it saw is still the newest.
    if (outdatedAt <= snapshot) return
    const moments = this.#moments()
    for (const [record, collection] of this.#outdated) this.#forget(record, collection, moments)
  }

  #forget(record: Record, collection: Collection, moments: number[]): void {
    collection.prune(record, moments)
    const kept = record.newest.older !== undefined || record.newest.bson === undefined
    if (kept && collection.records.has(record.id)) this.#outdated.set(record, collection)
    else this.#outdated.delete(record)
  }
}
