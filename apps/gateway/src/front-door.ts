import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { createApp } from '@insula/api/app'
import { createProxyServer } from 'httpxy'

type App = ReturnType<typeof createApp>

const isOurs = (url: string) => url === '/metrics' || url.startsWith('/api/') || url === '/api'

/** Decides for each request whether the API answers it or the console does. */
export function frontDoor(app: App, webOrigin: string) {
  const listener = getRequestListener((request, env) =>
    app.fetch(request, {
      remoteAddress: (env as { incoming: IncomingMessage }).incoming.socket.remoteAddress,
    }),
  )
  const console = createProxyServer({ target: webOrigin, xfwd: true, proxyTimeout: 30_000, ws: true })

  const away = (response: ServerResponse) => {
    if (response.headersSent) return response.destroy()
    response.writeHead(502, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '2' })
    response.end('The console is starting or not reachable. Try again in a moment.\n')
  }
  return {
    request(request: IncomingMessage, response: ServerResponse): void {
      if (isOurs((request.url ?? '/').split('?', 1)[0] ?? '/')) void listener(request, response)
      else console.web(request, response).catch(() => away(response))
    },
    upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
      console.ws(request, socket, {}, head).catch(() => socket.destroy())
    },
  }
}
