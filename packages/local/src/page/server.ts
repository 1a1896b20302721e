import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { controlRoutes } from './control-routes.ts'
import { onlyOwnOrigin } from './guard.ts'
import type { CloudView } from './view.ts'

export interface PageServer {
  readonly url: string
  close(): Promise<void>
}

/** Serves the local cloud's own page and its control API. */
export async function servePage(view: CloudView, port: number): Promise<PageServer> {
  const app = new Hono()
  app.use(onlyOwnOrigin)
  app.route('/', controlRoutes(view))
  const server = createAdaptorServer({ fetch: app.fetch })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  return {
    url: `http://localhost:${address.port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
    },
  }
}
