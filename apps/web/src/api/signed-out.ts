'use client'

import { useSyncExternalStore } from 'react'

let signedOut = false
const listeners = new Set<() => void>()

const set = (next: boolean) => {
  if (signedOut === next) return
  signedOut = next
  for (const listener of listeners) listener()
}

/** Remembers that the server no longer knows this page's session. */
export const noticeSignedOut = () => set(true)
/** Forgets it, once somebody signed in again on this very page. */
export const noticeSignedIn = () => set(false)

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Whether the session ended while the page stood open. */
export const useSignedOut = () =>
  useSyncExternalStore(
    subscribe,
    () => signedOut,
    () => false,
  )
