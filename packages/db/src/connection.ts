import mongoose from 'mongoose'
import { dbEnv } from './env.ts'
import { joining } from './joining.ts'

// A mistyped field must fail rather than vanish: with `true` a filter of unknown fields becomes {}, every tenant.
mongoose.set('strict', 'throw')
mongoose.set('strictQuery', 'throw')
mongoose.set('autoIndex', false)
mongoose.set('autoCreate', false)
mongoose.set('transactionAsyncLocalStorage', true)
// While the connection is down a query fails as the driver says, instead of waiting in a queue of mongoose's own.
mongoose.set('bufferCommands', false)

const timeoutMs = 5_000

/** Connects the one shared connection. Fails within five seconds when MongoDB does not answer. */
export async function connectDb(uri = dbEnv().MONGODB_URI): Promise<void> {
  if (mongoose.connection.readyState === mongoose.ConnectionStates.connected) return
  await mongoose.connect(uri, {
    serverSelectionTimeoutMS: timeoutMs,
    connectTimeoutMS: timeoutMs,
    socketTimeoutMS: 30_000,
    maxPoolSize: 50,
    waitQueueTimeoutMS: timeoutMs,
    retryWrites: true,
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    ignoreUndefined: false,
  })
}

export const disconnectDb = () => mongoose.disconnect()

/**
 * Makes every collection and index that the models name. Deduplication rests on the unique ones, so a
 * process calls this before it takes work and does not start when it fails.
 */
export async function ensureCollections(): Promise<void> {
  for (const model of Object.values(mongoose.models)) {
    await model.createCollection().catch((error: { codeName?: string }) => {
      if (error.codeName !== 'NamespaceExists') throw error
    })
    await model.createIndexes()
  }
}

/** Round trip to MongoDB in milliseconds; throws when it does not answer. */
export async function pingDb(): Promise<number> {
  const started = performance.now()
  await mongoose.connection
    .getClient()
    .db('admin')
    .command({ ping: 1 }, { signal: AbortSignal.timeout(2_000) })
  return performance.now() - started
}

/** The driver's own handles, for better-auth, which keeps its collections beside ours; see `joining`. */
export const mongoHandles = () => {
  const client = mongoose.connection.getClient()
  return { client, db: joining(client.db(mongoose.connection.name)) }
}
