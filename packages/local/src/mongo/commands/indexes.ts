import type { Command } from '../command.ts'
import { encode } from '../language/codec.ts'
import { compareValues } from '../language/compare.ts'
import { MongoError } from '../language/error.ts'
import { type Doc, int, isNumeric, toDouble, type Value } from '../language/value.ts'
import { sameKeyPattern } from '../plan.ts'
import type { Collection } from '../storage/collection.ts'
import { stored } from '../storage/record.ts'
import { newIndex } from '../storage/store.ts'
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
    const specs = asked.map((spec) => indexSpec(spec))
    const { store } = call.engine
    const existed = store.collection(call.db, call.collectionName, call.transaction)
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
      const indexes = fresh.map((spec) => newIndex(inherited(spec, collection)))
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

/** An index without a collation of its own has its collection's. */
function inherited(spec: Doc, collection: Collection): Doc {
  const collation = collection.options.get('collation')
  return spec.has('collation') || !collation ? spec : new Map([...spec, ['collation', collation]])
}

const distinguishing = [
  'unique',
  'sparse',
  'partialFilterExpression',
  'expireAfterSeconds',
  'collation',
  'hidden',
]

/** Whether just this index exists. Throws IndexOptionsConflict (85) and IndexKeySpecsConflict (86). */
function alreadyThere(collection: Collection, spec: Doc): boolean {
  const name = spec.get('name') as string
  for (const index of collection.indexes) {
    const sameKeys = sameKeyPattern(index.spec.get('key') as Doc, spec.get('key') as Doc)
    const sameOptions = distinguishing.every(
      (option) => compareValues(index.spec.get(option) ?? false, spec.get(option) ?? false) === 0,
    )
    if (index.name === '_id_' && sameKeys) return true
    if (index.name === name) {
      if (sameKeys && sameOptions) return true
      if (sameKeys) {
        throw new MongoError(
          86,
          `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${name}`,
        )
      }
      throw new MongoError(
        86,
        `An existing index has the same name as the requested index but other keys: ${name}`,
      )
    }
    const sameUse = ['collation', 'partialFilterExpression', 'sparse', 'unique'].every(
      (option) => compareValues(index.spec.get(option) ?? false, spec.get(option) ?? false) === 0,
    )
    if (sameKeys && sameUse) {
      throw new MongoError(85, `Index already exists with a different name: ${index.name}`)
    }
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
