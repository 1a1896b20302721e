import { type Command, truthy } from '../command.ts'
import { sameKeyPattern } from '../hint.ts'
import { MongoError, notHere } from '../language/error.ts'
import { type Doc, long, toDouble } from '../language/value.ts'
import type { Collection } from '../storage/collection.ts'
import { validatorOptions } from '../validation.ts'
import { collectionOrNothing } from './collections.ts'
import { lifetime } from './index-spec.ts'

/** Options of kinds of collections that this server does not have. */
const refusedOptions = [
  'cappedMax',
  'cappedSize',
  'changeStreamPreAndPostImages',
  'expireAfterSeconds',
  'pipeline',
  'timeseries',
  'viewOn',
]

/** Changes a validator or an index's lifetime, and hides an index or shows it: the modifications this server offers. */
export const collMod: Command = {
  fields: {
    index: 'object',
    validator: 'object',
    validationLevel: 'string',
    validationAction: 'string',
    ...Object.fromEntries(refusedOptions.map((name) => [name, 'any' as const])),
  },
  run(call) {
    const collection = collectionOrNothing(call)
    if (!collection) throw new MongoError(26, `ns does not exist: ${call.db}.${call.collectionName}`)
    for (const name of refusedOptions) {
      if (call.get(name) !== undefined) throw notHere(`collMod of '${name}'`)
    }
    for (const [name, value] of validatorOptions(call)) {
      if (value instanceof Map && value.size === 0) collection.options.delete(name)
      else collection.options.set(name, value)
    }
    const change = call.get<Doc>('index')
    const reply = change ? changeIndex(collection, change) : new Map()
    call.engine.store.save(collection)
    return reply
  },
}

function changeIndex(collection: Collection, change: Doc): Doc {
  const [name, pattern] = [change.get('name'), change.get('keyPattern')]
  const index = collection.indexes.find((one) =>
    pattern instanceof Map ? sameKeyPattern(one.spec.get('key') as Doc, pattern) : one.name === name,
  )
  if (!index) throw new MongoError(27, 'cannot find index for collMod')
  for (const field of change.keys()) {
    if (!['name', 'keyPattern', 'expireAfterSeconds', 'hidden'].includes(field)) {
      throw new MongoError(238, `this server's collMod does not change '${field}'`)
    }
  }
  const [seconds, hidden] = [change.get('expireAfterSeconds'), change.get('hidden')]
  if (seconds === undefined && hidden === undefined) {
    throw new MongoError(72, 'no expireAfterSeconds, hidden, unique, or prepareUnique field')
  }
  const reply: Doc = new Map()
  if (seconds !== undefined) {
    const before = index.spec.get('expireAfterSeconds')
    index.spec.set('expireAfterSeconds', lifetime(seconds, index.spec.get('key') as Doc))
    if (before !== undefined) reply.set('expireAfterSeconds_old', long(BigInt(toDouble(before as number))))
    reply.set('expireAfterSeconds_new', long(BigInt(toDouble(seconds as number))))
  }
  if (hidden !== undefined) {
    if (index.name === '_id_') throw new MongoError(2, "can't hide _id index")
    const before = index.spec.get('hidden') === true
    if (before !== truthy(hidden)) {
      reply.set('hidden_old', before)
      reply.set('hidden_new', !before)
    }
    if (truthy(hidden)) index.spec.set('hidden', true)
    else index.spec.delete('hidden')
  }
  return reply
}
