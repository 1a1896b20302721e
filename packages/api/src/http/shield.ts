import { Refusal } from '@insula/contracts'
import { consume } from '@insula/core/identity/limits'
import { clientAddressHeader } from '@insula/core/identity/origin'
import type { MiddlewareHandler } from 'hono'
import { apiEnv } from '../env.ts'
import { networkOf } from './address.ts'

const changes = (method: string) => method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'

/**
 * Refuses a change that a page of another origin made a browser send. Programs with an API key carry no Origin and no
 * cookie and pass.
 */
export function refuseForeignOrigin(appUrl: string): MiddlewareHandler {
  const own = new URL(appUrl).origin
  return async (c, next) => {
    const origin = c.req.header('origin')
    const site = c.req.header('sec-fetch-site')
    const foreign = (origin !== undefined && origin !== own) || site === 'cross-site'
    if (changes(c.req.method) && foreign) {
      throw new Refusal('forbidden', 'This request came from a page of another origin.')
    }
    await next()
  }
}

/**
 * Stops floods, and says when to come back. Generous, since plans have limits of their own. Open when Redis is
 * away, for what it guards is guarded again inside.
 */
export function limitRate(): MiddlewareHandler {
  const rule = { max: apiEnv().RATE_LIMIT_PER_MINUTE, window: 60 }
  return async (c, next) => {
    const address = c.req.header(clientAddressHeader)
    if (!address) return next()
    const consumed = await consume('http', networkOf(address), rule).catch(() => null)
    if (consumed && !consumed.allowed) {
      const seconds = consumed.retryAfter ?? rule.window
      throw new Refusal('rate_limited', `Too many requests. Try again in ${seconds} s.`, {
        retryAfterSeconds: seconds,
      })
    }
    await next()
  }
}
