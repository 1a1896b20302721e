'use client'

import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi, useApiClient } from '../../api/client.ts'
import { confirm } from '../../patterns/confirm.tsx'
import { notify, notifyFault } from '../../patterns/notify.tsx'
import { formatBytes } from '../../patterns/quantity.ts'

const counted = (files: number) => `${files} ${files === 1 ? 'file' : 'files'}`

/** Does away with all that is in the trash, however many calls that takes. */
export const EmptyTrash = () => {
  const api = useApi()
  const client = useApiClient()
  const queryClient = useQueryClient()
  const usage = useQuery(api.files.usage.queryOptions())
  const empty = useMutation({
    mutationFn: async () => {
      let files = 0
      for (;;) {
        const emptied = await client.files.emptyTrash.mutate()
        files += emptied.files
        if (emptied.left === 0 || emptied.files === 0) return files
      }
    },
    onSuccess: (files) => notify(`${counted(files)} deleted`),
    onError: notifyFault,
    onSettled: () => queryClient.invalidateQueries({ queryKey: api.files.pathKey() }),
  })
  const trash = usage.data?.trash
  if (!trash || trash.files === 0) return null
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={empty.isPending}
      onClick={() =>
        confirm({
          title: 'Empty the trash?',
          consequence: `${counted(trash.files)} of ${formatBytes(trash.bytes)} will be deleted for good. This cannot be undone.`,
          action: 'Empty trash',
          onConfirm: () => empty.mutate(),
        })
      }
    >
      Empty trash
    </Button>
  )
}
