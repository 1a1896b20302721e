import { setTimeout as pause } from 'node:timers/promises'

const encoder = new TextEncoder()
const open = new Set<() => void>()

/** Milliseconds that a browser waits before it comes back after it was sent home. */
const comeBackMs = 500

export const openStreams = () => open.size

/**
 * A stream of server-sent events that can be sent home: it ends between two events as if the line had been cut, upon which
 * a browser comes back by itself, to whichever process is there, with the id of the last event it saw.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function sendableHome(events: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let end = () => {}
  const through = new TransformStream<Uint8Array, Uint8Array>({
    start(controller) {
      end = () => {
        open.delete(end)
        controller.enqueue(encoder.encode(`retry: ${comeBackMs}\n\n`))
        controller.terminate()
      }
    },
  })
  open.add(end)
  events
    .pipeTo(through.writable)
    .catch(() => {})
    .finally(() => open.delete(end))
  return through.readable
}

/** Sends all home, one after the other over `overMs`, so that they don't all come back in the same moment. */
export async function sendStreamsHome(overMs: number): Promise<void> {
  const streams = [...open]
  const began = performance.now()
  for (const [index, end] of streams.entries()) {
    const dueMs = (overMs * index) / streams.length - (performance.now() - began)
    if (dueMs > 0) await pause(dueMs)
    if (open.has(end)) end()
  }
  const leftMs = overMs - (performance.now() - began)
  if (leftMs > 0) await pause(leftMs)
  // those that came meanwhile
  for (const end of [...open]) end()
}
