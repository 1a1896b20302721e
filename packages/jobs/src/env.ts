import { readEnv } from '@insula/contracts/env'
import { z } from 'zod'

const JobsEnv = z.object({
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must be a Redis address')
    .meta({ example: 'redis://queue.example.com:6379/0' }),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[\w{}.-]{1,100}$/, 'may hold letters, digits, dots, dashes, underscores and one part in braces')
    .default('{insula}')
    .meta({
      example: '{insula}',
      description:
        'Keys of the queues start with this. Braces keep them on one node of a Redis Cluster, as BullMQ needs',
    }),
})

export const jobsEnv = () => readEnv(JobsEnv)

/** Keys of the queues start with this, so that installations (and test runs) can share one Redis. */
export const queuePrefix = () => jobsEnv().QUEUE_PREFIX
