import {
  Agent,
  request as call,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { ownAnswer, send } from '@insula/api/process'

export interface ConsoleOptions {
  /** Where the console listens. */
  origin: string
  appUrl: string
  /** The client's address, as the API reads it. */
  addressOf(request: IncomingMessage): string | null
}

/** Meant for the next hop alone (RFC 9110, 7.6.1). */
const hopByHop = new Set([
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
/** Ours to say; what a client says there would be believed behind us. */
const oursToSay = /^(?:forwarded|x-forwarded.*|x-real-ip|x-insula-.*)$/

const silentForMs = 30_000
/** Waits before the 2nd, 3rd and 4th try. */
const waitsMs = [50, 200, 800]

/** Hands requests on to the console. */
export function consoleBehind({ origin, appUrl, addressOf }: ConsoleOptions) {
  const { hostname, port } = new URL(origin)
  const target = {
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port || 80,
  }
  const agent = new Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 64 })
  const proto = new URL(appUrl).protocol.slice(0, -1)

  const headersFor = (request: IncomingMessage): OutgoingHttpHeaders => ({
    ...endToEnd(request.headers, (name) => !oursToSay.test(name)),
    'x-forwarded-for': addressOf(request) ?? 'unknown',
    'x-forwarded-host': request.headers.host,
    'x-forwarded-proto': proto,
  })

  function serve(request: IncomingMessage, response: ServerResponse, requestId: string, tried = 0): void {
    const { method, url: path } = request
    const bodyless =
      request.headers['transfer-encoding'] === undefined && !Number(request.headers['content-length'])
    const onward = call({ ...target, method, path, agent, headers: headersFor(request) })
    onward.setTimeout(silentForMs, () => onward.destroy(new Error(`silent for ${silentForMs} ms`)))
    onward.on('response', (answer) => {
      for (const [name, value] of Object.entries(endToEnd(answer.headers))) {
        if (value !== undefined) response.setHeader(name, value)
      }
      response.writeHead(answer.statusCode ?? 502)
      pipeline(answer, response, () => {})
    })
    onward.on('error', (error: NodeJS.ErrnoException) => {
      if (response.destroyed) return
      if (response.headersSent) return response.destroy()
      const waitMs = waitsMs[tried]
      if (bodyless && waitMs !== undefined && mayTryAgain(error, method, onward.reusedSocket)) {
        // Whoever gave up while we waited is asked for no more.
        setTimeout(() => {
          if (!response.destroyed) serve(request, response, requestId, tried + 1)
        }, waitMs)
        return
      }
      response.setHeader('retry-after', '2')
      const detail = 'The console is starting or not reachable. Try again in a moment.'
      send(response, ownAnswer(502, detail, { requestId, appUrl, accept: request.headers.accept }))
    })
    response.once('close', () => onward.destroy())
    if (bodyless) onward.end()
    else pipeline(request, onward, () => {})
  }

  /** Takes a connection over, for the console's development server. */
  function upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const headers = { ...headersFor(request), connection: 'Upgrade', upgrade: request.headers.upgrade }
    const onward = call({ ...target, path: request.url, headers })
    onward.on('error', () => socket.destroy())
    onward.on('response', () => socket.destroy())
    onward.on('upgrade', (answer, other, otherHead) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`)
      socket.write(['HTTP/1.1 101 Switching Protocols', ...lines, '', ''].join('\r\n'))
      socket.write(otherHead)
      other.write(head)
      // Whichever side ends, nothing is left half open.
      const sides = [socket, other as Socket]
      const end = () => {
        for (const side of sides) side.destroySoon()
      }
      for (const side of sides) side.once('end', end).once('close', end).once('error', end)
      socket.pipe(other)
      other.pipe(socket)
    })
    onward.end()
  }
  return {
    serve: (request: IncomingMessage, response: ServerResponse, id: string) => serve(request, response, id),
    upgrade,
  }
}

/**
 * Nothing was done yet when nobody was there to hear, or when a connection that had been kept was closed by the other side
 * as we took it up again; what changes nothing may be asked twice even so.
 */
const mayTryAgain = (error: NodeJS.ErrnoException, method = 'GET', reused: boolean) =>
  error.code === 'ECONNREFUSED' ||
  (reused && (error.code === 'ECONNRESET' || error.code === 'EPIPE') && /^(?:GET|HEAD|OPTIONS)$/.test(method))

function endToEnd(
  headers: IncomingMessage['headers'],
  wanted: (name: string) => boolean = () => true,
): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/))
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !hopByHop.has(name) && !named.has(name) && wanted(name)),
  )
}
