import { type ArmedControl, armedControl, nextOf } from '@insula/local-kit/armed'
import { Hono } from 'hono'
import { html } from 'hono/html'
import { action, badge, layout, moment, size, table } from './layout.ts'
import type { ServerView } from './view.ts'

/** A request that came in, as it came. */
export interface CaughtHook {
  id: number
  /** ISO 8601. */
  at: string
  name: string
  method: string
  path: string
  headers: Record<string, string>
  body: string
  answeredWith: number
}

export interface HooksControl extends ArmedControl {
  /** What was caught, the newest first. */
  caught(name?: string): Promise<CaughtHook[]>
  /** Answers the next `count` requests with `status` instead of 200. */
  answerNext(count: number, status: number): Promise<void>
  /** Forgets what was caught and answers with 200 again. */
  reset(): Promise<void>
}

const maxCaught = 200
const largestBody = 256 * 1024

/** Catches requests at `/hooks/<name>`: a receiver for webhooks that are being built. In memory, the last 200. */
export class HookCatcher {
  #caught: CaughtHook[] = []
  #count = 0
  #answers: number[] = []

  readonly control: HooksControl = {
    caught: async (name) => this.#caught.filter((hook) => name === undefined || hook.name === name),
    answerNext: async (count, status) => {
      this.#answers = Array<number>(Math.min(count, 1000)).fill(status)
    },
    reset: async () => {
      this.#caught = []
      this.#answers = []
    },
    ...armedControl({
      answerNext: {
        does: () => {
          const hooks = nextOf(this.#answers.length, 'webhook', 'webhooks')
          return hooks && `Answers ${hooks} with ${[...new Set(this.#answers)].join(', ')}`
        },
        takeBack: () => {
          this.#answers = []
        },
      },
    }),
  }

  /** Takes requests of every kind from anyone on this machine: it changes nothing but its own list. */
  get receiver(): Hono {
    const routes = new Hono()
    routes.all('/hooks/:name{.+}', async (context, next) => {
      if (context.req.method === 'GET') return await next()
      const body = await context.req.text()
      const answeredWith = this.#answers.shift() ?? 200
      this.#caught.unshift({
        id: ++this.#count,
        at: new Date().toISOString(),
        name: context.req.param('name'),
        method: context.req.method,
        path: new URL(context.req.url).pathname,
        headers: context.req.header(),
        body: body.slice(0, largestBody),
        answeredWith,
      })
      this.#caught.length = Math.min(this.#caught.length, maxCaught)
      return context.json({ caught: answeredWith < 400 }, answeredWith as 200)
    })
    return routes
  }
}

const columns = [
  { name: 'Time', cell: (hook: CaughtHook) => moment(hook.at) },
  { name: 'To', cell: (hook: CaughtHook) => html`<code>${hook.method} ${hook.path}</code>` },
  {
    name: 'Answer',
    cell: (hook: CaughtHook) => badge(String(hook.answeredWith), hook.answeredWith < 400 ? 'good' : 'bad'),
  },
  { name: 'Size', cell: (hook: CaughtHook) => size(hook.body.length), number: true, minor: true },
  {
    name: 'Request',
    cell: (hook: CaughtHook) =>
      html`<details id="hook-${hook.id}"><summary>headers and body</summary><pre>${headerLines(hook)}

${hook.body}</pre></details>`,
  },
]

const headerLines = (hook: CaughtHook) =>
  Object.entries(hook.headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')

export function hookPages(hooks: ServerView): Hono {
  const pages = new Hono()
  pages.get('/hooks', async (context) => {
    const caught = (await hooks.call('caught', [])) as CaughtHook[]
    const address = `${new URL(context.req.url).origin}/hooks/anything`
    return context.html(
      layout({
        title: 'Webhooks',
        lead: `Whatever is sent to ${address} is caught here and answered with 200.`,
        place: '/hooks',
        live: 'hooks',
        action: action('hooks/reset', 'Forget all'),
        body: table(
          caught,
          columns,
          'Nothing was caught yet. Point a webhook endpoint at the address above.',
        ),
      }),
    )
  })
  return pages
}
