import { setTimeout as pause } from 'node:timers/promises'

type End = (comeBackMs: number) => void

const encoder = new TextEncoder()
const open = new Set<End>()
/** By who holds them; oldest first. */
const held = new Map<string, Set<End>>()

/** More than anybody has pages open; a program that opens streams without end keeps the newest. */
export const streamsOfOne = 64
const comeBackMs = 500
const comeBackLaterMs = 10_000

/**
 * A stream of server-sent events that can be sent home: it ends between two events as if the line had been cut, upon which
 * a browser comes back by itself, to whichever process is there, with the id of the last event it saw.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function sendableHome(events: ReadableStream<Uint8Array>, holder: string): ReadableStream<Uint8Array> {
  let end: End = () => {}
  const through = new TransformStream<Uint8Array, Uint8Array>({
    start(controller) {
      end = (afterMs) => {
        forget(holder, end)
        // How many milliseconds a browser waits before it comes back.
        controller.enqueue(encoder.encode(`retry: ${afterMs}\n\n`))
        controller.terminate()
      }
    },
  })
  const ofHolder = held.get(holder) ?? new Set()
  held.set(holder, ofHolder.add(end))
  open.add(end)
  if (ofHolder.size > streamsOfOne) ofHolder.values().next().value?.(comeBackLaterMs)
  events
    .pipeTo(through.writable)
    .catch(() => {})
    .finally(() => forget(holder, end))
  return through.readable
}

/** How many are open in this process. */
export const openStreams = (): number => open.size

function forget(holder: string, end: End): void {
  open.delete(end)
  const ofHolder = held.get(holder)
  ofHolder?.delete(end)
  if (ofHolder?.size === 0) held.delete(holder)
}

/** Sends all home, one after the other over `overMs`, so that they don't all come back in the same moment. */
export async function sendStreamsHome(overMs: number): Promise<void> {
  const streams = [...open]
  const began = performance.now()
  for (const [index, end] of streams.entries()) {
    const dueMs = (overMs * index) / streams.length - (performance.now() - began)
    if (dueMs > 0) await pause(dueMs)
    if (open.has(end)) end(comeBackMs)
  }
  const leftMs = overMs - (performance.now() - began)
  if (leftMs > 0) await pause(leftMs)
  // those that came meanwhile
  for (const end of [...open]) end(comeBackMs)
}
