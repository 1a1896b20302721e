'use client'

import type { AuditEntry } from '@insula/contracts'
import type { ReactNode } from 'react'
import { type Column, DataTable } from '../../../patterns/data-table.tsx'
import { Time } from '../../../patterns/time.tsx'
import { EntrySentence } from '../entry-sentence.tsx'

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

interface EntryTableProps {
  label: string
  entries: AuditEntry[] | undefined
  foot?: ReactNode
}

/** A few entries told as sentences, for where the whole log would be too much. */
export const EntryTable = ({ label, entries, foot }: EntryTableProps) => (
  <DataTable label={label} dense columns={columns} rows={entries} keyOf={(entry) => entry.id} foot={foot} />
)
