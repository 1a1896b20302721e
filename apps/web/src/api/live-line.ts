'use client'

import type { Hint } from '@insula/contracts'

/** What tabs tell each other: something changed, or the line was up anew and something may have passed meanwhile. */
type Word = { event: Pick<Hint, 'type'> } | { started: true }

interface Handlers {
  onEvent: (event: Pick<Hint, 'type'>) => void
  /** Events may have passed unheard; whatever is shown is to be read again. */
  onStarted: () => void
}

/** Opens the stream itself. Returns how to close it. */
type Open = (handlers: Handlers) => () => void

/**
 * One event stream for all tabs of a browser, since it allows a host six connections in all under HTTP/1.1. The tab
 * that holds the lock `name` has the stream and hands on what it hears; when it closes, the browser gives the lock to the
 * next, whose stream starts anew and with it every tab. `name` holds the person, session and tenant: nobody hears
 * another's. Returns how to leave.
 */
export const joinLine = (name: string, open: Open, handlers: Handlers): (() => void) => {
  // Outside of secure contexts there are no locks; every tab then has a stream of its own.
  const { locks } = navigator as { locks?: LockManager }
  if (!locks) return open(handlers)

  const channel = new BroadcastChannel(name)
  channel.onmessage = ({ data }: MessageEvent<Word>) => {
    if ('event' in data) handlers.onEvent(data.event)
    else handlers.onStarted()
  }
  const tell = (word: Word) => channel.postMessage(word)
  const left = new AbortController()

  let leads = false
  const lead = () =>
    new Promise<void>((release) => {
      if (left.signal.aborted) return release()
      leads = true
      const close = open({
        onEvent: (event) => {
          tell({ event })
          handlers.onEvent(event)
        },
        onStarted: () => {
          tell({ started: true })
          handlers.onStarted()
        },
      })
      left.signal.addEventListener('abort', () => {
        close()
        release()
      })
    })
  locks.request(name, { signal: left.signal }, lead).catch(() => undefined)
  // A stream that is up does not start for who joins it: what passed between this page's own reading and now is told nobody.
  void locks.query().then(({ held }) => {
    const isUp = held?.some((lock) => lock.name === name) && !leads
    if (isUp && !left.signal.aborted) handlers.onStarted()
  })

  return () => {
    left.abort()
    channel.close()
  }
}
