import { Refusal } from '@insula/contracts'
import { Hono } from 'hono'
import type { AppBindings } from './bindings.ts'
import { enter } from './entry.ts'
import { healthApp } from './health.ts'
import { metricsResponse } from './metrics.ts'
import { refuse } from './refuse.ts'

/** What a process that serves no API tells of itself: `/health/live`, `/health/ready` and `/metrics`. */
export function insideApp() {
  const app = new Hono<{ Bindings: AppBindings }>()
  app.use(enter())
  app.route('/health', healthApp())
  app.get('/metrics', (c) =>
    metricsResponse({ remoteAddress: c.env?.remoteAddress, headers: c.req.raw.headers }),
  )
  app.onError((error, c) => refuse(c, error))
  app.notFound((c) =>
    refuse(
      c,
      new Refusal('not_found', 'There is nothing at this address. The API is served by the gateway.'),
    ),
  )
  return app
}
