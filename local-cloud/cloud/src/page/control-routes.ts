import { Hono } from 'hono'
import type { CloudControl } from '../client.ts'
import { callControl, UnknownControl } from '../control.ts'
import type { CloudView, ServerView } from './view.ts'

/**
 * `POST /control/<server>/<method>` with a JSON list of arguments calls a method of that server's control, such as
 * `/control/stripe/clock.advance` with `["1 month"]`, and answers `{"value": ...}` or `{"error": {"name", "message"}}`.
 * `cloud` is the whole, as `CloudControl` has it.
 */
export function controlRoutes(view: CloudView): Hono {
  const routes = new Hono()
  routes.post('/control/:server/:method', async (context) => {
    const { server, method } = context.req.param()
    // Whoever calls may be about to restart the cloud on this port: a connection that is kept would meet its end by the next call.
    context.header('connection', 'close')
    try {
      const args: unknown = await context.req.json().catch(() => undefined)
      if (!Array.isArray(args))
        throw new UnknownControl('Send the arguments as a JSON list, such as [2, 500].')
      const value = await callServer(view, server, method, args)
      return context.json({ value: value ?? null })
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error))
      return context.json({ error: { name, message } }, error instanceof UnknownControl ? 404 : 500)
    }
  })
  return routes
}

async function callServer(view: CloudView, name: string, method: string, args: unknown[]): Promise<unknown> {
  if (name === 'cloud') return await callControl(wholeOf(view), method, args)
  const server = view.servers.get(name)
  if (server === undefined)
    throw new UnknownControl(`There is no server "${name}" here. There is: ${known(view)}.`)
  if (method === 'save' || method === 'restore')
    throw new UnknownControl(`One server alone has no ${method}: ask the cloud, whose state is kept by name.`)
  return await server.call(method, args)
}

function wholeOf(view: CloudView): CloudControl {
  return {
    async reset() {
      await Promise.all([...view.servers.values()].map(resetOwn))
    },
    async kill(name) {
      const server = view.servers.get(name)
      if (server?.kill === undefined) throw new UnknownControl(`Which one? There is: ${known(view)}.`)
      await server.kill()
    },
    async restarts() {
      const restarts = [...view.servers].map(([name, server]) => [name, server.restarts ?? 0])
      return Object.fromEntries(restarts)
    },
    states: view.states,
  }
}

/** A server that someone else runs offers no reset, and is left as it is. */
async function resetOwn(server: ServerView): Promise<void> {
  await server.call('reset', []).catch((error: Error) => {
    if (error.name !== 'UnknownControl') throw error
  })
}

const known = (view: CloudView) => [...view.servers.keys(), 'cloud'].join(', ')
