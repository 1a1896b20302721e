import { CannotStart } from '@insula/contracts/env'
import { createLog } from '@insula/core/kernel/log'
import { processState } from '@insula/core/kernel/process/state'
import { onStopSignal } from '@insula/core/kernel/process/stop'
import { reportFailedEffects, shutDown, startUp } from '@insula/core/wiring/start-up'
import { foldOlderRows } from '@insula/db'
import { mailEnv, objectStoreEnv, stripeEnv } from '@insula/providers/env'
import { workerEnv } from './env.ts'
import { images } from './handlers/files.ts'
import { serveHealth } from './health.ts'
import { createMetrics } from './metrics.ts'
import { keepSchedules } from './schedules.ts'
import { startWorkers } from './workers.ts'

const drainTimeoutMs = 28_000

await becomeReady()
const env = workerEnv()
const log = createLog('worker', env.LOG_LEVEL)
reportFailedEffects((error) =>
  log.warn({ err: error }, 'what follows a commit could not be queued; a sweep will'),
)
const metrics = createMetrics()
const workers = startWorkers(log, metrics)
const stopSchedules = await keepSchedules(log)
const health = await serveHealth(env.WORKER_PORT, metrics.registry)
log.info({ port: health.port }, 'worker started')
// Searches find older rows meanwhile, only less well.
foldOlderRows().catch((error: unknown) => log.warn({ err: error }, 'older rows could not be folded'))

onStopSignal(async (signal) => {
  log.info({ signal }, 'worker draining')
  processState().stopping = true
  stopSchedules()
  const outcome = await workers.drain(drainTimeoutMs)
  images.close()
  await health.door.stop({ delayMs: 0, homeMs: 0, patienceMs: 1_000 })
  await shutDown()
  log.info({ outcome }, 'worker stopped')
})

/**
 * Reads the environment, which must be complete, and makes sure of the indexes: deduplication rests on them, so that
 * without them no job may run. MongoDB may come up after us; a minute is enough for it, then it is better to fail loudly.
 */
async function becomeReady(): Promise<void> {
  const tries = 12
  for (let tried = 1; ; tried += 1) {
    try {
      return await startUp([workerEnv, mailEnv, stripeEnv, objectStoreEnv])
    } catch (error) {
      if (error instanceof CannotStart) {
        process.stderr.write(`${error.message}\n`)
        process.exit(1)
      }
      if (tried === tries) throw error
      process.stderr.write(`Waiting for MongoDB: ${error instanceof Error ? error.message : error}\n`)
    }
  }
}
