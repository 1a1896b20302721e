import type { IncomingMessage } from 'node:http'
import { ownAnswer, send } from '@insula/core/kernel/process/answers'
import { descriptors } from '@insula/core/kernel/process/descriptors'
import { processEnv } from '@insula/core/kernel/process/env'
import { callerOf, mayLookInside } from '@insula/core/kernel/process/inside'
import { type Door, openDoor } from '@insula/core/kernel/process/server'
import { processState } from '@insula/core/kernel/process/state'
import { listen } from '@insula/core/kernel/process/stop'
import { checkEssentials } from '@insula/core/platform/health'
import type { Registry } from 'prom-client'
import { workerEnv } from './env.ts'

const patienceMs = 500
/** Nobody but scrapers and orchestrators calls here. */
const maxConnections = 256

interface Told {
  status: number
  body: string
  type?: string
}

/**
 * Serves `/health/live`, `/health/ready` and `/metrics`. Ready is a worker that has reached MongoDB once and is not
 * stopping; what is down stands in the body, for whoever may look inside.
 */
export async function serveHealth(port: number, registry: Registry): Promise<{ port: number; door: Door }> {
  const { APP_URL } = processEnv()
  const door = openDoor({
    appUrl: APP_URL,
    maxConnections,
    async serve(request, response, requestId) {
      const told = await tell(request, registry).catch(() => null)
      if (told) {
        const headers = { 'content-type': told.type ?? 'application/json', 'cache-control': 'no-store' }
        response.writeHead(told.status, headers).end(told.body)
        return
      }
      send(response, ownAnswer(503, 'What this needs does not answer.', { requestId, appUrl: APP_URL }))
    },
  })
  return { port: await listen(door, port, undefined, 'WORKER_PORT'), door }
}

async function tell(request: IncomingMessage, registry: Registry): Promise<Told> {
  const inside = mayLookInside(callerOf(request), workerEnv().METRICS_TOKEN)
  switch (request.url) {
    case '/health/live': {
      const live = !descriptors().spent
      return { status: live ? 200 : 503, body: JSON.stringify({ live }) }
    }
    case '/health/ready': {
      const { connected, stopping } = processState()
      const ready = connected && !stopping && !descriptors().scarce
      const body = { ready, ...(inside && { down: await whatIsDown() }) }
      return { status: ready ? 200 : 503, body: JSON.stringify(body) }
    }
    case '/metrics':
      if (!inside) return { status: 401, body: '{"error":"send METRICS_TOKEN as a bearer token"}' }
      return { status: 200, body: await registry.metrics(), type: registry.contentType }
    default:
      return { status: 404, body: '{"error":"not found"}' }
  }
}

async function whatIsDown(): Promise<string[]> {
  const dependencies = await checkEssentials(patienceMs)
  return dependencies.filter(({ up }) => !up).map(({ name }) => name)
}
