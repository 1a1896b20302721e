import { Refusal } from '@insula/contracts'
import { type Caller, mayLookInside } from '@insula/core/kernel/process/inside'
import { methods } from '@insula/core/kernel/process/server'
import { openStreams } from '@insula/core/kernel/process/streams'
import type { Context } from 'hono'
import { routePath } from 'hono/route'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { apiEnv } from '../env.ts'

const registry = new Registry()
collectDefaultMetrics({ register: registry })

const requests = new Histogram({
  name: 'insula_http_request_duration_seconds',
  help: 'Time from request to answer, by route and status',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [registry],
})

new Gauge({
  name: 'insula_http_open_streams',
  help: 'Event streams that are open now: one for each browser and session, however many tabs it has',
  registers: [registry],
  collect() {
    this.set(openStreams())
  },
})

const known: ReadonlySet<string> = new Set(methods)

/**
 * The route that answered, as it is written in the code: never the path, which callers make up and which may hold a
 * secret. tRPC is told apart by procedure.
 */
export function routeOf(c: Context, procedures: ReadonlySet<string>): string {
  const route = routePath(c)
  if (route === '/api/trpc/*') {
    const named = c.req.path.slice('/api/trpc/'.length)
    if (procedures.has(named)) return `/api/trpc/${named}`
    return named.includes(',') ? '/api/trpc/batch' : 'other'
  }
  return route === '/*' || (route.endsWith('*') && c.res.status === 404) ? 'other' : route
}

/** Counts one request under labels that have a fixed number of values, whatever callers send. */
export function observeRequest(method: string, route: string, status: number, durationMs: number): void {
  requests.observe({ method: known.has(method) ? method : 'other', route, status }, durationMs / 1_000)
}

/** Prometheus' text format, for whoever may look inside. */
export async function metricsResponse(caller: Caller): Promise<Response> {
  if (!mayLookInside(caller, apiEnv().METRICS_TOKEN)) {
    throw new Refusal(
      'unauthenticated',
      'Metrics are for whoever sends METRICS_TOKEN as a bearer token, and where none is set, for a direct call from the same machine.',
    )
  }
  return new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType } })
}
