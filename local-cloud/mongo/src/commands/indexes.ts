import type { Command } from '../command.ts'
import { sameKeyPattern } from '../hint.ts'
import { valuesEqual } from '../language/compare.ts'
import { MongoError } from '../language/error.ts'
import { printValue } from '../language/print.ts'
import { type Doc, int, typeNameOf, type Value } from '../language/value.ts'
import type { Collection } from '../storage/collection.ts'
import { Index } from '../storage/index.ts'
import { storedDocument } from '../storage/record.ts'
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
    const complete = existed !== undefined && specs.every((spec) => alreadyThere(existed.indexes, spec))
    if (!complete) await settled(call, existed)
    const collection = await call.patiently(() => collectionToWrite(call, call.collectionName))
    const before = collection.indexes.length
    const fresh: Index[] = []
    for (const spec of specs) {
      if (!alreadyThere([...collection.indexes, ...fresh], spec)) fresh.push(new Index(spec))
    }
    if (fresh.length > 0) {
      collection.build(fresh)
      collection.indexes = [...collection.indexes, ...fresh]
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
function alreadyThere(indexes: readonly Index[], spec: Doc): boolean {
  const agree = (index: Index, options: string[]) =>
    options.every((option) => valuesEqual(index.spec.get(option), spec.get(option)))
  const alike = (index: Index) =>
    sameKeyPattern(index.spec.get('key') as Doc, spec.get('key') as Doc) && agree(index, identifying)
  const both = (index: Index) =>
    `Requested index: ${printValue(spec)}, existing index: ${printValue(index.spec)}`
  const named = indexes.find(({ name }) => name === spec.get('name'))
  if (named && !alike(named)) {
    throw new MongoError(
      86,
      'An existing index has the same name as the requested index. When index names are not specified, they are auto ' +
        `generated and can cause conflicts. Please refer to our documentation. ${both(named)}`,
    )
  }
  const equivalent = named ?? indexes.find(alike)
  if (!equivalent) {
    refuseSecondText(indexes, spec)
    return false
  }
  if (equivalent.name === '_id_') return true
  if (!agree(equivalent, modifying)) {
    const where = named ? 'the same name but different options' : 'a different name and options'
    throw new MongoError(85, `An equivalent index already exists with ${where}. ${both(equivalent)}`)
  }
  if (!named) throw new MongoError(85, `Index already exists with a different name: ${equivalent.name}`)
  return true
}

function refuseSecondText(indexes: readonly Index[], spec: Doc): void {
  const text = spec.has('textIndexVersion') && indexes.find(({ kind }) => kind === 'text')
  if (!text) return
  const why = `only one text index per collection allowed, found existing text index "${text.name}"`
  throw new MongoError(67, why)
}

const dropIndexes: Command = {
  fields: { index: 'any!' },
  async run(call) {
    const collection = collectionOrNothing(call)
    if (!collection) throw new MongoError(26, `ns not found ${call.db}.${call.collectionName}`)
    await settled(call, collection)
    const before = collection.indexes.length
    const asked = call.body.get('index')!
    const all = asked === '*'
    const going = all
      ? collection.indexes.slice(1)
      : (Array.isArray(asked) ? asked : [asked]).map((one) => namedIndex(collection, one))
    collection.indexes = collection.indexes.filter((index) => !going.includes(index))
    call.engine.store.save(collection)
    const reply: Doc = new Map([['nIndexesWas', int(before)]])
    return all ? reply.set('msg', 'non-_id indexes dropped for collection') : reply
  },
}

/** The index to be dropped, by its name or its key. Throws IndexNotFound (27) and AmbiguousIndexKeyPattern (181). */
function namedIndex({ indexes }: Collection, asked: Value): Index {
  if (!(asked instanceof Map) && typeof asked !== 'string') {
    throw new MongoError(
      14,
      `BSON field 'dropIndexes.index' is the wrong type '${typeNameOf(asked)}', expected types '[string, object]'`,
    )
  }
  const found = indexes.filter(({ name, spec }) =>
    asked instanceof Map ? sameKeyPattern(spec.get('key') as Doc, asked) : name === asked,
  )
  const shown = printValue(asked)
  if (found.length === 0) {
    throw new MongoError(
      27,
      asked instanceof Map ? `can't find index with key: ${shown}` : `index not found with name [${asked}]`,
    )
  }
  if (found.length > 1) {
    throw new MongoError(
      181,
      `${found.length} indexes found for key: ${shown}, identify by name instead. Conflicting indexes: ` +
        found.map(({ spec }) => printValue(spec)).join(', '),
    )
  }
  if (found[0]!.name === '_id_') throw new MongoError(72, 'cannot drop _id index')
  return found[0]!
}

const listIndexes: Command = {
  fields: { cursor: 'object' },
  run(call) {
    const collection = collectionOrNothing(call)
    if (!collection) throw new MongoError(26, `ns does not exist: ${call.db}.${call.collectionName}`)
    const batch = call.engine.cursors.open({
      namespace: collection.namespace,
      results: collection.indexes.map(({ spec }) => storedDocument(spec)).values(),
      batchSize: call.cursorBatchSize,
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
