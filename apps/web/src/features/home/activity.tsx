'use client'

import type { AuditEntry } from '@insula/contracts'
import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useApi } from '../../api/client.ts'
import { type Column, DataTable } from '../../patterns/data-table.tsx'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { Time } from '../../patterns/time.tsx'
import { EntrySentence } from '../audit/entry-sentence.tsx'

const columns: Column<AuditEntry>[] = [
  {
    key: 'what',
    head: 'What happened',
    card: 'title',
    cell: (entry) => <EntrySentence entry={entry} />,
  },
  {
    key: 'at',
    head: 'When',
    card: 'fact',
    align: 'end',
    width: 140,
    cell: (entry) => <Time at={entry.at} />,
  },
]

export const Activity = () => {
  const latest = useQuery(useApi().audit.list.queryOptions({ limit: 6 }))
  if (latest.isError) return <LoadFault error={latest.error} onRetry={() => void latest.refetch()} />
  return (
    <DataTable
      label="Latest activity"
      dense
      columns={columns}
      rows={latest.data?.items}
      keyOf={(entry) => entry.id}
      foot={
        <Anchor component={Link} href="/audit" size="xs">
          See everything
        </Anchor>
      }
    />
  )
}
