import { createHash } from 'node:crypto'
import { Refusal } from '@insula/contracts'
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
const guessRule = { max: 10, window: 900 }
const guesses = () => limiterFor('account', guessRule.max, guessRule.window)

export interface Guess {
  /** Whether the account is locked if this guess is wrong. */
  last: boolean
  /** For a password that was right: it counts as no guess. */
  giveBack(): Promise<void>
  /** Does what judging the password needs. When that fails nothing was judged, and it counts as no guess. */
  judge<Result>(work: () => Promise<Result>): Promise<Result>
}

/**
 * Takes one of the guesses that an address has before a password is judged, so that of many at once no more than those
 * are. `email` is in its one spelling. Throws `rate_limited` when none is left, and `unavailable` when they cannot be
 * counted.
 */
export async function takeGuess(email: string): Promise<Guess> {
  const key = hashed(email)
  try {
    const { remainingPoints } = await guesses().consume(key)
    const giveBack = async () => void (await guesses().reward(key))
    return {
      last: remainingPoints === 0,
      giveBack,
      async judge(work) {
        try {
          return await work()
        } catch (error) {
          // The lock ends by itself; what failed is what the caller has to hear.
          await giveBack().catch(() => {})
          throw error
        }
      },
    }
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw uncounted()
    const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1_000))
    const minutes = Math.ceil(seconds / 60)
    throw new Refusal(
      'rate_limited',
      `Too many wrong passwords. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, or reset your password.`,
      { retryAfterSeconds: seconds },
    )
  }
}

/** Unlocks the account of whoever has just proven to own its address. */
export async function forgetGuesses(email: string): Promise<void> {
  await guesses().delete(hashed(email))
}

/**
 * Takes one of what a network may ask of one route. Throws `rate_limited`, and `unavailable` when it cannot be counted.
 */
export async function takeTurn(
  route: string,
  network: string,
  rule: { max: number; window: number },
): Promise<void> {
  const consumed = await consume(`auth${route}`, network, rule).catch(() => {
    throw uncounted()
  })
  if (consumed.retryAfter === null) return
  throw new Refusal(
    'rate_limited',
    `Too many attempts from your network. Try again in ${consumed.retryAfter} s.`,
    {
      retryAfterSeconds: consumed.retryAfter,
    },
  )
}

const uncounted = () =>
  new Refusal('unavailable', 'This is not possible just now. Try again in a moment.', {
    retryAfterSeconds: 5,
  })
