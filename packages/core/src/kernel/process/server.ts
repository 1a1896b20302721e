import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { ownAnswer, rawAnswer, send } from './answers.ts'
import { Connections } from './connections.ts'
import { descriptorLimit } from './descriptors.ts'
import { securityHeaders } from './headers.ts'
import { processState } from './state.ts'
import { sendStreamsHome } from './streams.ts'
import { readTarget } from './target.ts'

export type Serve = (request: IncomingMessage, response: ServerResponse, requestId: string) => void

export interface DoorOptions {
  appUrl: string
  /** Connections at most; fewer where the system allows fewer descriptors. */
  maxConnections: number
  serve: Serve
  /** What else than HTTP is spoken here, in development; nothing where it is left out. */
  upgrades?: {
    path: string
    max: number
    serve(request: IncomingMessage, socket: Socket, head: Buffer): void
  }
  /** Whether a request id that the caller brings counts: only where our own gateway is who calls. */
  keepsRequestId?: boolean
}

export interface StopTimes {
  /** How long calls are answered on after readiness has failed, until balancers have noticed. */
  delayMs: number
  /** Over how long event streams are sent home. */
  homeMs: number
  /** When what is still under way is cut. */
  patienceMs: number
}

export interface Door {
  server: Server
  connections: Connections
  stop(times: StopTimes): Promise<'finished' | 'cut'>
}

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
const known: ReadonlySet<string> = new Set(methods)
const upgradedIdleMs = 60_000
const ourRequestId = /^req_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A third is left for what this process opens itself: stores, the console behind the gateway, files. */
const shareOfDescriptors = 0.66

/**
 * An HTTP server that no client can hold for ever: each connection has a time to speak in, a limit to how many there are,
 * and nothing but plain HTTP is spoken. What is wrong with a request before anybody could serve it is answered here, with
 * the headers that every answer carries.
 */
export function openDoor(options: DoorOptions): Door {
  const { appUrl, serve, upgrades, keepsRequestId = false } = options
  const limit = descriptorLimit()
  const max = Math.min(
    options.maxConnections,
    limit === null ? Infinity : Math.floor(limit * shareOfDescriptors),
  )
  const connections = new Connections(max)
  const everywhere = Object.entries(securityHeaders(appUrl))
  let upgraded = 0

  const server = createServer({
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    connectionsCheckingInterval: 1_000,
    // Longer than the minute that common balancers keep a connection for: the side that reuses must be who closes.
    keepAliveTimeout: 75_000,
    requireHostHeader: false,
    shouldUpgradeCallback: (request) => upgrades !== undefined && pathOf(request) === upgrades.path,
  })
  // A client that reads nothing for so long, or a program that writes nothing, is gone.
  server.timeout = 90_000
  server.on('connection', (socket) => connections.admit(socket))

  const receive = (request: IncomingMessage, response: ServerResponse, refused?: [number, string]) => {
    const given = request.headers['x-request-id']
    const kept = keepsRequestId && typeof given === 'string' && ourRequestId.test(given)
    const requestId = kept ? given : `req_${randomUUID()}`
    connections.begin(request, response)
    for (const [name, value] of everywhere) response.setHeader(name, value)
    response.setHeader('x-request-id', requestId)
    if (processState().stopping) response.setHeader('connection', 'close')
    request.headers['x-request-id'] = requestId
    const [status, detail] = refused ?? faultOf(request) ?? []
    if (status === undefined || detail === undefined) return serve(request, response, requestId)
    response.setHeader('connection', 'close')
    if (status === 405) response.setHeader('allow', methods.join(', '))
    send(response, ownAnswer(status, detail, { requestId, appUrl, accept: request.headers.accept }))
  }
  server.on('request', (request, response) => {
    request.headers.host ??= request.httpVersion === '1.0' ? new URL(appUrl).host : undefined
    receive(request, response)
  })
  server.on('checkExpectation', (request, response) =>
    receive(request, response, [417, 'Send no Expect header other than 100-continue.']),
  )

  const bare = (status: number, detail: string) =>
    rawAnswer(ownAnswer(status, detail, { requestId: `req_${randomUUID()}`, appUrl }))
  const endWith = (socket: Socket, bytes: string) => {
    socket.end(bytes, () => socket.destroySoon())
    // whoever doesn't read its refusal keeps no descriptor of ours
    setTimeout(() => socket.destroy(), 1_000).unref()
  }
  server.on('connect', (_request, socket) => {
    const answer = bare(405, 'This is no proxy.').replace('\r\n', `\r\nallow: ${methods.join(', ')}\r\n`)
    endWith(socket as Socket, answer)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const response = connections.answerOn(socket as Socket)
    if (error.code === 'ECONNRESET' || !socket.writable || response?.headersSent) return socket.destroy()
    endWith(socket as Socket, bare(...wrongBytes(error.code)))
  })
  if (upgrades) {
    server.on('upgrade', (request, socket, head) => {
      connections.handOver(socket as Socket)
      socket.on('error', () => socket.destroy())
      if (upgraded >= upgrades.max) return endWith(socket as Socket, bare(503, 'Too many open connections.'))
      upgraded += 1
      socket.once('close', () => {
        upgraded -= 1
      })
      ;(socket as Socket).setTimeout(upgradedIdleMs, () => socket.destroy())
      upgrades.serve(request, socket as Socket, head)
    })
  }

  return {
    server,
    connections,
    async stop({ delayMs, homeMs, patienceMs }) {
      processState().stopping = true
      const began = performance.now()
      if (delayMs > 0) await pause(delayMs)
      // Not http's own close, which at once cuts connections that are idle between two calls of the same client.
      NetServer.prototype.close.call(server)
      await sendStreamsHome(homeMs)
      while (connections.underWay > 0 && performance.now() - began < patienceMs) {
        await pause(20)
        // one that was opened meanwhile, on a connection from before, would be waited for in vain
        await sendStreamsHome(0)
      }
      const outcome = connections.underWay === 0 ? 'finished' : 'cut'
      connections.closeAll()
      server.close()
      return outcome
    },
  }
}

/** What is wrong with a request whatever it asks for: a status and what to do. */
function faultOf(request: IncomingMessage): [number, string] | null {
  const { method = '', url = '', headers } = request
  if (!known.has(method)) return [405, `Use one of ${methods.join(', ')}.`]
  // Other protocols may be offered, and the offer ignored (RFC 9110, 7.8); a WebSocket client has nothing else to say.
  if (/\bwebsocket\b/i.test(headers.upgrade ?? '')) return [400, 'There is no WebSocket here.']
  if (!/^(?:[a-z\d](?:[a-z\d._-]*[a-z\d])?\.?|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(headers.host ?? '')) {
    return [400, 'Name the host in a Host header.']
  }
  const target = readTarget(url)
  return 'wrong' in target ? [400, target.wrong] : null
}

function wrongBytes(code: string | undefined): [number, string] {
  if (code === 'HPE_HEADER_OVERFLOW') return [431, 'The headers are too long: 16 KiB at most.']
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return [413, 'The chunk extensions are too long.']
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'The request did not arrive in time.']
  return [400, 'This is not HTTP/1.1 as RFC 9112 writes it.']
}

const pathOf = (request: IncomingMessage) => request.url?.split('?', 1)[0]
