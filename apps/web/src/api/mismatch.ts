'use client'

import { useSyncExternalStore } from 'react'

let mismatched = false
const listeners = new Set<() => void>()

const set = (next: boolean) => {
  mismatched = next
  for (const listener of listeners) listener()
}

/** Remembers that the person, session or tenant is no longer the one that this page was made for. */
export const noticeMismatch = () => set(true)
/** Forgets it, once the page goes on with the session that there is. */
export const noticeMatch = () => set(false)

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Whether somebody signed in, or switched to another tenant, in another tab. */
export const useMismatch = () =>
  useSyncExternalStore(
    subscribe,
    () => mismatched,
    () => false,
  )
