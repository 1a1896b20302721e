import { MongoError } from '../language/error.ts'
import { type Doc, isNumeric, toDouble } from '../language/value.ts'
import type { Record, Version } from './record.ts'
import type { Writer } from './writer.ts'

/** What a capped collection may hold at most. */
export interface Cap {
  /** Bytes of BSON. */
  size: number
  /** Documents. */
  max: number
}

/** What a collection says of itself so that it can be held to its cap. */
interface Capped {
  readonly namespace: string
  readonly records: ReadonlyMap<number, Record>
  readonly documents: number
  readonly bytes: number
  delete(record: Record, writer: undefined): void
}

/** The limits in a collection's options, if it has any. */
export function capOf(options: Doc): Cap | undefined {
  if (options.get('capped') !== true) return undefined
  const limit = (name: string): number => {
    const value = options.get(name)
    return isNumeric(value) && toDouble(value) > 0 ? toDouble(value) : Number.POSITIVE_INFINITY
  }
  return { size: limit('size'), max: limit('max') }
}

/** Before a document comes into a capped collection, the oldest go. */
export function makeRoom(
  collection: Capped,
  { size, max }: Cap,
  coming: Version,
  writer: Writer | undefined,
): void {
  if (writer) throw notInTransactions(collection)
  const bytes = coming.bson!.length
  if (bytes > size) throw new MongoError(2, 'object to insert exceeds cappedMaxSize')
  for (const record of collection.records.values()) {
    if (collection.bytes + bytes <= size && collection.documents < max) return
    if (record.newest.bson !== undefined) collection.delete(record, undefined)
  }
}

export function notInTransactions({ namespace }: Pick<Capped, 'namespace'>): MongoError {
  const why = 'Writes in transactions are not allowed on capped collections.'
  return new MongoError(263, `Collection '${namespace}' is a capped collection. ${why}`)
}
