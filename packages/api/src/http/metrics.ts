import { timingSafeEqual } from 'node:crypto'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { apiEnv } from '../env.ts'
import { log } from './log.ts'

const registry = new Registry()
collectDefaultMetrics({ register: registry })

const requests = new Histogram({
  name: 'insula_http_request_duration_seconds',
  help: 'Time from request to answer, by route and status',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [registry],
})

/** Ids are cut from paths, and unknown paths are one, so that the number of series stays bounded. */
export function routeOf(path: string): string {
  if (path.startsWith('/api/trpc/')) return '/api/trpc'
  const known = /^\/api\/(v1|auth|health|webhooks)\/[a-z0-9./_-]*$/i.test(path)
  if (!known) return path === '/metrics' || path === '/api/reference' ? path : 'other'
  return path.replaceAll(/\b[a-z]{3}_[0-9a-z]{26}\b/g, ':id').slice(0, 80)
}

export function observeRequest(
  method: string,
  path: string,
  status: number,
  durationMs: number,
  requestId: string,
): void {
  requests.observe({ method, route: status === 404 ? 'other' : routeOf(path), status }, durationMs / 1_000)
  log().debug({ method, path, status, durationMs: Math.round(durationMs), requestId }, 'request')
}

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

function mayScrape(authorization: string | undefined, remoteAddress: string | undefined): boolean {
  const token = apiEnv().METRICS_TOKEN
  if (!token) return remoteAddress !== undefined && loopback.has(remoteAddress)
  const given = Buffer.from(authorization ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

/** Prometheus' text format, for whoever holds METRICS_TOKEN; without one, for this machine alone. */
export async function metricsResponse(
  authorization: string | undefined,
  remoteAddress: string | undefined,
): Promise<Response> {
  if (!mayScrape(authorization, remoteAddress)) {
    return new Response('Set METRICS_TOKEN and send it as a bearer token.\n', { status: 401 })
  }
  return new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType } })
}
