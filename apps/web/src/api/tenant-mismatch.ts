'use client'

import { useSyncExternalStore } from 'react'

let mismatched = false
const listeners = new Set<() => void>()

/** Remembers that this page's tenant is no longer the session's. */
export const noticeMismatch = () => {
  mismatched = true
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Whether the person switched to another tenant in another tab. */
export const useMismatch = () =>
  useSyncExternalStore(
    subscribe,
    () => mismatched,
    () => false,
  )
