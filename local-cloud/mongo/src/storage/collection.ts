import type { Doc, Value } from '../language/value.ts'
import { type Cap, capOf, makeRoom, notInTransactions } from './capped.ts'
import type { Change } from './change-log.ts'
import type { Disk } from './disk.ts'
import { duplicateKey } from './duplicate-key.ts'
import type { Index } from './index.ts'
import { forget, newVersion, type Record, stored, type Version, visible } from './record.ts'
import { Signal } from './signal.ts'
import { Blocked, type Snapshot, type Writer, writeConflict } from './writer.ts'

type Done = Pick<Change, 'kind' | 'before' | 'update'>

/** What all collections share. */
export interface Keeper {
  readonly disk: Disk
  nextRecordId(): number
  tick(): number
  log(changes: Change[]): void
  /** A record has versions to forget once nobody sees them. */
  outdated(record: Record, collection: Collection): void
}

/** A transaction that is told of each write, to settle or revert it at its end. */
export interface CollectionWriter extends Writer {
  wrote(record: Record, collection: Collection, change: Change): void
}

/** The records of one collection and the entries of its indexes, through all versions that someone may still see. */
export class Collection {
  readonly id: number
  readonly db: string
  readonly options: Doc
  name: string
  indexes: Index[]
  /** The open transaction that created this collection and alone sees it. */
  creator: Writer | undefined
  dropped = false
  /** In the order of insertion, which is also the natural order. */
  readonly records = new Map<number, Record>()
  /** How many documents are committed, and the bytes of their BSON. */
  documents = 0
  bytes = 0
  readonly cap: Cap | undefined
  /** Raised at each committed write, and when the collection is dropped. */
  readonly changed = new Signal()
  readonly #keeper: Keeper

  constructor(keeper: Keeper, id: number, db: string, name: string, options: Doc, indexes: Index[]) {
    this.#keeper = keeper
    this.id = id
    this.db = db
    this.name = name
    this.options = options
    this.cap = capOf(options)
    this.indexes = indexes
  }

  get namespace(): string {
    return `${this.db}.${this.name}`
  }

  /** Adds a document. Throws DuplicateKey (11000), WriteConflict (112) or Blocked. */
  insert(doc: Doc, writer: CollectionWriter | undefined): Record {
    const version = newVersion(doc, undefined)
    if (this.cap) makeRoom(this, this.cap, version, writer)
    const record: Record = { id: this.#keeper.nextRecordId(), newest: version }
    const keys = this.#claimKeys(record, version, doc, writer)
    this.records.set(record.id, record)
    this.#addEntries(record, keys)
    this.#wrote(record, { kind: 'insert', before: undefined }, writer)
    return record
  }

  /**
   * Replaces a document that the writer sees; `update` holds the operators or the pipeline that changed it, if it was
   * not replaced as a whole. Throws as `insert` does.
   */
  update(record: Record, doc: Doc, writer: CollectionWriter | undefined, update?: Doc | Value[]): void {
    this.claim(record, writer)
    const version = newVersion(doc, record.newest)
    this.#addEntries(record, this.#claimKeys(record, version, doc, writer))
    this.#supersede(record, version, writer, { kind: 'update', before: record.newest.bson, update })
  }

  /** Removes a document that the writer sees. Throws WriteConflict (112) or Blocked. */
  delete(record: Record, writer: CollectionWriter | undefined): void {
    this.claim(record, writer)
    const tombstone = { bson: undefined, writer: undefined, at: 0, older: record.newest }
    this.#supersede(record, tombstone, writer, { kind: 'delete', before: record.newest.bson })
  }

  /** Refuses a write to a record that an open or later transaction has written. */
  claim({ newest }: Record, writer: CollectionWriter | undefined): void {
    if (writer && this.cap) throw notInTransactions(this)
    if (newest.writer) {
      if (newest.writer === writer) return
      throw writer ? writeConflict() : new Blocked(newest.writer)
    }
    if (writer && newest.at > writer.snapshot) throw writeConflict()
  }

  /** What the reader sees, in natural order. */
  *visible(reader: Snapshot | undefined): Generator<Version> {
    for (const record of this.records.values()) {
      const version = visible(record, reader)
      if (version) yield version
    }
  }

  count(reader: Snapshot | undefined): number {
    let count = 0
    for (const _ of this.visible(reader)) count++
    return count
  }

  /** Fills new indexes from the documents there are. Throws DuplicateKey (11000). */
  build(indexes: Index[]): void {
    for (const record of this.records.values()) {
      for (let version: Version | undefined = record.newest; version; version = version.older) {
        if (version.bson === undefined) continue
        for (const index of indexes) {
          for (const key of index.keysOf(version)) {
            if (index.unique && version === record.newest)
              this.#refuseTaken(index, key, record, version, undefined)
            index.entries.add(key, record)
          }
        }
      }
    }
  }

  /** Puts back what was on the disk. */
  load(id: number, bson: Uint8Array): void {
    const record: Record = {
      id,
      newest: { bson: stored(bson), writer: undefined, at: 0, older: undefined },
    }
    this.records.set(id, record)
    this.documents++
    this.bytes += bson.length
  }

  /** Makes a transaction's version of a record the committed one. */
  settle(record: Record, at: number): void {
    record.newest.writer = undefined
    record.newest.at = at
    this.#persist(record)
  }

  /** Takes a transaction's version of a record back. */
  revert(record: Record): void {
    const undone = record.newest
    if (undone.older) record.newest = undone.older
    else this.records.delete(record.id)
    this.#release(record, [undone], undone.older)
  }

  /** Forgets the versions of a record, but for its newest and those seen at one of `moments`, which come latest first. */
  prune(record: Record, moments: number[]): void {
    const { dropped, gone } = forget(record, moments)
    if (gone) this.records.delete(record.id)
    this.#release(record, dropped, gone ? undefined : record.newest)
  }

  #supersede(record: Record, version: Version, writer: CollectionWriter | undefined, done: Done): void {
    const replaced = record.newest
    const own = writer !== undefined && replaced.writer === writer
    if (own) version.older = replaced.older
    record.newest = version
    if (own) this.#release(record, [replaced], version)
    this.#wrote(record, done, writer)
  }

