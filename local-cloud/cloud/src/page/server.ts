import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { callControl } from '../control.ts'
import { controlRoutes } from './control-routes.ts'
import { faultPages } from './faults.ts'
import { onlyOwnOrigin, policy } from './guard.ts'
import { HookCatcher, hookPages } from './hooks.ts'
import { consoleLink, consoleMark, layout } from './layout.ts'
import { liveRoutes } from './live.ts'
import { mailPages } from './mail.ts'
import { mongoPages } from './mongo.ts'
import { s3Pages } from './s3.ts'
import { statePages } from './states.ts'
import { stripePages } from './stripe.ts'
import type { CloudView, ServerView } from './view.ts'

export interface PageServer {
  readonly url: string
  close(): Promise<void>
}

/** Serves the local cloud's own page and its control API. */
export async function servePage(cloud: CloudView, port: number): Promise<PageServer> {
  const catcher = new HookCatcher()
  const hooks: ServerView = {
    url: '/hooks',
    call: (method, args) => callControl(catcher.control, method, args),
  }
  const view: CloudView = { ...cloud, servers: new Map([...cloud.servers, ['hooks', hooks]]) }

  const app = new Hono()
  app.route('/', catcher.receiver)
  app.use(onlyOwnOrigin, policy)
  app.use(async (context, next) => {
    await next()
    if (!context.res.headers.get('content-type')?.startsWith('text/html')) return
    const link = view.console === undefined ? '' : String(await consoleLink(view.console))
    const page = (await context.res.text()).replace(consoleMark, link)
    context.res = new Response(page, context.res)
  })
  app.get('/', (context) => context.redirect('/mail'))
  app.get('/assets/:name{(page\\.(css|js)|parts\\.css)}', async (context) => {
    const name = context.req.param('name')
    context.header('content-type', name.endsWith('.css') ? 'text/css' : 'text/javascript')
    return context.body(await readFile(new URL(`assets/${name}`, import.meta.url), 'utf8'))
  })
  const parts = [
    controlRoutes,
    liveRoutes,
    mailPages,
    stripePages,
    s3Pages,
    mongoPages,
    faultPages,
    statePages,
  ]
  for (const part of parts) app.route('/', part(view))
  app.route('/', hookPages(hooks))
  app.notFound((context) => context.html(sorry('Not here', `There is nothing at ${context.req.path}.`), 404))
  app.onError((error, context) => context.html(sorry('That did not work', error.message), 500))

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

const sorry = (title: string, lead: string) => layout({ title, lead, place: '', body: [] })
