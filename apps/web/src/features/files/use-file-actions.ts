'use client'

import { type File, type VariantName, visible } from '@insula/contracts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useApi, useApiClient } from '../../api/client.ts'
import { useTenant } from '../../api/me.ts'
import { confirm } from '../../patterns/confirm.tsx'
import { isolated, notify, notifyFault } from '../../patterns/notify.tsx'
import { formatBytes } from '../../patterns/quantity.ts'
import type { BulkAction } from '../../patterns/use-bulk.ts'
import { fileActs } from './file-acts.ts'

const nameOf = (file: File) => isolated(visible(file.name))

/** What can be done with a file, each said and, where possible, undone in its toast. */
export const useFileActions = () => {
  const api = useApi()
  const client = useApiClient()
  const queryClient = useQueryClient()
  const { permissions } = useTenant()
  const refresh = () => queryClient.invalidateQueries({ queryKey: api.files.pathKey() })

  const restore = useMutation(api.files.restore.mutationOptions({ onSuccess: refresh, onError: notifyFault }))
  const trash = useMutation(api.files.trash.mutationOptions({ onSuccess: refresh, onError: notifyFault }))
  const retry = useMutation(api.files.retry.mutationOptions({ onSuccess: refresh, onError: notifyFault }))

  const purge = useMutation(api.files.purge.mutationOptions({ onSuccess: refresh, onError: notifyFault }))
  const discard = useMutation(api.files.discard.mutationOptions({ onSuccess: refresh, onError: notifyFault }))

  // What is said afterwards must not hang on the drawer or the row, which the change itself may close.
  const then = <Answer>(done: Promise<Answer>, tell: () => void) => void done.then(tell, () => undefined)

  /** What can be done to several, each by the call that does it to one. */
  const ofSeveral: BulkAction<File>[] = [
    {
      label: 'Move to trash',
      takes: (file) => fileActs(file, permissions).includes('trash'),
      run: (file) => client.files.trash.mutate({ fileId: file.id }).then(refresh),
      done: ['file is in the trash', 'files are in the trash'],
    },
    {
      label: 'Restore',
      takes: (file) => fileActs(file, permissions).includes('restore'),
      run: (file) => client.files.restore.mutate({ fileId: file.id }).then(refresh),
      done: ['file is back', 'files are back'],
    },
  ]

  return {
    ofSeveral,
    trash: (file: File) =>
      then(trash.mutateAsync({ fileId: file.id }), () =>
        notify(`${nameOf(file)} is in the trash`, () => restore.mutate({ fileId: file.id })),
      ),
    restore: (file: File) =>
      then(restore.mutateAsync({ fileId: file.id }), () => notify(`${nameOf(file)} is back`)),
    purge: (file: File, onDone?: () => void) =>
      confirm({
        title: `Delete ${nameOf(file)} for good?`,
        consequence: `Its ${formatBytes(file.storedBytes)} become free. This cannot be undone.`,
        action: 'Delete for good',
        onConfirm: () =>
          then(purge.mutateAsync({ fileId: file.id }), () => {
            notify(`${nameOf(file)} is deleted`)
            onDone?.()
          }),
      }),
    discard: (file: File, onDone?: () => void) =>
      then(discard.mutateAsync({ fileId: file.id }), () => {
        notify(`${nameOf(file)} is discarded`)
        onDone?.()
      }),
    retry: (file: File) =>
      then(retry.mutateAsync({ fileId: file.id }), () => notify(`Processing ${nameOf(file)} again`)),
    retrying: retry.isPending,
    download: async (file: File, variant?: VariantName) => {
      try {
        const { url } = await client.files.download.query({ fileId: file.id, variant })
        window.location.assign(url)
      } catch (error) {
        notifyFault(error)
      }
    },
  }
}
