import { Hint } from '@insula/contracts'
import type { Redis } from 'ioredis'
import { cache } from './cache.ts'

const channelOf = (tenantId: string) => `live:${tenantId}`

/** Tells every open page of the tenant. Nobody may be listening; nothing is kept for who comes later. */
export async function publishLive(tenantId: string, hint: Hint): Promise<void> {
  await cache().publish(channelOf(tenantId), JSON.stringify(hint))
}

// One connection listens for all pages of this process: Redis gives a subscriber no other command anyway.
let listener: Redis | undefined
const pages = new Map<string, Set<(message: string) => void>>()

function listening(): Redis {
  listener ??= cache()
    .duplicate({ maxRetriesPerRequest: null, commandTimeout: undefined })
    .on('error', () => {})
    .on('message', (channel: string, message: string) => {
      for (const deliver of pages.get(channel) ?? []) deliver(message)
    })
  return listener
}

/** A page that has not fetched this many is not keeping up; it is cut off and reads anew when it comes back. */
const mostUnread = 1_000

/**
 * The tenant's hints from now on, until `signal` aborts. Delivery is at most once: what happens while the
 * connection to Redis is broken is not repeated, so a page reads its data again whenever it (re)connects.
 */
export async function* subscribeLive(tenantId: string, signal: AbortSignal): AsyncGenerator<Hint> {
  const channel = channelOf(tenantId)
  const unread: string[] = []
  let wake = () => {}
  const deliver = (message: string) => {
    unread.push(message)
    wake()
  }
  const abort = () => wake()
  signal.addEventListener('abort', abort, { once: true })
  await join(channel, deliver)
  try {
    while (!signal.aborted && unread.length <= mostUnread) {
      const message = unread.shift()
      if (message !== undefined) {
        // Of a kind that only a newer release knows: its pages understand it, these cannot.
        const hint = Hint.safeParse(JSON.parse(message))
        if (hint.success) yield hint.data
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve
          if (signal.aborted || unread.length > 0) resolve()
        })
      }
    }
  } finally {
    signal.removeEventListener('abort', abort)
    await leave(channel, deliver)
  }
}

async function join(channel: string, deliver: (message: string) => void): Promise<void> {
  const known = pages.get(channel)
  if (known) known.add(deliver)
  else pages.set(channel, new Set([deliver]))
  // Also for a known channel: resolves only when Redis has taken the subscription that may still be on its way.
  await listening().subscribe(channel)
}

async function leave(channel: string, deliver: (message: string) => void): Promise<void> {
  const known = pages.get(channel)
  known?.delete(deliver)
  if (known?.size !== 0) return
  pages.delete(channel)
  await listener?.unsubscribe(channel).catch(() => {})
}

export function closeLive(): void {
  listener?.disconnect()
  listener = undefined
}
