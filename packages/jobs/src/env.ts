import { readEnv } from '@insula/contracts/env'
import { z } from 'zod'

const JobsEnv = z.object({
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must be a Redis address')
    .meta({ example: 'redis://queue.example.com:6379/0' }),
})

export const jobsEnv = () => readEnv(JobsEnv)

/** Keys of the queues start with this, so that installations (and test runs) can share one Redis. */
export const queuePrefix = () => process.env.QUEUE_PREFIX || 'insula'
