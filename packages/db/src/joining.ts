import type { mongo } from 'mongoose'
import { currentSession } from './transaction.ts'

type Collection = mongo.Collection

/** The methods that read or change documents, with the place at which each takes its options. */
const optionsAt: Partial<Record<keyof Collection, number>> = {
  aggregate: 1,
  countDocuments: 1,
  deleteMany: 1,
  deleteOne: 1,
  find: 1,
  findOne: 1,
  findOneAndDelete: 1,
  findOneAndUpdate: 2,
  insertMany: 1,
  insertOne: 1,
  updateMany: 2,
  updateOne: 2,
}

/**
 * The same database, except that what is read and written through its collections joins the `transaction` around it, as
 * the models do by themselves. A session that the caller names counts more. Indexes are made outside, since a
 * transaction cannot hold them.
 */
export function joining(db: mongo.Db): mongo.Db {
  return new Proxy(db, {
    get(target, key) {
      if (key === 'collection') return (name: string) => joined(target.collection(name))
      return bound(target, key)
    },
  })
}

function joined(collection: Collection): Collection {
  return new Proxy(collection, {
    get(target, key) {
      const at = optionsAt[key as keyof Collection]
      const value = bound(target, key)
      if (at === undefined || typeof value !== 'function') return value
      return (...given: unknown[]) => {
        const session = currentSession()
        const options = given[at] as { session?: unknown } | undefined
        if (session && !options?.session) given[at] = { ...options, session }
        return value(...given)
      }
    },
  })
}

/** The driver's classes hold private fields, which only they themselves may reach. */
function bound(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key, target)
  return typeof value === 'function' ? value.bind(target) : value
}
