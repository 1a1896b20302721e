import { readEnv } from '@insula/contracts/env'
import { Redis } from 'ioredis'
import { z } from 'zod'

const CacheEnv = z.object({
  REDIS_CACHE_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must be a Redis address')
    .meta({ example: 'redis://cache.example.com:6379/1' }),
})
export const cacheEnv = () => readEnv(CacheEnv)

let client: Redis | undefined

/**
 * The Redis for limits and live messages, apart from the one that holds the queues. Commands fail within two seconds
 * when it is away; each caller says what that means for it.
 */
export function cache(): Redis {
  client ??= new Redis(cacheEnv().REDIS_CACHE_URL, {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: true,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
  }).on('error', () => {})
  return client
}

export async function closeCache(): Promise<void> {
  client?.disconnect()
  client = undefined
}
