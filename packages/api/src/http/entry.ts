import { createHash, randomUUID } from 'node:crypto'
import { Refusal } from '@insula/contracts'
import { sessionTokenOf } from '@insula/core/identity'
import { clientAddressHeader, requestIdHeader } from '@insula/core/kernel/origin'
import { securityHeaders } from '@insula/core/kernel/process/headers'
import { processState } from '@insula/core/kernel/process/state'
import { sendableHome } from '@insula/core/kernel/process/streams'
import { readTarget } from '@insula/core/kernel/process/target'
import type { MiddlewareHandler } from 'hono'
import { apiEnv } from '../env.ts'
import { allProcedures } from '../procedures.ts'
import { addressOf, forwardedUnread } from './address.ts'
import type { AppBindings } from './bindings.ts'
import { log } from './log.ts'
import { MethodNotAllowed } from './methods.ts'
import { observeRequest, routeOf } from './metrics.ts'
import { refuse } from './refuse.ts'

/**
 * The first and last of every request: gives it an id and the client's address, refuses a path that could be read in
 * two ways or a method that no Request can have, and puts on the answer what every answer carries. `methodsAt` tells
 * what there is at a path.
 */
export function enter(
  methodsAt: (path: string) => string[] = () => ['GET', 'HEAD'],
): MiddlewareHandler<{ Bindings: AppBindings }> {
  const { APP_URL, TRUSTED_PROXIES } = apiEnv()
  const everywhere = Object.entries(securityHeaders(APP_URL))
  const procedures: ReadonlySet<string> = new Set(allProcedures().map(({ path }) => path))
  return async (c, next) => {
    const started = performance.now()
    const requestId = c.env?.requestId ?? `req_${randomUUID()}`
    const headers = new Headers(c.req.raw.headers)
    const forwardedFor = headers.get('x-forwarded-for')
    if (forwardedFor !== null && TRUSTED_PROXIES === 0) tellOfProxy()
    headers.set(requestIdHeader, requestId)
    headers.delete(clientAddressHeader)
    const address = addressOf(forwardedFor, c.env?.remoteAddress, TRUSTED_PROXIES)
    if (address) headers.set(clientAddressHeader, address)
    const asked = c.req.method
    c.req.raw = withHeaders(c.req.raw, headers)

    if (isSayable(asked)) await next()
    else c.res = refuse(c, new MethodNotAllowed(asked, methodsAt(c.req.path)))
    const { body } = c.res
    if (body && c.res.headers.get('content-type')?.startsWith('text/event-stream')) {
      c.res = new Response(sendableHome(body, holderOf(headers)), c.res)
    }
    c.res.headers.set(requestIdHeader, requestId)
    for (const [name, value] of everywhere) {
      if (!c.res.headers.has(name)) c.res.headers.set(name, value)
    }
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'private, no-store')
    const route = routeOf(c, procedures)
    const { method } = c.req
    const { status } = c.res
    const durationMs = performance.now() - started
    observeRequest(method, route, status, durationMs)
    log().debug({ method, route, status, durationMs: Math.round(durationMs), requestId }, 'request')
  }
}

/** Reads the path for hosts that hand requests over without our own server in front, which has read it already. */
export const refuseOddPaths = (): MiddlewareHandler<{ Bindings: AppBindings }> => async (c, next) => {
  if (c.env?.requestId === undefined) {
    const target = readTarget(new URL(c.req.url).pathname)
    if ('wrong' in target) throw new Refusal('invalid', target.wrong)
  }
  await next()
}

/** Who holds a stream: a session or a key, whatever else the request carries. */
const holderOf = (headers: Headers) =>
  createHash('sha256')
    .update(sessionTokenOf(headers) ?? headers.get('authorization') ?? '')
    .digest('base64url')

/** Once a process: a proxy that is not counted makes one client of all who come through it. */
function tellOfProxy(): void {
  const state = processState()
  if (state.forwardedUnread) return
  state.forwardedUnread = true
  log().warn(forwardedUnread)
}

/** The Fetch standard has no Request with one of these, and nothing here wants one. */
const isSayable = (method: string) => !/^(?:connect|trace|track)$/i.test(method)

/** Made from the parts, since some hosts hand over a stand-in that cannot be copied as a Request. */
function withHeaders(request: Request, headers: Headers): Request {
  const { url, signal } = request
  if (!isSayable(request.method)) return new Request(url, { headers, signal })
  const { method, body } = request
  return new Request(url, { method, headers, signal, ...(body && { body, duplex: 'half' }) } as RequestInit)
}
