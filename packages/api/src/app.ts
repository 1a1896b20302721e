import { randomUUID } from 'node:crypto'
import { Refusal } from '@insula/contracts'
import { auth } from '@insula/core/identity/auth'
import { clientAddressHeader, requestIdHeader } from '@insula/core/identity/origin'
import { prepare, reportFailedEffects } from '@insula/core/prepare'
import type { TRPCError } from '@trpc/server'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { stripeWebhook } from './billing/webhook.ts'
import { contextOf } from './context.ts'
import { apiEnv } from './env.ts'
import { addressOf } from './http/address.ts'
import { answerInTime } from './http/deadline.ts'
import { healthApp } from './http/health.ts'
import { log } from './http/log.ts'
import { metricsResponse, observeRequest } from './http/metrics.ts'
import { openApiDocument } from './http/openapi.ts'
import { failureOf } from './http/problem.ts'
import { referencePage } from './http/reference.ts'
import { maxBatch, refuse } from './http/refuse.ts'
import { restApp } from './http/rest.ts'
import { limitRate, refuseForeignOrigin } from './http/shield.ts'
import { appRouter } from './root.ts'

const maxBodyBytes = 256 * 1024

/** What the HTTP server knows beside the request itself. */
export interface AppBindings {
  /** The address at the other end of the socket; absent where the host does not tell. */
  remoteAddress?: string | undefined
}

/**
 * The one HTTP app: tRPC, REST, sign-in, incoming webhooks, health and metrics. The gateway serves it in a
 * process of its own; the console's catch-all route mounts the same for hosts that run one process.
 */
export function createApp() {
  const { APP_URL, TRUSTED_PROXIES } = apiEnv()
  const app = new Hono<{ Bindings: AppBindings }>()
  reportFailedEffects((error) =>
    log().warn({ err: error }, 'what follows a commit could not be queued; a sweep will'),
  )

  app.use(async (c, next) => {
    const started = performance.now()
    const requestId = `req_${randomUUID()}`
    const headers = new Headers(c.req.raw.headers)
    headers.set(requestIdHeader, requestId)
    headers.delete(clientAddressHeader)
    const address = addressOf(headers.get('x-forwarded-for'), c.env?.remoteAddress, TRUSTED_PROXIES)
    if (address) headers.set(clientAddressHeader, address)
    c.req.raw = withHeaders(c.req.raw, headers)
    await next()
    c.res.headers.set(requestIdHeader, requestId)
    c.res.headers.set('x-content-type-options', 'nosniff')
    c.res.headers.set('referrer-policy', 'same-origin')
    c.res.headers.set('x-frame-options', 'DENY')
    c.res.headers.set('cross-origin-opener-policy', 'same-origin')
    if (APP_URL.startsWith('https://')) {
      c.res.headers.set('strict-transport-security', 'max-age=63072000; includeSubDomains')
    }
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'private, no-store')
    observeRequest(c.req.method, c.req.path, c.res.status, performance.now() - started, requestId)
  })
  app.onError((error, c) => {
    if (failureOf(error).status >= 500) {
      log().error(
        { err: error, requestId: c.req.header(requestIdHeader), path: c.req.path },
        'request failed',
      )
    }
    return refuse(c, error)
  })

  app.use('/api/*', answerInTime())
  app.route('/api/health', healthApp())
  app.route('/api/webhooks/stripe', stripeWebhook())
  app.get('/metrics', (c) => metricsResponse(c.req.header('authorization'), c.env?.remoteAddress))

  app.use('/api/*', bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge }), refuseForeignOrigin(APP_URL))
  app.on(['GET', 'POST'], '/api/auth/*', async (c) => {
    await prepare()
    return auth().handler(c.req.raw)
  })
  app.use('/api/trpc/*', limitRate())
  app.use('/api/v1/*', limitRate())
  app.all('/api/trpc/*', async (c) => {
    await prepare()
    return fetchRequestHandler({
      endpoint: '/api/trpc',
      req: c.req.raw,
      router: appRouter,
      createContext: ({ info }) => contextOf(c.req.raw.headers, info.connectionParams),
      maxBatchSize: maxBatch,
      responseMeta: ({ errors }) => retryAfter(errors),
      onError({ error, path }) {
        if (failureOf(error).status < 500) return
        log().error(
          { err: error.cause ?? error, path, requestId: c.req.header(requestIdHeader) },
          'procedure failed',
        )
      },
    })
  })

  let document: ReturnType<typeof openApiDocument> | undefined
  app.get('/api/v1/openapi.json', (c) => {
    document ??= openApiDocument(APP_URL)
    c.header('cache-control', 'public, max-age=300')
    return c.json(document)
  })
  app.get('/api/reference', (c) => {
    document ??= openApiDocument(APP_URL)
    const { html, contentSecurityPolicy } = referencePage(document)
    return c.html(html, 200, { 'content-security-policy': contentSecurityPolicy })
  })
  app.use('/api/v1/*', async (_c, next) => {
    await prepare()
    await next()
  })
  app.route('/api/v1', restApp())
  app.notFound((c) => refuse(c, new Refusal('not_found', 'There is nothing at this address.')))
  return app
}

/** The longest wait that an error of the answer asks for. */
function retryAfter(errors: TRPCError[]) {
  const waits = errors.map((error) => failureOf(error).details.retryAfterSeconds ?? 0)
  const longest = Math.max(0, ...waits)
  return longest > 0 ? { headers: new Headers({ 'retry-after': String(longest) }) } : {}
}

/** Made from the parts, since some hosts hand over a stand-in that cannot be copied as a Request. */
function withHeaders(request: Request, headers: Headers): Request {
  const { url, method, body, signal } = request
  return new Request(url, { method, headers, signal, ...(body && { body, duplex: 'half' }) } as RequestInit)
}

function tooLarge(): never {
  const message = `A request body may have at most ${maxBodyBytes} bytes. Files go straight to storage.`
  throw new Refusal('too_large', message)
}
