import { once } from 'node:events'
import { Agent, request as call, createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'

const checkEveryMs = 100
/** As HAProxy's `fall` and `rise`. */
const timesUntilBelieved = 2

interface Backend {
  port: number
  up: boolean
  seen: number
  agent: Agent
}

/**
 * Stands in front of several gateways as a common balancer does: asks each whether it is ready, sends calls in turn to those
 * that were ready twice in a row, keeps connections, and tries nothing again.
 */
export async function openBalancer(ports: number[]) {
  const backends: Backend[] = ports.map((port) => ({
    port,
    up: false,
    seen: 0,
    agent: new Agent({ keepAlive: true, maxFreeSockets: 64 }),
  }))
  let turn = 0
  const faults: string[] = []
  const server = createServer((request, response) => {
    turn += 1
    const ready = backends.filter(({ up }) => up)
    const backend = ready[turn % ready.length]
    if (!backend) {
      faults.push('nobody is ready')
      response.writeHead(503).end()
      return
    }
    const onward = call({
      host: '127.0.0.1',
      port: backend.port,
      agent: backend.agent,
      method: request.method,
      path: request.url,
      headers: { ...request.headers, connection: 'keep-alive', 'x-forwarded-for': '203.0.113.9' },
    })
    const fail = (error: NodeJS.ErrnoException) => {
      if (response.destroyed) return
      faults.push(
        `${request.method} ${request.url}: ${error.message}${onward.reusedSocket ? ' (reused)' : ''}`,
      )
      if (response.headersSent) response.destroy()
      else response.writeHead(502).end()
    }
    onward.on('error', fail)
    onward.on('response', (answer) => {
      const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...headers } = answer.headers
      response.writeHead(answer.statusCode ?? 502, headers)
      pipeline(answer, response, (error) => error && fail(error))
    })
    response.once('close', () => onward.destroy())
    pipeline(request, onward, () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const timer = setInterval(() => {
    for (const backend of backends) {
      void isReady(backend.port).then((ready) => {
        backend.seen = ready === backend.up ? 0 : backend.seen + 1
        if (backend.seen < timesUntilBelieved) return
        backend.up = ready
        backend.seen = 0
      })
    }
  }, checkEveryMs)

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** What no call may meet: each with what went wrong. */
    faults,
    ready: () => backends.filter(({ up }) => up).map(({ port }) => port),
    close() {
      clearInterval(timer)
      for (const { agent } of backends) agent.destroy()
      server.closeAllConnections()
      server.close()
    },
  }
}

/** As HAProxy asks: HTTP/1.0 in spirit, on a connection of its own. */
async function isReady(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const asked = call({ host: '127.0.0.1', port, path: '/api/health/ready', agent: false, timeout: 2_000 })
  asked.on('response', (answer: IncomingMessage) => {
    answer.resume()
    resolve(answer.statusCode === 200)
  })
  asked.on('timeout', () => asked.destroy(new Error('late')))
  asked.on('error', () => resolve(false))
  asked.end()
  return await promise
}
