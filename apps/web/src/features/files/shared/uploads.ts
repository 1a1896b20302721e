'use client'

import { useSyncExternalStore } from 'react'
import type { Fault } from '../../../api/refusal.ts'

/** waiting: for its turn. sending: bytes go to the object store. checking: the worker has them. */
type UploadState = 'waiting' | 'sending' | 'checking' | 'ready' | 'failed'

export interface Upload {
  key: string
  name: string
  bytes: number
  sentBytes: number
  state: UploadState
  /** Waits because the server asked for it, and goes on by itself. */
  held: boolean
  /** Known once room was reserved. */
  fileId: string | null
  fault: Fault | null
}

let uploads: Upload[] = []
const listeners = new Set<() => void>()
const none: Upload[] = []

const publish = (next: Upload[]) => {
  uploads = next
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const addUploads = (added: Upload[]) => publish([...uploads, ...added])
export const changeUpload = (key: string, change: Partial<Upload>) =>
  publish(uploads.map((upload) => (upload.key === key ? { ...upload, ...change } : upload)))
export const forgetUpload = (key: string) => publish(uploads.filter((upload) => upload.key !== key))
export const isUnderway = (upload: Upload) => upload.state === 'waiting' || upload.state === 'sending'
/** Clears what has ended; what is under way stays. */
export const forgetEnded = () =>
  publish(uploads.filter((upload) => isUnderway(upload) || upload.state === 'checking'))

/** The uploads of this tab, newest last. They outlive the page that began them. */
export const useUploads = () =>
  useSyncExternalStore(
    subscribe,
    () => uploads,
    () => none,
  )
