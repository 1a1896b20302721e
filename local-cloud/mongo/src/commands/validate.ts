import type { Command } from '../command.ts'
import { MongoError } from '../language/error.ts'
import { int, long, type Value } from '../language/value.ts'
import type { Collection } from '../storage/collection.ts'
import type { Version } from '../storage/record.ts'

/** Compares every index with the documents it should hold. */
export const validate: Command = {
  fields: { full: 'bool', background: 'bool', repair: 'bool' },
  run(call) {
    const collection = call.engine.store.collection(call.db, call.collectionName)
    if (!collection) {
      throw new MongoError(26, `Collection '${call.db}.${call.collectionName}' does not exist to validate.`)
    }
    const keys = collection.indexes.map(({ name, entries }): [string, Value] => [
      name,
      long(BigInt(entries.size)),
    ])
    const errors = inconsistencies(collection)
    return new Map<string, Value>([
      ['ns', collection.namespace],
      ['nInvalidDocuments', long(0n)],
      ['nrecords', long(BigInt(collection.documents))],
      ['nIndexes', int(collection.indexes.length)],
      ['keysPerIndex', new Map(keys)],
      ['valid', errors.length === 0],
      ['warnings', []],
      ['errors', errors],
    ])
  },
}

/** What is wrong with the indexes; nothing, unless this server has a fault. */
function inconsistencies(collection: Collection): string[] {
  const errors: string[] = []
  for (const index of collection.indexes) {
    const expected = new Set<string>()
    for (const record of collection.records.values()) {
      for (let version: Version | undefined = record.newest; version; version = version.older) {
        if (version.bson === undefined) continue
        for (const key of index.keysOf(version)) {
          expected.add(`${record.id} ${key}`)
          if (!index.entries.at(key).includes(record)) errors.push(`${index.name} lacks record ${record.id}`)
        }
      }
    }
    if (index.entries.size !== expected.size) {
      errors.push(`${index.name} has ${index.entries.size} entries instead of ${expected.size}`)
    }
  }
  return errors
}
