'use client'

import { FileName, type UploadTicket } from '@insula/contracts'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useApi, useApiClient } from '../../api/client.ts'
import { type Fault, faultOf } from '../../api/refusal.ts'
import { StoreFault, sendToStore } from './send-to-store.ts'
import { addUploads, changeUpload, forgetUpload, type Upload } from './uploads.ts'

const atOnce = 3

interface Task {
  file: File
  ticket: UploadTicket | null
  sent: boolean
  abort: AbortController
}

// Beside the shown state: what it takes to go on. Kept outside of React, as uploads outlive pages.
const tasks = new Map<string, Task>()
const queue: string[] = []
let running = 0

const faultFrom = (error: unknown): Fault =>
  error instanceof StoreFault
    ? { code: 'unavailable', message: error.message, details: {}, requestId: null }
    : faultOf(error)

const isExpired = (ticket: UploadTicket) => Date.parse(ticket.post.expiresAt) < Date.now() + 5_000

/** Uploads files: reserves room, sends the bytes to the store, confirms. A retry goes on at the step that failed. */
export const useUploader = () => {
  const api = useApi()
  const client = useApiClient()
  const queryClient = useQueryClient()

  return useMemo(() => {
    const refresh = () => void queryClient.invalidateQueries({ queryKey: api.files.pathKey() })

    const work = async (key: string) => {
      const task = tasks.get(key)
      if (!task) return
      const { file, abort } = task
      try {
        changeUpload(key, { state: 'sending', fault: null, sentBytes: 0 })
        if (!task.sent) {
          if (!task.ticket || isExpired(task.ticket)) {
            const contentType = file.type || 'application/octet-stream'
            task.ticket = await client.files.startUpload.mutate({
              name: file.name,
              bytes: file.size,
              contentType,
            })
            changeUpload(key, { fileId: task.ticket.file.id })
          }
          const onProgress = (sentBytes: number) => changeUpload(key, { sentBytes })
          await sendToStore(task.ticket.post, file, { onProgress, signal: abort.signal })
          task.sent = true
        }
        if (!task.ticket) return
        await client.files.completeUpload.mutate({ fileId: task.ticket.file.id })
        changeUpload(key, { state: 'checking', sentBytes: file.size })
        tasks.delete(key)
        refresh()
      } catch (error) {
        if (!abort.signal.aborted) changeUpload(key, { state: 'failed', fault: faultFrom(error) })
      }
    }

    const pump = () => {
      while (running < atOnce) {
        const key = queue.shift()
        if (!key) return
        running += 1
        void work(key).finally(() => {
          running -= 1
          pump()
        })
      }
    }

    const enqueue = (keys: string[]) => {
      queue.push(...keys)
      pump()
    }

    return {
      start: (files: File[]) => {
        const added = files.map((file): Upload => {
          const key = crypto.randomUUID()
          const name = FileName.safeParse(file.name)
          const message = file.size === 0 ? 'The file is empty' : name.error?.issues[0]?.message
          if (!message) tasks.set(key, { file, ticket: null, sent: false, abort: new AbortController() })
          return {
            key,
            name: file.name,
            bytes: file.size,
            sentBytes: 0,
            state: message ? 'failed' : 'waiting',
            fileId: null,
            fault: message ? { code: 'invalid', message, details: {}, requestId: null } : null,
          }
        })
        addUploads(added)
        enqueue(added.filter((upload) => upload.state === 'waiting').map((upload) => upload.key))
      },
      mayRetry: (upload: Upload) => upload.state === 'failed' && tasks.has(upload.key),
      retry: (upload: Upload) => {
        changeUpload(upload.key, { state: 'waiting', fault: null })
        enqueue([upload.key])
      },
      /** Stops, and gives back the room that was reserved. */
      cancel: async (upload: Upload) => {
        tasks.get(upload.key)?.abort.abort()
        tasks.delete(upload.key)
        forgetUpload(upload.key)
        if (upload.fileId)
          await client.files.trash.mutate({ fileId: upload.fileId }).then(refresh, () => undefined)
      },
    }
  }, [api, client, queryClient])
}
