import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pingDb } from '@insula/db'
import { queueOf } from '@insula/jobs'
import type { Registry } from 'prom-client'

const timeoutMs = 2_000

/** Serves `/health/live`, `/health/ready` (names what is down) and `/metrics`. */
export async function serveHealth(
  port: number,
  registry: Registry,
): Promise<{ port: number; server: Server }> {
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: string, type = 'application/json') =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    try {
      if (request.url === '/health/live') return answer(200, '{"live":true}')
      if (request.url === '/health/ready') {
        const down = await whatIsDown()
        return answer(down.length === 0 ? 200 : 503, JSON.stringify({ ready: down.length === 0, down }))
      }
      if (request.url === '/metrics') {
        return answer(200, await within(registry.metrics()), registry.contentType)
      }
      return answer(404, '{"error":"not found"}')
    } catch {
      return answer(503, '{"error":"unavailable"}')
    }
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen(port, resolve)
  await promise
  return { port: (server.address() as AddressInfo).port, server }
}

async function whatIsDown(): Promise<string[]> {
  const checks = { mongodb: pingDb(), redis: queueOf('events').getJobCounts('active') }
  const down = await Promise.all(
    Object.entries(checks).map(([name, check]) =>
      within<unknown>(check).then(
        () => [],
        () => [name],
      ),
    ),
  )
  return down.flat()
}

function within<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('no answer in time')), timeoutMs)
  return Promise.race([work, promise]).finally(() => clearTimeout(timer))
}
