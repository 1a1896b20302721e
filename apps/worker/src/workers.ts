import { availableParallelism } from 'node:os'
import { type QueueName, queueNames } from '@insula/contracts'
import type { Log } from '@insula/core/kernel/log'
import { workerConnection } from '@insula/jobs'
import { queuePrefix } from '@insula/jobs/env'
import { type ConnectionOptions, Worker, type WorkerOptions } from 'bullmq'
import { handled } from './handlers/index.ts'
import type { Metrics } from './metrics.ts'
import { backoffOf, processorOf } from './processor.ts'

/**
 * Jobs at a time. Files are bound by the processor, everything else waits for somebody. One more than there are processors,
 * which no tenant can have alone; see `inTurn`.
 */
const concurrency = (queue: QueueName) => (queue === 'files' ? availableParallelism() + 1 : 16)

export const workerOptions = (queue: QueueName, connection: ConnectionOptions): WorkerOptions => ({
  connection,
  prefix: queuePrefix(),
  concurrency: concurrency(queue),
  // A worker that died is noticed after at most both together, and its jobs start anew elsewhere.
  lockDuration: 15_000,
  stalledInterval: 5_000,
  // Only a job that takes the worker down each time is given up.
  maxStalledCount: 5,
  settings: { backoffStrategy: (attemptsMade, _type, _error, job) => backoffOf(job?.name, attemptsMade) },
})

export interface Workers {
  /** Takes no new job and waits for those under way; after `timeoutMs` they are told to stop and left to be repeated. */
  drain(timeoutMs: number): Promise<'drained' | 'cut'>
}

/** Starts taking jobs from every queue. */
export function startWorkers(log: Log, metrics: Metrics, known = handled): Workers {
  const connection = workerConnection().on('error', (error) => log.warn({ err: error }, 'redis'))
  const processJob = processorOf(log, metrics, known)
  const workers = queueNames.map((queue) =>
    new Worker(
      queue,
      (job, token, signal) => processJob(job, token, signal),
      workerOptions(queue, connection),
    ).on('error', (error) => log.warn({ err: error, queue }, 'queue')),
  )
  return {
    async drain(timeoutMs) {
      const closed = Promise.all(workers.map((worker) => worker.close()))
      const timer = Promise.withResolvers<'cut'>()
      const timeout = setTimeout(() => timer.resolve('cut'), timeoutMs)
      const outcome = await Promise.race([closed.then(() => 'drained' as const), timer.promise])
      clearTimeout(timeout)
      if (outcome === 'cut') for (const worker of workers) worker.cancelAllJobs('the worker is stopping')
      connection.disconnect()
      return outcome
    },
  }
}
