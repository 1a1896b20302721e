import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { BSON } from 'mongodb'

/** One key with its value as DUMP gives it. */
interface SavedKey {
  database: number
  key: BSON.Binary
  value: BSON.Binary
  /** Milliseconds since 1970; absent where it never expires. */
  expiresAt?: number
}

const file = 'redis.bson'
const atOnce = 1000

/** Saves every key of every database. Writes must be held meanwhile, or the keys may be of different moments. */
export async function saveRedis(client: Redis, folder: string): Promise<void> {
  const keyspace = await client.info('keyspace')
  const databases = [...keyspace.matchAll(/^db(\d+):/gm)].map(([, number]) => Number(number))
  const saved: Uint8Array[] = []
  for (const database of databases) {
    await client.select(database)
    let cursor = '0'
    do {
      const [next, keys] = await client.scanBuffer(cursor, 'COUNT', atOnce)
      cursor = next.toString()
      for (const key of await dump(client, database, keys)) saved.push(BSON.serialize(key))
    } while (cursor !== '0')
  }
  await writeFile(join(folder, file), saved, { flush: true })
}

async function dump(client: Redis, database: number, keys: Buffer[]): Promise<SavedKey[]> {
  const pipeline = client.pipeline()
  for (const key of keys) pipeline.dumpBuffer(key).pttl(key)
  const answers = await results(pipeline)
  const now = Date.now()
  return keys.flatMap((key, at) => {
    const value = answers[2 * at] as Buffer | null
    const ttl = answers[2 * at + 1] as number
    if (value === null) return []
    const saved = { database, key: new BSON.Binary(key), value: new BSON.Binary(value) }
    return [ttl < 0 ? saved : { ...saved, expiresAt: now + ttl }]
  })
}

/** Puts saved keys in place of all there are, in one transaction. What has expired since stays away. */
export async function restoreRedis(client: Redis, folder: string): Promise<void> {
  const bytes = await readFile(join(folder, file))
  const transaction = client.multi().flushall()
  for (let at = 0; at < bytes.length; at += bytes.readInt32LE(at)) {
    const saved = BSON.deserialize(bytes.subarray(at, at + bytes.readInt32LE(at)))
    const { database, key, value, expiresAt = 0 } = saved as SavedKey
    transaction.select(database)
    transaction.restore(Buffer.from(key.buffer), expiresAt, Buffer.from(value.buffer), 'REPLACE', 'ABSTTL')
  }
  await results(transaction)
}

async function results(pipeline: { exec(): Promise<[Error | null, unknown][] | null> }): Promise<unknown[]> {
  const answers = (await pipeline.exec()) ?? []
  return answers.map(([error, answer]) => {
    if (error) throw error
    return answer
  })
}
