import { type QueueName, queueNames } from '@insula/contracts'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import type { z } from 'zod'
import type { JobContract } from './define.ts'
import { jobsEnv, queuePrefix } from './env.ts'

let connection: Redis | undefined
const queues = new Map<QueueName, Queue>()

/**
 * For adding jobs: fails at once when Redis is away, because the caller is a request, and the outbox sweep
 * brings up later what could not be queued now.
 */
function producerConnection(): Redis {
  connection ??= new Redis(jobsEnv().REDIS_URL, {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
  }).on('error', () => {})
  return connection
}

/** A connection for workers, which wait for Redis for as long as it takes. The caller closes it. */
export const workerConnection = (): Redis =>
  new Redis(jobsEnv().REDIS_URL, { maxRetriesPerRequest: null, connectTimeout: 2_000 })

export function queueOf(name: QueueName): Queue {
  const known = queues.get(name)
  if (known) return known
  const queue = new Queue(name, { connection: producerConnection(), prefix: queuePrefix() })
  queue.on('error', () => {})
  queues.set(name, queue)
  return queue
}

export const allQueues = () => queueNames.map(queueOf)

/** How much of what is over stays to be looked at. */
export const jobRetention = {
  removeOnComplete: { count: 200, age: 3_600 },
  removeOnFail: { count: 1_000 },
} as const

const reachTimeoutMs = 3_000

/** Puts a job where a worker finds it. Throws when Redis does not take it within three seconds. */
export async function enqueue<Payload extends z.ZodType>(
  job: JobContract<Payload>,
  payload: z.infer<Payload>,
  delayMs = 0,
): Promise<void> {
  const queue = queueOf(job.queue)
  if (!reached.has(queue)) await reach(queue)
  const key = job.key(payload)
  await queue.add(job.name, job.payload.parse(payload), {
    // A jobId stays taken while the finished job is still kept for show. An equal job that comes while one runs may tell of
    // something which the running one has already read past, so it runs once more after it, unless it is one for ever.
    ...(job.once ? { jobId: key } : { deduplication: { id: `${job.name}-${key}`, keepLastIfActive: true } }),
    attempts: job.attempts,
    backoff: { type: 'steps' },
    delay: delayMs,
    ...jobRetention,
  })
}

const reached = new WeakSet<Queue>()

/** A queue whose first connection was never made waits for it without end; one that was connected once fails at once. */
async function reach(queue: Queue): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('Redis does not answer')), reachTimeoutMs)
  await Promise.race([queue.waitUntilReady(), late]).finally(() => clearTimeout(timer))
  reached.add(queue)
}

export async function closeQueues(): Promise<void> {
  await Promise.all([...queues.values()].map((queue) => queue.close()))
  queues.clear()
  connection?.disconnect()
  connection = undefined
}

/** Round trip in milliseconds; throws when Redis does not answer. */
export async function pingQueues(): Promise<number> {
  await queueOf('events').waitUntilReady()
  const started = performance.now()
  await producerConnection().ping()
  return performance.now() - started
}
