import { setTimeout as pause } from 'node:timers/promises'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { CloudView } from './view.ts'

/** What is looked at for each topic: the page is told when the answer is another. */
const looked: Record<string, { server: string; method: string }> = {
  mail: { server: 'sendgrid', method: 'inbox' },
  stripe: { server: 'stripe', method: 'events' },
  s3: { server: 's3', method: 'buckets' },
  hooks: { server: 'hooks', method: 'caught' },
}

const everyMs = 700

/** `GET /live/<topic>`: server-sent `change` events while someone looks at a page. */
export function liveRoutes(view: CloudView): Hono {
  const routes = new Hono()
  routes.get('/live/:topic', async (context) => {
    const look = looked[context.req.param('topic')]
    if (look === undefined) return context.notFound()
    // Taken before the stream opens: what changed until then is read by the page when it does.
    let before = await fingerprint(view, look)
    return streamSSE(context, async (stream) => {
      const ended = new AbortController()
      stream.onAbort(() => ended.abort())
      while (!ended.signal.aborted) {
        await pause(everyMs, undefined, { signal: ended.signal }).catch(() => {})
        const now = await fingerprint(view, look)
        if (now !== before) await stream.writeSSE({ event: 'change', data: '' })
        before = now
      }
    })
  })
  return routes
}

/** A server that is being started again has changed when it is back. */
async function fingerprint(
  view: CloudView,
  { server, method }: { server: string; method: string },
): Promise<string> {
  const answer = await view.servers
    .get(server)
    ?.call(method, [])
    .catch(() => undefined)
  if (!Array.isArray(answer)) return ''
  const newest = JSON.stringify([answer[0], answer.at(-1)])
  return `${answer.length} ${newest}`
}
