import { Refusal } from '@insula/contracts'
import { consume } from '@insula/core/identity'
import { clientAddressHeader } from '@insula/core/kernel/origin'
import type { MiddlewareHandler } from 'hono'
import { apiEnv } from '../env.ts'
import { networkOf } from './address.ts'

/** Refuses a query whose percent-encoding says no text: what stands for it would be another's guess. Paths are read before. */
export function refuseMalformed(): MiddlewareHandler {
  return async (c, next) => {
    for (const part of new URL(c.req.url).search.slice(1).split('&')) {
      try {
        decodeURIComponent(part)
      } catch {
        const [field] = part.split('=', 1)
        throw new Refusal(
          'invalid',
          'The address is not valid percent-encoded UTF-8.',
          field ? { field } : {},
        )
      }
    }
    await next()
  }
}

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

interface Rule {
  max: number
  /** Seconds. */
  window: number
}

/**
 * Stops floods, and says when to come back. Generous, since plans have limits of their own. Open when Redis is
 * away, for what it guards is guarded again inside.
 */
export const limitRate = (): MiddlewareHandler =>
  limited('http', { max: apiEnv().RATE_LIMIT_PER_MINUTE, window: 60 })

/**
 * A narrower limit for one route, counted by client network and by `name`, which is the route's and not the path's: no
 * spelling of an address is counted apart. Open when Redis is away, as above.
 */
export const limitRoute = (name: string, rule: Rule): MiddlewareHandler => limited(`route:${name}`, rule)

function limited(name: string, rule: Rule): MiddlewareHandler {
  return async (c, next) => {
    const consumed = await consume(name, callerOf(c.req.raw.headers), rule).catch(() => null)
    if (consumed && !consumed.allowed) {
      const seconds = consumed.retryAfter ?? rule.window
      throw new Refusal('rate_limited', `Too many requests. Try again in ${seconds} s.`, {
        retryAfterSeconds: seconds,
      })
    }
    await next()
  }
}

/** The client network that limits count. Throws `unavailable` where the host does not tell. */
export function callerOf(headers: Headers): string {
  const address = headers.get(clientAddressHeader)
  if (!address) throw unknownCaller()
  return networkOf(address)
}

/** Where the host tells no address, limits would count nobody: then nobody is served. */
export const unknownCaller = () =>
  new Refusal(
    'unavailable',
    'This server is not told where calls come from, and serves none it cannot count. Whoever runs it: serve the API from the gateway, or with SERVE_API=1 from the console’s own server.',
  )
