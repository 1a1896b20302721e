import type { MiddlewareHandler } from 'hono'

const ownNames = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Lets only this machine's own pages in. A foreign site that a browser has open may send requests here, too: it is
 * known by its Origin, or, where it has pointed a name of its own at 127.0.0.1, by the Host.
 */
export const onlyOwnOrigin: MiddlewareHandler = async (context, next) => {
  const host = context.req.header('host') ?? ''
  if (!ownNames.has(nameOf(host))) {
    return context.text(`This page is for this machine only, and not for ${host}.`, 421)
  }
  const origin = context.req.header('origin')
  const sameSite = context.req.header('sec-fetch-site') ?? 'same-origin'
  const foreign =
    origin === undefined ? !['same-origin', 'none'].includes(sameSite) : origin !== `http://${host}`
  if (context.req.method !== 'GET' && foreign) {
    return context.text('Another site may not give orders to the local cloud.', 403)
  }
  if (context.req.method === 'POST' && !isJson(context.req.header('content-type'))) {
    return context.text('Send JSON with content-type: application/json.', 415)
  }
  return await next()
}

/** The page runs its own script and nothing else, also where a mail's or an object's name says otherwise. */
export const policy: MiddlewareHandler = async (context, next) => {
  await next()
  const { headers } = context.res
  headers.set('x-content-type-options', 'nosniff')
  headers.set('referrer-policy', 'no-referrer')
  headers.set('cache-control', 'no-store')
  if (headers.has('content-security-policy')) return
  headers.set(
    'content-security-policy',
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  )
}

const nameOf = (host: string) => host.replace(/:\d+$/, '')
const isJson = (type = '') => /^application\/json\b/i.test(type)
