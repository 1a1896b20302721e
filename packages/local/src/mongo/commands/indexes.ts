import type { Command } from '../command.ts'
import { encode } from '../language/codec.ts'
import { compareValues } from '../language/compare.ts'
import { MongoError } from '../language/error.ts'
import { printValue } from '../language/print.ts'
import { type Doc, int, isNumeric, toDouble, type Value } from '../language/value.ts'
import { sameKeyPattern } from '../plan.ts'
import type { Collection } from '../storage/collection.ts'
import { Index } from '../storage/index.ts'
import { stored } from '../storage/record.ts'
import { collectionToWrite } from '../write.ts'
import { collectionOrNothing, settled } from './collections.ts'
import { cursorReply } from './find.ts'
import { indexSpec } from './index-spec.ts'

const createIndexes: Command = {
  fields: { indexes: 'array!', commitQuorum: 'any', ignoreUnknownIndexOptions: 'bool' },
  transactional: true,
  async run(call) {
    if (call.flag('ignoreUnknownIndexOptions')) {
      throw new MongoError(238, 'this server does not ignore unknown index options')
    }
    const asked = call.get<Value[]>('indexes')!
    if (asked.length === 0) throw new MongoError(2, 'Must specify at least one index to create')
    const { store } = call.engine
    const existed = store.collection(call.db, call.collectionName, call.transaction)
    const specs = asked.map((spec) => indexSpec(spec, existed?.options.get('collation') as Doc | undefined))
    if (existed && call.transaction && existed.creator !== call.transaction && existed.records.size > 0) {
      throw new MongoError(
        263,
        'Cannot create new indexes on non-empty collection in a multi-document transaction',
      )
    }
    // Who only makes sure of what is there waits for nobody, as with MongoDB: a process that starts would otherwise
    // stand still until the transactions of the one that died before it have timed out.
    const complete = existed !== undefined && specs.every((spec) => alreadyThere(existed, spec))
    if (!complete) await settled(call, existed)
    const collection = await call.patiently(() => collectionToWrite(call, call.collectionName))
    const before = collection.indexes.length
    const fresh = specs.filter((spec) => !alreadyThere(collection, spec))
    if (fresh.length > 0) {
      const indexes = fresh.map((spec) => new Index(spec))
      collection.build(indexes)
      collection.indexes = [...collection.indexes, ...indexes]
      store.save(collection)
    }
    const reply: Doc = new Map<string, Value>([
      ['numIndexesBefore', int(before)],
      ['numIndexesAfter', int(collection.indexes.length)],
      ['createdCollectionAutomatically', existed === undefined],
    ])
    if (fresh.length === 0) reply.set('note', 'all indexes already exist')
    return reply
  },
}

/** What makes two indexes on the same fields two indexes, and what only changes how the one works. */
const identifying = ['unique', 'sparse', 'partialFilterExpression', 'collation', 'wildcardProjection']
const modifying = [
  'expireAfterSeconds',
  ...['weights', 'default_language', 'language_override'],
  ...['bits', 'min', 'max'],
]

/** Whether just this index exists. Throws IndexOptionsConflict (85) and IndexKeySpecsConflict (86). */
function alreadyThere(collection: Collection, spec: Doc): boolean {
  const name = spec.get('name') as string
  const same = (options: string[], existing: Doc) =>
    options.every((option) => compareValues(existing.get(option) ?? false, spec.get(option) ?? false) === 0)
  const equivalent = ({ spec: existing }: Index) =>
    sameKeyPattern(existing.get('key') as Doc, spec.get('key') as Doc) && same(identifying, existing)
  const both = (existing: Doc) =>
    `Requested index: ${printValue(spec)}, existing index: ${printValue(existing)}`
  const namesake = collection.indexes.find((index) => index.name === name)
  if (namesake) {
    if (!equivalent(namesake)) {
      const why =
        'An existing index has the same name as the requested index. When index names are not specified, they are auto ' +
        'generated and can cause conflicts. Please refer to our documentation.'
      throw new MongoError(86, `${why} ${both(namesake.spec)}`)
    }
    if (same(modifying, namesake.spec)) return true
    const why = 'An equivalent index already exists with the same name but different options.'
    throw new MongoError(85, `${why} ${both(namesake.spec)}`)
  }
  const other = collection.indexes.find(equivalent)
  if (other?.name === '_id_') return true
  if (other && same(modifying, other.spec)) {
    throw new MongoError(85, `Index already exists with a different name: ${other.name}`)
  }
  if (other) {
    const why = 'An equivalent index already exists with a different name and options.'
    throw new MongoError(85, `${why} ${both(other.spec)}`)
  }
  const text = spec.has('textIndexVersion') && collection.indexes.find(({ kind }) => kind === 'text')
  if (text) {
    const why = `only one text index per collection allowed, found existing text index "${text.name}"`
    throw new MongoError(67, why)
  }
  return false
}

const dropIndexes: Command = {
  fields: { index: 'any!' },
  async run(call) {
    const collection = collectionOrNothing(call)
    if (!collection) throw new MongoError(26, `ns not found ${call.db}.${call.collectionName}`)
    await settled(call, collection)
    const before = collection.indexes.length
    const asked = call.get('index')!
    if (asked === '*') collection.indexes = collection.indexes.slice(0, 1)
    else {
      for (const one of Array.isArray(asked) ? asked : [asked]) {
        const found = collection.indexes.find(({ name, spec }) =>
          one instanceof Map ? sameKeyPattern(spec.get('key') as Doc, one) : name === one,
        )
        if (!found) {
          throw new MongoError(
            27,
            one instanceof Map ? "can't find index with key" : `index not found with name [${String(one)}]`,
          )
        }
        if (found.name === '_id_') throw new MongoError(72, 'cannot drop _id index')
        collection.indexes = collection.indexes.filter((index) => index !== found)
      }
    }
    call.engine.store.save(collection)
    return new Map([['nIndexesWas', int(before)]])
  },
}

const listIndexes: Command = {
  fields: { cursor: 'object' },
  run(call) {
    const collection = collectionOrNothing(call)
    if (!collection) throw new MongoError(26, `ns does not exist: ${call.db}.${call.collectionName}`)
    const size = call.get<Doc>('cursor')?.get('batchSize')
    const batch = call.engine.cursors.open({
      namespace: collection.namespace,
      results: collection.indexes.map(({ spec }) => stored(encode(spec))).values(),
      batchSize: isNumeric(size) ? toDouble(size) : undefined,
      session: call.session,
      transaction: undefined,
    })
    return cursorReply(call, 'firstBatch', batch, call.collectionName)
  },
}

export const indexCommands: Record<string, Command> = {
  createIndexes,
  dropIndexes,
  deleteIndexes: dropIndexes,
  listIndexes,
}
