import type { IncomingMessage } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Serve } from '@insula/core/kernel/process/server'
import { apiEnv } from '../env.ts'
import { addressOf } from './address.ts'
import type { AppBindings } from './bindings.ts'

interface App {
  fetch(request: Request, bindings: AppBindings): Response | Promise<Response>
}

/**
 * Serves an HTTP app from Node's own requests, and tells it whose they are. `alone` says that nothing else in this process
 * knows a `Request`: then it is a lighter one, for everybody.
 */
export function serveApp(app: App, { alone = true } = {}): Serve {
  const listener = getRequestListener(
    (request, env) => {
      const { socket, headers } = (env as { incoming: IncomingMessage }).incoming
      const requestId = headers['x-request-id']
      return app.fetch(request, {
        remoteAddress: socket.remoteAddress,
        requestId: typeof requestId === 'string' ? requestId : undefined,
      })
    },
    { overrideGlobalObjects: alone },
  )
  return (request, response) => void listener(request, response)
}

/** First segments of paths that the process itself answers; all others are pages of the console. */
const own = new Set(['api', 'metrics', 'health'])

/** Decides for each request who answers it, by the path as it stands on the wire. */
export function frontDoor({ api, pages }: { api: Serve; pages: Serve }): Serve {
  return (request, response, requestId) => {
    const first = request.url?.slice(1).split(/[/?]/, 1)[0] ?? ''
    const serve = own.has(first) ? api : pages
    serve(request, response, requestId)
  }
}

/** The address that the API would count this request under. */
export function clientAddressOf(request: IncomingMessage): string | null {
  const forwarded = request.headers['x-forwarded-for']
  const forwardedFor = Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? null)
  return addressOf(forwardedFor, request.socket.remoteAddress, apiEnv().TRUSTED_PROXIES)
}