  #wrote(record: Record, done: Done, writer: CollectionWriter | undefined): void {
    const { db, name, id: collection } = this
    const change: Change = { ...done, db, name, collection, after: record.newest.bson }
    if (writer) {
      record.newest.writer = writer
      writer.wrote(record, this, change)
    } else {
      record.newest.at = this.#keeper.tick()
      this.#persist(record)
      this.#keeper.log([change])
    }
  }

  #persist(record: Record): void {
    const { newest } = record
    const before = newest.older?.bson
    this.documents += (newest.bson === undefined ? 0 : 1) - (before === undefined ? 0 : 1)
    this.bytes += (newest.bson?.length ?? 0) - (before?.length ?? 0)
    this.changed.raise()
    if (newest.bson !== undefined) this.#keeper.disk.putDocument(record.id, this.id, newest.bson)
    else this.#keeper.disk.removeDocument(record.id)
    if (newest.older || newest.bson === undefined) this.#keeper.outdated(record, this)
  }

  /** The keys of a document to be written, once none of them is taken. */
  #claimKeys(record: Record, version: Version, doc: Doc, writer: CollectionWriter | undefined): string[][] {
    const keys = this.indexes.map((index) => index.keys(doc))
    for (const [at, index] of this.indexes.entries()) {
      if (index.unique) for (const key of keys[at]!) this.#refuseTaken(index, key, record, version, writer)
    }
    return keys
  }

  #refuseTaken(
    index: Index,
    key: string,
    record: Record,
    version: Version,
    writer: CollectionWriter | undefined,
  ): void {
    const holds = (version: Version | undefined) =>
      version?.bson !== undefined && index.keysOf(version).includes(key)
    for (const other of index.entries.at(key)) {
      if (other === record) continue
      const { newest } = other
      if (newest.writer && newest.writer !== writer) {
        // Whether the key is free will be known when the other transaction ends.
        if (!holds(newest) && !holds(newest.older)) continue
        throw writer ? writeConflict() : new Blocked(newest.writer)
      }
      const unseen = writer !== undefined && !newest.writer && newest.at > writer.snapshot
      if (unseen && (holds(newest) || holds(visible(other, writer)))) throw writeConflict()
      if (holds(newest)) throw duplicateKey(this.namespace, index, index.valuesOf(version, key))
    }
  }

  #addEntries(record: Record, keys: string[][]): void {
    for (const [at, index] of this.indexes.entries())
      for (const key of keys[at]!) index.entries.add(key, record)
  }

  /** Removes the index entries that only dropped versions needed. */
  #release(record: Record, dropped: Version[], newest: Version | undefined): void {
    if (dropped.every((version) => version.bson === undefined)) return
    for (const index of this.indexes) {
      const needed = new Set<string>()
      for (let version = newest; version; version = version.older) {
        if (version.bson !== undefined) for (const key of index.keysOf(version)) needed.add(key)
      }
      for (const version of dropped) {
        if (version.bson === undefined) continue
        for (const key of index.keysOf(version)) if (!needed.has(key)) index.entries.delete(key, record)
      }
    }
  }
}
