import { type NumericValue, toDouble } from './language/value.ts'
import type { Index } from './storage/index.ts'
import type { Record } from './storage/record.ts'
import { visible } from './storage/record.ts'
import type { Store } from './storage/store.ts'
import { Blocked } from './storage/writer.ts'

/** Removes the documents whose TTL index says that their time is over, and tells how many. */
export function removeExpired(store: Store, now: number): number {
  let removed = 0
  for (const collection of store.collections()) {
    for (const index of collection.indexes) {
      const seconds = index.spec.get('expireAfterSeconds')
      if (seconds === undefined) continue
      const before = now - toDouble(seconds as NumericValue) * 1000
      for (const record of [...due(index, before)]) {
        try {
          collection.delete(record, undefined)
          removed++
        } catch (error) {
          // A transaction is writing it; the next round comes soon enough.
          if (!(error instanceof Blocked)) throw error
        }
      }
    }
  }
  return removed
}

/** With several dates in an array, the earliest counts: the index meets it first. */
function* due(index: Index, before: number): Generator<Record> {
  const { direction } = index.fields[0]!
  const earliest = index.partKey(new Date(-8.64e15), direction)
  const limit = index.partKey(new Date(Math.max(before, -8.64e15)), direction)
  const [low, high] = direction === 1 ? [earliest, `${limit}\xff`] : [limit, `${earliest}\xff`]
  const seen = new Set<Record>()
  for (const [key, record] of index.entries.ascending(low, high)) {
    const version = visible(record, undefined)
    if (!version || version !== record.newest || seen.has(record)) continue
    if (version.older && !index.keysOf(version).includes(key)) continue
    seen.add(record)
    yield record
  }
}
