import { Refusal } from '@insula/contracts'
import { requestIdHeader } from '@insula/core/kernel/origin'
import { reportFailedEffects, startUp } from '@insula/core/wiring/start-up'
import type { TRPCError } from '@trpc/server'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { routePath } from 'hono/route'
import { stripeWebhook } from './billing/webhook.ts'
import { contextOf } from './context.ts'
import { apiEnv } from './env.ts'
import type { AppBindings } from './http/bindings.ts'
import { compress } from './http/compress.ts'
import { answerInTime } from './http/deadline.ts'
import { enter, refuseOddPaths } from './http/entry.ts'
import { healthApp } from './http/health.ts'
import { log } from './http/log.ts'
import { methodsAt, notTaken } from './http/methods.ts'
import { metricsResponse } from './http/metrics.ts'
import { openApiDocument } from './http/openapi.ts'
import { failureOf } from './http/problem.ts'
import { referencePage } from './http/reference.ts'
import { maxBatch, nothingHere, refuse } from './http/refuse.ts'
import { restApp } from './http/rest.ts'
import { limitRate, limitRoute, refuseForeignOrigin, refuseMalformed } from './http/shield.ts'
import { identityApp } from './identity/app.ts'
import { appRouter } from './root.ts'

const maxBodyBytes = 256 * 1024

/**
 * The one HTTP app: tRPC, REST, sign-in, incoming webhooks, health and metrics. The gateway serves it in a
 * process of its own; with SERVE_API=1 the console's server serves the same, for hosts that run one process.
 */
export function createApp() {
  const { APP_URL } = apiEnv()
  // Not strict: an address is the same with a slash at its end.
  const app = new Hono<{ Bindings: AppBindings }>({ strict: false })
  reportFailedEffects((error) =>
    log().warn({ err: error }, 'what follows a commit could not be queued; a sweep will'),
  )

  app.use(
    enter((path) => methodsAt(app, path)),
    refuseOddPaths(),
    compress(),
  )
  app.onError((error, c) => {
    if (failureOf(error).status >= 500) {
      log().error(
        { err: error, requestId: c.req.header(requestIdHeader), route: routePath(c) },
        'request failed',
      )
    }
    return refuse(c, error)
  })

  app.use('/api/*', refuseMalformed(), answerInTime())
  // the same at /health, where every process has it
  for (const path of ['/api/health', '/health']) app.route(path, healthApp())
  app.route('/api/webhooks/stripe', stripeWebhook())
  app.get('/metrics', (c) =>
    metricsResponse({ remoteAddress: c.env?.remoteAddress, headers: c.req.raw.headers }),
  )

  app.use('/api/*', bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge }), refuseForeignOrigin(APP_URL))
  app.use('/api/auth/*', limitRate())
  app.route('/api/auth', identityApp())
  app.use('/api/trpc/*', limitRate())
  app.use('/api/v1/*', limitRate())
  app.all('/api/trpc/*', async (c) => {
    await startUp()
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
  let page: ReturnType<typeof referencePage> | undefined
  app.get('/api/reference', limitRoute('reference', { max: 60, window: 60 }), (c) => {
    document ??= openApiDocument(APP_URL)
    page ??= referencePage(document, apiEnv().RATE_LIMIT_PER_MINUTE)
    const { html, contentSecurityPolicy } = page
    return c.html(html, 200, { 'content-security-policy': contentSecurityPolicy })
  })
  app.use('/api/v1/*', async (_c, next) => {
    await startUp()
    await next()
  })
  app.route('/api/v1', restApp())
  app.notFound((c) => notTaken(app, c) ?? refuse(c, nothingHere()))
  return app
}

/** The longest wait that an error of the answer asks for. */
function retryAfter(errors: TRPCError[]) {
  const waits = errors.map((error) => failureOf(error).details.retryAfterSeconds ?? 0)
  const longest = Math.max(0, ...waits)
  return longest > 0 ? { headers: new Headers({ 'retry-after': String(longest) }) } : {}
}

function tooLarge(): never {
  const message = `A request body may have at most ${maxBodyBytes} bytes. Files go straight to storage.`
  throw new Refusal('too_large', message)
}
