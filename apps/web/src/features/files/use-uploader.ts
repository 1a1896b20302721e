'use client'

import { FileName, type File as StoredFile, type UploadTicket, visible } from '@insula/contracts'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { asTold } from '../../api/as-told.ts'
import { useApi, useApiClient } from '../../api/client.ts'
import { type Fault, faultOf } from '../../api/refusal.ts'
import { notify } from '../../patterns/notify.tsx'
import { FileChanged, StoreFault, sendToStore, stillReadable } from './send-to-store.ts'
import { addUploads, changeUpload, forgetUpload, type Upload } from './shared/uploads.ts'

const atOnce = 3

interface Task {
  file: File
  /** The file for which room is reserved already. */
  fileId: string | null
  ticket: UploadTicket | null
  sent: boolean
  abort: AbortController
}

// Beside the shown state: what it takes to go on. Kept outside of React, as uploads outlive pages.
const tasks = new Map<string, Task>()
const queue: string[] = []
let running = 0

const faultFrom = (error: unknown): Fault => {
  if (error instanceof FileChanged) return told('gone', error.message)
  return error instanceof StoreFault ? told('unavailable', error.message) : faultOf(error)
}

const told = (code: Fault['code'], message: string): Fault => ({
  code,
  message,
  details: {},
  requestId: null,
})

const taskOf = (file: File, fileId: string | null = null): Task => ({
  file,
  fileId,
  ticket: null,
  sent: false,
  abort: new AbortController(),
})

/** The server asks for patience: the upload says so, and goes on by itself. */
const waiting = (key: string, signal: AbortSignal) => ({
  signal,
  onWait: () => changeUpload(key, { state: 'waiting', held: true }),
})

const isExpired = (ticket: UploadTicket) => Date.parse(ticket.post.expiresAt) < Date.now() + 5_000

/** Uploads files: reserves room, sends the bytes to the store, confirms. A retry goes on at the step that failed. */
export const useUploader = () => {
  const api = useApi()
  const client = useApiClient()
  const queryClient = useQueryClient()

  return useMemo(() => {
    const refresh = () => void queryClient.invalidateQueries({ queryKey: api.files.pathKey() })

    const discard = (fileId: string) => client.files.discard.mutate({ fileId }).then(refresh, () => undefined)

    /** A form for the room that is reserved already; where that was given up meanwhile, for new room. */
    const ticketFor = async ({ file, fileId }: Task) => {
      const begin = () =>
        client.files.startUpload.mutate({
          name: file.name,
          bytes: file.size,
          contentType: file.type || undefined,
        })
      if (!fileId) return begin()
      return client.files.resumeUpload.mutate({ fileId }).catch((error: unknown) => {
        if (faultOf(error).code === 'not_found') return begin()
        throw error
      })
    }

    const work = async (key: string) => {
      const task = tasks.get(key)
      if (!task) return
      const { file, abort } = task
      try {
        changeUpload(key, { state: 'sending', fault: null, sentBytes: 0 })
        if (!task.sent) {
          await stillReadable(file)
          if (!task.ticket || isExpired(task.ticket)) {
            const reserve = () => ticketFor(task)
            task.ticket = await asTold(reserve, { ...waiting(key, abort.signal), twiceIsOnce: false })
            changeUpload(key, { state: 'sending', held: false })
          }
          task.fileId = task.ticket.file.id
          changeUpload(key, { fileId: task.fileId })
          // Cancelled while room was being reserved.
          if (abort.signal.aborted) return void (await discard(task.fileId))
          const onProgress = (sentBytes: number) => changeUpload(key, { sentBytes })
          await sendToStore(task.ticket.post, file, { onProgress, signal: abort.signal })
          task.sent = true
        }
        if (!task.ticket) return
        const { file: reserved } = task.ticket
        const complete = () => client.files.completeUpload.mutate({ fileId: reserved.id })
        await asTold(complete, { ...waiting(key, abort.signal), twiceIsOnce: true })
        changeUpload(key, { state: 'checking', held: false, sentBytes: file.size })
        tasks.delete(key)
        refresh()
      } catch (error) {
        if (abort.signal.aborted) return
        changeUpload(key, { state: 'failed', held: false, fault: faultFrom(error) })
        // These bytes are no more: nothing can arrive in the room that was reserved for them.
        if (error instanceof FileChanged && task.fileId) {
          changeUpload(key, { fileId: null })
          await discard(task.fileId)
        }
      }
    }

    /** For what was sent whole, and failed only afterwards. */
    const processAgain = async ({ key, fileId }: Upload) => {
      if (!fileId) return
      try {
        const stored = await client.files.retry.mutate({ fileId })
        queryClient.setQueryData(api.files.get.queryKey({ fileId }), stored)
        changeUpload(key, { state: 'checking', fault: null })
        refresh()
      } catch (error) {
        changeUpload(key, { fault: faultFrom(error) })
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
          const message =
            file.size === 0 ? 'The file is empty. Choose another.' : name.error?.issues[0]?.message
          if (!message) tasks.set(key, taskOf(file))
          return {
            key,
            name: file.name,
            bytes: file.size,
            sentBytes: 0,
            state: message ? 'failed' : 'waiting',
            held: false,
            fileId: null,
            fault: message ? told('invalid', message) : null,
          }
        })
        addUploads(added)
        enqueue(added.filter((upload) => upload.state === 'waiting').map((upload) => upload.key))
      },
      /** Goes on with an upload that broke off, here or elsewhere, with the same file chosen again. */
      resume: (stored: StoredFile, file: File) => {
        if (file.size !== stored.bytes) {
          notify(`That is not the same file: ${visible(stored.name)} had ${stored.bytes} bytes`)
          return
        }
        const key = crypto.randomUUID()
        tasks.set(key, taskOf(file, stored.id))
        addUploads([
          {
            key,
            name: stored.name,
            bytes: file.size,
            sentBytes: 0,
            state: 'waiting',
            held: false,
            fileId: stored.id,
            fault: null,
          },
        ])
        enqueue([key])
      },
      /**
       * What leads on from a failed upload: the same once more, the same file chosen once more, or another file, since what
       * the bytes are does not change by trying again.
       */
      wayOn: ({ key, state, fileId, fault }: Upload): 'retry' | 'same-file' | 'another-file' | null => {
        if (state !== 'failed') return null
        if (fault?.code === 'gone') return 'same-file'
        if (fault?.code === 'unsupported' || fault?.code === 'invalid') return 'another-file'
        return tasks.has(key) || fileId ? 'retry' : null
      },
      retry: (upload: Upload) => {
        if (!tasks.has(upload.key)) return void processAgain(upload)
        changeUpload(upload.key, { state: 'waiting', fault: null })
        enqueue([upload.key])
      },
      /** Takes another choice in place of an upload that failed. */
      chooseAgain: (upload: Upload, file: File) => {
        if (file.size === 0) return notify('The file is empty. Choose another.')
        if (upload.fileId) void discard(upload.fileId)
        tasks.set(upload.key, taskOf(file))
        changeUpload(upload.key, {
          state: 'waiting',
          fault: null,
          name: file.name,
          bytes: file.size,
          fileId: null,
        })
        enqueue([upload.key])
      },
      /** Stops, or gives up what failed, and gives back the room that was reserved. */
      cancel: async (upload: Upload) => {
        const unfinished = tasks.has(upload.key)
        tasks.get(upload.key)?.abort.abort()
        tasks.delete(upload.key)
        forgetUpload(upload.key)
        if (upload.fileId && unfinished) await discard(upload.fileId)
      },
    }
  }, [api, client, queryClient])
}
