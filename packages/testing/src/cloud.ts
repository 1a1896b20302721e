import { randomBytes } from 'node:crypto'
import { type Cloud, startCloud } from '@insula/local-cloud/start'
import { dropDatabases } from '@insula/local-mongo/mongod'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** One environment for each worker that runs test files at the same time, in the order of `VITEST_POOL_ID`. */
    clouds: Record<string, string>[]
    /** Begins the name of every database of this run. */
    run: string
  }
}

/**
 * Starts the local cloud once for a run of tests: one MongoDB and one Redis for all, and for each worker an S3, a
 * Stripe and a SendGrid of its own, so that files that run side by side see neither each other's mails nor faults.
 */
export default async function startForRun(project: TestProject): Promise<() => Promise<void>> {
  const run = `test_${randomBytes(4).toString('hex')}`
  // `npm test -- --mongo=URI` runs all of it on a real server
  const { MONGODB_URI: real } = process.env
  const first = await startCloud({ given: real ? { MONGODB_URI: real } : {} })
  const { MONGODB_URI, REDIS_URL } = first.env
  const others: Promise<Cloud>[] = []
  for (let worker = 2; worker <= project.vitest.config.maxWorkers; worker += 1) {
    others.push(startCloud({ given: { MONGODB_URI, REDIS_URL } }))
  }
  const clouds = [first, ...(await Promise.all(others))]
  project.provide('run', run)
  project.provide(
    'clouds',
    clouds.map((cloud, index) => ({ ...cloud.env, ...ownRedisDatabases(REDIS_URL, index) })),
  )
  return async () => {
    if (real) await dropDatabases(real, run)
    for (const cloud of clouds.reverse()) await cloud.close()
  }
}

/** Each worker has a database for the queue and one for the cache. */
function ownRedisDatabases(redisUrl: string, index: number) {
  const database = (number: number) => Object.assign(new URL(redisUrl), { pathname: `/${number}` }).href
  return { REDIS_URL: database(2 * index), REDIS_CACHE_URL: database(2 * index + 1) }
}
