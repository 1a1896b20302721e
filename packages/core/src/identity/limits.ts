import { createHash } from 'node:crypto'
import { answeredInTime } from '@insula/contracts/deadline'
import { cache } from '@insula/providers/cache'
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'

const limiters = new Map<string, RateLimiterRedis>()

function limiterFor(name: string, points: number, seconds: number): RateLimiterRedis {
  const id = `${name}:${points}:${seconds}`
  const known = limiters.get(id)
  if (known) return known
  const limiter = new RateLimiterRedis({
    storeClient: cache(),
    keyPrefix: `limit:${id}`,
    points,
    duration: seconds,
  })
  limiters.set(id, limiter)
  return limiter
}

/** Secrets and addresses do not stand in Redis in the clear. */
const hashed = (key: string) => createHash('sha256').update(key).digest('base64url')

export interface Consumed {
  allowed: boolean
  /** Seconds; null when allowed. */
  retryAfter: number | null
}

/** A limit is a small part of what a request does, and may take no more of its time. */
const patienceMs = 250

/**
 * Takes one of `max` in `window` seconds, counted in Redis for all processes together. Throws when Redis does
 * not answer: what is guarded by this must not be open because its guard is away.
 */
export async function consume(
  name: string,
  key: string,
  rule: { max: number; window: number },
): Promise<Consumed> {
  try {
    await answeredInTime(limiterFor(name, rule.max, rule.window).consume(hashed(key)), patienceMs, 'Redis')
    return { allowed: true, retryAfter: null }
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused
    return { allowed: false, retryAfter: Math.max(1, Math.ceil(refused.msBeforeNext / 1_000)) }
  }
}

/** Wrong passwords for one account: ten in a quarter of an hour, wherever they come from. */
const accountRule = { max: 10, window: 900 }

/** Seconds until the account may try again, or null. */
export async function accountLockedFor(email: string): Promise<number | null> {
  const state = await limiterFor('account', accountRule.max, accountRule.window).get(hashed(email))
  if (!state || state.consumedPoints < accountRule.max) return null
  return Math.max(1, Math.ceil(state.msBeforeNext / 1_000))
}

export const countWrongPassword = (email: string) => consume('account', email, accountRule)

export async function forgetWrongPasswords(email: string): Promise<void> {
  await limiterFor('account', accountRule.max, accountRule.window).delete(hashed(email))
}
