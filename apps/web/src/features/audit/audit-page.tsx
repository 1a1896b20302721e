'use client'

import { type AuditEntry, auditActions } from '@insula/contracts'
import { Text } from '@mantine/core'
import { IconListDetails } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useApi } from '../../api/client.ts'
import { ApiCall } from '../../patterns/api-call.tsx'
import type { Column } from '../../patterns/data-table.tsx'
import type { ListFilter } from '../../patterns/list-filter.tsx'
import { ListPage } from '../../patterns/list-page.tsx'
import { PageHead } from '../../patterns/page-head.tsx'
import { Time } from '../../patterns/time.tsx'
import { useFilters } from '../../patterns/use-filters.ts'
import { useList } from '../../patterns/use-list.ts'
import { entriesQuery, entriesShape } from './entries.ts'
import { EntrySentence } from './entry-sentence.tsx'
import { ExportAudit } from './export-audit.tsx'
import { doing, type Sentences } from './sentences.ts'
import { useSentences } from './shared/sentences.tsx'

const EntryDetails = dynamic(() => import('./entry-details.tsx').then((module) => module.EntryDetails), {
  ssr: false,
})

const columns: Column<AuditEntry>[] = [
  {
    key: 'what',
    head: 'What happened',
    card: 'title',
    cell: (entry) => <EntrySentence entry={entry} />,
  },
  {
    key: 'action',
    head: 'Action',
    card: 'fact',
    // Most fit; one that does not breaks at its hyphen.
    width: 172,
    cell: (entry) => (
      <Text ff="monospace" size="xs" c="dimmed" component="span">
        {entry.action}
      </Text>
    ),
  },
  { key: 'address', head: 'Address', card: 'left-out', cell: (entry) => entry.ipAddress ?? '–' },
  {
    key: 'at',
    head: 'When',
    card: 'fact',
    align: 'end',
    sort: 'at',
    cell: (entry) => <Time at={entry.at} />,
  },
]

const actionChoices = (sentences: Sentences) =>
  [...Map.groupBy(auditActions, (action) => action.split('.', 1)[0] ?? '')].map(([kind, actions]) => ({
    group: kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll('-', ' '),
    items: actions.map((value) => ({ value, label: doing(value, sentences) })),
  }))

const filtersWith = (sentences: Sentences, people: ListFilter & { kind: 'choice' }): ListFilter[] => [
  {
    kind: 'choice',
    name: 'action',
    label: 'Action',
    any: 'Whatever was done',
    options: actionChoices(sentences),
    searchable: true,
    width: 210,
  },
  people,
  { kind: 'linked', name: 'target', label: 'About' },
  { kind: 'day', name: 'from', label: 'From' },
  { kind: 'day', name: 'to', label: 'To' },
]

export const AuditPage = () => {
  const api = useApi()
  const list = useList(entriesShape)
  const opened = useFilters(['entry'])
  const people = useQuery(api.tenants.people.queryOptions())
  const query = entriesQuery(list)
  const source = useInfiniteQuery(
    api.audit.list.infiniteQueryOptions(query, {
      getNextPageParam: (page) => page.nextCursor,
      placeholderData: keepPreviousData,
    }),
  )
  const entries = source.data?.pages.flatMap((page) => page.items)
  const listed = entries?.find(({ id }) => id === opened.values.entry)
  const single = useQuery(
    api.audit.get.queryOptions(
      { auditEntryId: opened.values.entry },
      { enabled: opened.values.entry !== '' && entries !== undefined && !listed },
    ),
  )
  const entry = listed ?? (opened.values.entry ? single.data : undefined)

  return (
    <>
      <PageHead
        title="Audit"
        about="Who did what, when and from where. Nothing here can be changed."
        actions={
          <>
            <ApiCall method="GET" path="/audit" scope="audit:read" />
            <ExportAudit query={query} />
          </>
        }
      />
      <ListPage
        name="audit"
        label="Audit log"
        noun={['entry', 'entries']}
        list={list}
        source={source}
        rows={entries}
        columns={columns}
        keyOf={({ id }) => id}
        nameOf={({ action }) => action}
        search="Search by name"
        filters={filtersWith(useSentences(), {
          kind: 'choice',
          name: 'actor',
          label: 'Actor',
          any: 'Anybody',
          options: people.data?.members.map(({ userId, name }) => ({ value: userId, label: name })) ?? [],
          searchable: true,
          width: 170,
        })}
        opens="entry"
        dense
        expected={10}
        empty={{
          icon: <IconListDetails size={36} stroke={1.4} />,
          title: 'Nothing yet',
          description: 'Every change will be recorded here.',
        }}
        emptyFiltered={{ title: 'Nothing matches', description: 'Try a longer time or another action.' }}
      />
      {entry ? (
        <EntryDetails
          entry={entry}
          onClose={() => opened.set({ entry: null })}
          onFollow={(targetId) => {
            list.clear()
            list.set({ target: targetId, entry: null })
          }}
        />
      ) : null}
    </>
  )
}
