import { Hint } from '@insula/contracts'
import { answeredInTime } from '@insula/contracts/deadline'
import type { Redis } from 'ioredis'
import { cache } from './cache.ts'

const channelOf = (tenantId: string) => `live:${tenantId}`

/** Tells every open page of the tenant. Nobody may be listening; nothing is kept for who comes later. */
export async function publishLive(tenantId: string, hint: Hint): Promise<void> {
  await cache().publish(channelOf(tenantId), JSON.stringify(hint))
}

interface Page {
  unread: string[]
  isOver: boolean
  wake(): void
}

// One connection listens for all pages of this process: Redis gives a subscriber no other command anyway.
let listener: Redis | undefined
const pages = new Map<string, Set<Page>>()

function listening(): Redis {
  listener ??= cache()
    .duplicate({ maxRetriesPerRequest: null, commandTimeout: undefined, autoResubscribe: false })
    .on('error', () => {})
    .on('close', endAll)
    .on('message', (channel: string, message: string) => {
      for (const page of pages.get(channel) ?? []) {
        page.unread.push(message)
        page.wake()
      }
    })
  return listener
}

/** Hints have been lost: every page is to come back, and read anew when it does. */
function endAll(): void {
  for (const page of [...pages.values()].flatMap((ofChannel) => [...ofChannel])) end(page)
  pages.clear()
}

function end(page: Page): void {
  page.isOver = true
  page.wake()
}

/** A page that has not fetched this many is not keeping up; it is cut off and reads anew when it comes back. */
const mostUnread = 1_000
const joiningMs = 2_000

/**
 * The tenant's hints from the moment this resolves, until `signal` aborts or the connection to Redis breaks: what is told
 * meanwhile is not repeated, so a page reads its data again whenever it (re)connects. Throws `Away` when Redis does not
 * answer within two seconds.
 */
export async function subscribeLive(tenantId: string, signal: AbortSignal): Promise<AsyncGenerator<Hint>> {
  const channel = channelOf(tenantId)
  const page: Page = { unread: [], isOver: signal.aborted, wake() {} }
  const gone = () => {
    end(page)
    return leave(channel, page)
  }
  signal.addEventListener('abort', gone, { once: true })
  try {
    await answeredInTime(join(channel, page), joiningMs, 'Redis')
  } catch (error) {
    await gone()
    throw error
  }
  return read(page, gone)
}

async function* read(page: Page, gone: () => Promise<void>): AsyncGenerator<Hint> {
  try {
    while (!page.isOver && page.unread.length <= mostUnread) {
      const message = page.unread.shift()
      if (message !== undefined) {
        // Of a kind that only a newer release knows: its pages understand it, these cannot.
        const hint = Hint.safeParse(JSON.parse(message))
        if (hint.success) yield hint.data
      } else {
        await new Promise<void>((resolve) => {
          page.wake = resolve
          if (page.isOver || page.unread.length > 0) resolve()
        })
      }
    }
  } finally {
    await gone()
  }
}

async function join(channel: string, page: Page): Promise<void> {
  const known = pages.get(channel)
  if (known) known.add(page)
  else pages.set(channel, new Set([page]))
  // Also for a known channel: resolves only when Redis has taken the subscription that may still be on its way.
  await listening().subscribe(channel)
}

async function leave(channel: string, page: Page): Promise<void> {
  const known = pages.get(channel)
  if (!known?.delete(page) || known.size > 0) return
  pages.delete(channel)
  // Not waited for: while Redis is away it waits until Redis is back.
  void listener?.unsubscribe(channel).catch(() => {})
}

export function closeLive(): void {
  listener?.disconnect()
  listener = undefined
}
