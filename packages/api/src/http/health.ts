import { checkEssentials } from '@insula/core/platform/health'
import { prepare } from '@insula/core/prepare'
import { Hono } from 'hono'

/** For load balancers: `live` says that the process runs, `ready` that it can serve, and if not, what is down. */
export function healthApp(): Hono {
  const app = new Hono()
  app.get('/live', (c) => c.json({ status: 'ok' }))
  app.get('/ready', async (c) => {
    // A start while MongoDB was away is made up for here, since nothing else may call before we are ready.
    void prepare().catch(() => {})
    const dependencies = await checkEssentials()
    const down = dependencies.filter((dependency) => !dependency.up).map((dependency) => dependency.name)
    return c.json({ status: down.length === 0 ? 'ok' : 'unavailable', down }, down.length === 0 ? 200 : 503)
  })
  return app
}
