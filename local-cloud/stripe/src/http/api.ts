import { setTimeout as wait } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import type { Faults } from '@insula/local-kit/faults'
import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { apiVersion, type Cloud } from '../cloud.ts'
import { newId } from '../ids.ts'
import { injectedError, notImplemented, refuse, StripeError } from './errors.ts'
import { expand, type Includables } from './expand.ts'
import { parseForm } from './form.ts'
import { Idempotency, type Reply } from './idempotency.ts'
import { knownOperations, readParameters } from './parameters.ts'
import type { Route } from './routes.ts'

interface Parts {
  cloud: Cloud
  faults: Faults
  apiKey: string
  routes: Route[]
  includables: Includables
}

type Env = { Bindings: HttpBindings }

/** Stripe's HTTP API under `/v1`: who asks, which version, read, do once, answer. */
export function stripeApi(parts: Parts): Hono<Env> {
  const app = new Hono<Env>()
  const idempotency = new Idempotency(parts.cloud.store)
  const known = new Map(parts.routes.map((route) => [route.operation, route]))
  // Fewer placeholders first: `customers/search` is no customer's id, implemented or not.
  const placeholders = (operation: string): number => operation.split('{}').length
  for (const operation of knownOperations.toSorted((a, b) => placeholders(a) - placeholders(b))) {
    const [verb, path] = operation.split(' ') as [string, string]
    let slots = 0
    const pattern = path.replaceAll('{}', () => `:id${++slots}`)
    const route = known.get(operation) ?? operation
    app.on(verb, pattern, (c) => answer(c, parts, idempotency, route))
  }
  app.all('/v1/*', (c) => answer(c, parts, idempotency, undefined))
  return app
}

async function answer(
  c: Context<Env>,
  parts: Parts,
  idempotency: Idempotency,
  route: Route | string | undefined,
): Promise<Response> {
  const requestId = newId('req', 14)
  const held: { release: () => void } = { release: () => {} }
  try {
    authenticate(c, parts.apiKey)
    checkVersion(c)
    if (route === undefined) throw unknownRoute(c.req.method, c.req.path)
    if (typeof route === 'string') throw notImplemented(route)
    const body = c.req.method === 'POST' ? await c.req.text() : new URL(c.req.url).search.slice(1)
    const key = c.req.method === 'POST' ? c.req.header('idempotency-key') : undefined
    if (key !== undefined) {
      if (key.length > 255) throw refuse('Idempotency keys have at most 255 characters.')
      held.release = idempotency.hold(key)
    }
    if (parts.faults.delayMs > 0) await wait(parts.faults.delayMs)
    const failure = parts.faults.takeFailure()
    if (failure !== undefined) throw injectedError(failure)
    const fingerprint = Idempotency.fingerprint(`${c.req.method} ${c.req.path}`, body)
    const earlier = key === undefined ? undefined : idempotency.find(key, fingerprint)
    if (earlier)
      return send(c, parts, earlier, { 'Idempotent-Replayed': 'true', 'Original-Request': earlier.requestId })
    const reply = work(c, parts, route, body, requestId, (made) => {
      if (key !== undefined) idempotency.keep(key, fingerprint, made)
    })
    return send(c, parts, reply)
  } catch (error) {
    if (!(error instanceof StripeError)) console.error(error)
    return send(c, parts, asReply(error, requestId))
  } finally {
    held.release()
  }
}

function work(
  c: Context,
  parts: Parts,
  route: Route,
  body: string,
  requestId: string,
  keep: (reply: Reply) => void,
): Reply {
  const { cloud } = parts
  const params = readParameters(route.operation, route.takes, parseForm(body))
  const ids = Object.values(c.req.param() as Record<string, string>).map((id) => decodeURIComponent(id))
  cloud.asker = { requestId, idempotencyKey: c.req.header('idempotency-key') ?? null }
  try {
    return cloud.store.transaction(() => {
      const object = route.run(cloud, params, ...ids)
      const shown = expand(cloud, object, (params.expand as string[] | undefined) ?? [], parts.includables)
      const reply: Reply = { status: 200, body: JSON.stringify(shown, null, 2), requestId }
      keep(reply)
      return reply
    }, keepsWork)
  } catch (error) {
    const reply = asReply(error, requestId)
    keep(reply)
    if (!(error instanceof StripeError)) console.error(error)
    return reply
  } finally {
    cloud.asker = { requestId: null, idempotencyKey: null }
  }
}

/** A declined card's intent, charge and events stay. */
const keepsWork = (error: unknown): boolean => error instanceof StripeError && error.keepsWork

function asReply(error: unknown, requestId: string): Reply {
  const known =
    error instanceof StripeError
      ? error
      : new StripeError(500, {
          type: 'api_error',
          message: `The local cloud's Stripe failed: ${String(error)}`,
        })
  return { status: known.status, body: JSON.stringify({ error: known.body }, null, 2), requestId }
}

function send(c: Context<Env>, parts: Parts, reply: Reply, more: Record<string, string> = {}): Response {
  if (parts.faults.takeDrop()) {
    c.env.incoming.socket.destroy()
    return new Response(null)
  }
  const key = c.req.method === 'POST' ? c.req.header('idempotency-key') : undefined
  return c.body(reply.body, reply.status as ContentfulStatusCode, {
    'Content-Type': 'application/json',
    'Request-Id': reply.requestId,
    'Stripe-Version': apiVersion,
    'Cache-Control': 'no-cache, no-store',
    ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    ...(reply.status === 429 || reply.status >= 500 ? { 'Stripe-Should-Retry': 'true' } : {}),
    ...more,
  })
}

function authenticate(c: Context, apiKey: string): void {
  const header = c.req.header('authorization') ?? ''
  const basic = /^Basic (.+)$/i.exec(header)
  const sent = basic
    ? Buffer.from(basic[1]!, 'base64').toString().split(':', 1)[0]!
    : header.replace(/^Bearer /i, '')
  if (sent === apiKey) return
  const message =
    sent === ''
      ? "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
      : `Invalid API Key provided: ${sent.slice(0, 8)}${'*'.repeat(Math.max(0, sent.length - 12))}${sent.length > 12 ? sent.slice(-4) : ''}`
  throw refuse(message, { status: 401 })
}

function checkVersion(c: Context): void {
  const version = c.req.header('stripe-version')
  if (version === undefined || version === apiVersion || version === apiVersion.split('.', 1)[0]) return
  throw refuse(`The local cloud's Stripe speaks API version ${apiVersion} only, not ${version}.`)
}

function unknownRoute(verb: string, path: string): StripeError {
  return refuse(
    `Unrecognized request URL (${verb}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
    { status: 404 },
  )
}
