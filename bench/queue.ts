import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@insula/core/kernel/log'
import { closeQueues, defineJob, enqueue, queueOf, workerConnection } from '@insula/jobs'
import { freePort } from '@insula/local-kit/port'
import { Queue, Worker } from 'bullmq'
import { z } from 'zod'
import { createMetrics } from '../apps/worker/src/metrics.ts'
import { processorOf } from '../apps/worker/src/processor.ts'
import { workerOptions } from '../apps/worker/src/workers.ts'
import { compare, rateOf } from './rounds.ts'

// Jobs a second: our way of adding and handling them (contract, deduplication, log, metrics, refusals) against plain BullMQ, both at
// sixteen at once on one real Redis with its file synced every second.

const dataDir = await mkdtemp(join(tmpdir(), 'insula-bench-'))
const port = await freePort()
const flags = { port: String(port), dir: dataDir, save: '', appendonly: 'yes', bind: '127.0.0.1' }
const redis = spawn(
  'redis-server',
  Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
  { stdio: 'ignore' },
)
process.env.REDIS_URL = `redis://127.0.0.1:${port}`
const connection = workerConnection()
const bareConnection = workerConnection()

const job = defineJob('tenants.do-nothing', {
  payload: z.strictObject({ tenantId: z.string(), fileId: z.string(), run: z.int() }),
  attempts: 5,
  backoffMs: [1_000],
  key: ({ fileId, run }) => `${fileId}-${run}`,
})
let run = 0
function nextPayload() {
  run += 1
  return { tenantId: 'ten_01h455vb4pex5vsknk084sn02q', fileId: 'fil_01h455vb4pex5vsknk084sn02q', run }
}
const handled = new Map([[job.name, { contract: job, handle: async () => {} }]])
const ourProcess = processorOf(createLog('worker', 'info'), createMetrics(), handled)
const bareQueue = new Queue('bare', { connection: bareConnection })
const options = { attempts: 5, removeOnComplete: { count: 200, age: 3_600 } }

await compare({
  what: 'jobs added, 32 in flight',
  unit: 'jobs',
  ours: {
    name: 'enqueue',
    async round(durationMs) {
      const rate = await rateOf(32, durationMs, () => enqueue(job, nextPayload()))
      await queueOf(job.queue).obliterate({ force: true })
      return rate
    },
  },
  bare: {
    name: 'queue.add',
    async round(durationMs) {
      const rate = await rateOf(32, durationMs, () => bareQueue.add(job.name, nextPayload(), options))
      await bareQueue.obliterate({ force: true })
      return rate
    },
  },
  hold: 0.6,
  aim: 0.8,
})

/** Adds so many jobs first and then measures how fast they are handled, and nothing else. */
async function handle(queue: Queue, worker: Worker, durationMs: number): Promise<number> {
  const count = Math.ceil(durationMs * 5)
  for (let first = 0; first < count; first += 1_000) {
    const bulk = Array.from({ length: Math.min(1_000, count - first) }, () => ({
      name: job.name,
      data: nextPayload(),
      opts: options,
    }))
    await queue.addBulk(bulk)
  }
  let left = count
  const { promise, resolve } = Promise.withResolvers<void>()
  worker.on('completed', () => {
    left -= 1
    if (left === 0) resolve()
  })
  const started = performance.now()
  void worker.run()
  await promise
  const rate = (count * 1_000) / (performance.now() - started)
  await worker.close()
  return rate
}

await compare({
  what: 'jobs handled, 16 at once',
  unit: 'jobs',
  ours: {
    name: 'worker',
    round: (durationMs) =>
      handle(
        queueOf(job.queue),
        new Worker(job.queue, (one, token, signal) => ourProcess(one, token, signal), {
          ...workerOptions(job.queue, connection),
          autorun: false,
        }),
        durationMs,
      ),
  },
  bare: {
    name: 'bare BullMQ',
    round: (durationMs) =>
      handle(
        bareQueue,
        new Worker('bare', async () => {}, { connection: bareConnection, concurrency: 16, autorun: false }),
        durationMs,
      ),
  },
  hold: 0.85,
  aim: 0.95,
})

await bareQueue.close()
await closeQueues()
connection.disconnect()
bareConnection.disconnect()
redis.kill()
await once(redis, 'exit')
await rm(dataDir, { recursive: true })
