import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Faults } from '@insula/local-kit/faults'
import type { LocalServer, StartOptions } from '@insula/local-kit/server'
import { Hono } from 'hono'
import { Ticker } from './billing/engine.ts'
import { settleInvoice } from './billing/settle.ts'
import { Cloud } from './cloud.ts'
import { controlOf, type StripeControl } from './control.ts'
import { allRoutes, includables } from './http/all-routes.ts'
import { stripeApi } from './http/api.ts'
import { checkoutPages } from './pages/checkout-routes.ts'
import { invoicePages } from './pages/invoice-routes.ts'
import { portalPages } from './pages/portal-routes.ts'
import { Store } from './store.ts'
import { Courier } from './webhooks/delivery.ts'

export type { StripeControl, Undelivered } from './control.ts'

export interface StripeOptions extends StartOptions {
  /** The secret key that callers must send, such as `sk_test_local`. */
  apiKey: string
  /** The origin hosted pages are reached at, where it differs from `http://host:port`. */
  publicUrl?: string
}

const tickMs = 1000

/** Starts the embedded Stripe: API, hosted pages, webhooks and the billing engine, with state in `dataDir`. */
export async function startStripe(options: StripeOptions): Promise<LocalServer<StripeControl>> {
  const store = new Store(options.dataDir)
  const cloud = new Cloud(store)
  const faults = new Faults()
  const courier = new Courier(cloud)
  cloud.onEvent = () => courier.wake()
  cloud.onPaid = (intent) => settleInvoice(cloud, intent)
  const app = new Hono()
  for (const pages of [checkoutPages, portalPages, invoicePages]) app.route('/', pages(cloud))
  app.route('/', stripeApi({ cloud, faults, apiKey: options.apiKey, routes: allRoutes, includables }))
  const hostname = options.host ?? '127.0.0.1'
  const { server, port } = await listen(app, hostname, options.port)
  const url = `http://${hostname}:${port}`
  cloud.url = options.publicUrl ?? url
  courier.wake()
  const ticker = new Ticker(cloud)
  const ticking = setInterval(() => ticker.tick(), tickMs)
  return {
    url,
    port,
    control: controlOf({ cloud, faults, courier }),
    close: async () => {
      clearInterval(ticking)
      await courier.stop()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      })
      store.close()
    },
  }
}

function listen(
  app: Hono,
  hostname: string,
  port: number,
): Promise<{ server: ReturnType<typeof serve>; port: number }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname, port }, (address: AddressInfo) =>
      resolve({ server, port: address.port }),
    )
    server.once('error', reject)
  })
}
