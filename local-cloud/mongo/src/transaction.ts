import type { Change } from './storage/change-log.ts'
import type { Collection } from './storage/collection.ts'
import type { Record } from './storage/record.ts'
import { Writer } from './storage/writer.ts'

/** A multi-document transaction: what it sees, what it wrote, and whether it is still open. */
export class Transaction extends Writer {
  /** Records whose newest version is this transaction's. */
  readonly writes = new Map<Record, Collection>()
  /** All that it did to documents, in order. */
  changes: Change[] = []
  readonly created: Collection[] = []
  /** Collections that may not be dropped or get an index while this is open. */
  readonly touched = new Set<Collection>()

  wrote(record: Record, collection: Collection, change: Change): void {
    this.writes.set(record, collection)
    this.changes.push(change)
  }

  override end(state: 'committed' | 'aborted'): void {
    this.writes.clear()
    this.changes = []
    this.touched.clear()
    super.end(state)
  }
}
