import { EnvError, requireEnv } from '@insula/contracts/env'
import { coreEnv } from '@insula/core/env'
import { connectDb, disconnectDb, prepareDb } from '@insula/db'
import { dbEnv } from '@insula/db/env'
import { closeQueues } from '@insula/jobs'
import { jobsEnv } from '@insula/jobs/env'
import { cacheEnv, closeCache } from '@insula/providers/cache'
import { mailEnv, objectStoreEnv, paymentsEnv } from '@insula/providers/env'
import { workerEnv } from './env.ts'
import { images } from './handlers/files.ts'
import { serveHealth } from './health.ts'
import { createLog, type Log } from './log.ts'
import { createMetrics } from './metrics.ts'
import { keepSchedules } from './schedules.ts'
import { startWorkers } from './workers.ts'

const drainTimeoutMs = 28_000
const databaseTries = 12

try {
  requireEnv(workerEnv, dbEnv, jobsEnv, cacheEnv, coreEnv, mailEnv, paymentsEnv, objectStoreEnv)
} catch (error) {
  if (!(error instanceof EnvError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}

const env = workerEnv()
const log = createLog(env.LOG_LEVEL)

await reachDatabase(log)
// Deduplication rests on unique indexes: without them no job may run.
await prepareDb()
const metrics = createMetrics()
const workers = startWorkers(log, metrics)
const stopSchedules = await keepSchedules(log)
const health = await serveHealth(env.WORKER_PORT, metrics.registry)
log.info({ port: health.port }, 'worker started')

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal))

async function stop(signal: string): Promise<void> {
  log.info({ signal }, 'worker draining')
  stopSchedules()
  const outcome = await workers.drain(drainTimeoutMs)
  images.close()
  health.server.close()
  await Promise.allSettled([closeQueues(), closeCache(), disconnectDb()])
  log.info({ outcome }, 'worker stopped')
  process.exit(0)
}

/** MongoDB may come up after us; a minute is enough for it, and then it is better to fail loudly. */
async function reachDatabase(log: Log): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await connectDb()
    } catch (error) {
      if (tried === databaseTries) throw error
      log.warn({ err: error, tried }, 'waiting for MongoDB')
    }
  }
}
