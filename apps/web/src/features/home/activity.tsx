'use client'

import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useApi } from '../../api/client.ts'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { EntryTable } from '../audit/shared/entry-table.tsx'

export const Activity = () => {
  const latest = useQuery(useApi().audit.list.queryOptions({ limit: 6 }))
  if (latest.isError) return <LoadFault error={latest.error} onRetry={() => void latest.refetch()} />
  return (
    <EntryTable
      label="Latest activity"
      entries={latest.data?.items}
      foot={
        <Anchor component={Link} href="/audit" size="xs">
          See everything
        </Anchor>
      }
    />
  )
}
