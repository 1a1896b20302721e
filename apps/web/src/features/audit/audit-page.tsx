'use client'

import { type AuditEntry, auditActions } from '@insula/contracts'
import { Button, EmptyState, Select, Text, TextInput } from '@mantine/core'
import { IconFilterOff, IconListDetails } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { ApiCall } from '../../patterns/api-call.tsx'
import { type Column, DataTable } from '../../patterns/data-table.tsx'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { ListBar } from '../../patterns/list-bar.tsx'
import { MoreFoot } from '../../patterns/more-foot.tsx'
import { PageHead } from '../../patterns/page-head.tsx'
import { SearchField } from '../../patterns/search-field.tsx'
import { Time } from '../../patterns/time.tsx'
import { useFilters } from '../../patterns/use-filters.ts'
import { EntryDetails } from './entry-details.tsx'
import { EntrySentence } from './entry-sentence.tsx'
import { ExportAudit } from './export-audit.tsx'
import { doing } from './sentences.ts'

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
    cell: (entry) => (
      <Text ff="monospace" size="xs" c="dimmed" component="span">
        {entry.action}
      </Text>
    ),
  },
  { key: 'address', head: 'Address', card: 'left-out', cell: (entry) => entry.ipAddress ?? '–' },
  { key: 'at', head: 'When', card: 'fact', align: 'end', cell: (entry) => <Time at={entry.at} /> },
]

const actionChoices = [...Map.groupBy(auditActions, (action) => action.split('.', 1)[0] ?? '')].map(
  ([kind, actions]) => ({
    group: kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll('-', ' '),
    items: actions.map((value) => ({ value, label: doing(value) })),
  }),
)

/** An empty date field shows only how the browser writes dates, so it says in itself which end it is. */
const DayField = ({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (day: string) => void
}) => (
  <TextInput
    type="date"
    aria-label={label}
    leftSection={<span aria-hidden="true">{label}</span>}
    leftSectionWidth={52}
    styles={{ section: { fontSize: 13, color: 'var(--mantine-color-dimmed)' } }}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
    w={178}
  />
)

/** A day of the date field as the instant it begins, or ends, in the person's own zone. */
const instantOf = (day: string, end: boolean) =>
  /^\d{4}-\d\d-\d\d$/.test(day)
    ? new Date(`${day}T${end ? '23:59:59.999' : '00:00:00'}`).toISOString()
    : undefined

export const AuditPage = () => {
  const api = useApi()
  const filters = useFilters(['search', 'action', 'actor', 'target', 'from', 'to'])
  const opened = useFilters(['entry'])
  const { search, action, actor, target, from, to } = filters.values
  const people = useQuery(api.tenants.people.queryOptions())
  const query = {
    search: search || undefined,
    action: action || undefined,
    actorId: actor || undefined,
    targetId: target || undefined,
    from: instantOf(from, false),
    to: instantOf(to, true),
  }
  const list = useInfiniteQuery(
    api.audit.list.infiniteQueryOptions(query, {
      getNextPageParam: (page) => page.nextCursor,
      placeholderData: keepPreviousData,
    }),
  )
  const entries = list.data?.pages.flatMap((page) => page.items)
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
      <ListBar>
        <SearchField
          label="Search by name"
          value={search}
          onSearch={(next) => filters.set({ search: next })}
        />
        <Select
          aria-label="Action"
          placeholder="Whatever was done"
          data={actionChoices}
          value={action || null}
          onChange={(next) => filters.set({ action: next })}
          searchable
          clearable
          w={210}
        />
        <Select
          aria-label="Actor"
          placeholder="Anybody"
          data={people.data?.members.map((member) => ({ value: member.userId, label: member.name })) ?? []}
          value={actor || null}
          onChange={(next) => filters.set({ actor: next })}
          searchable
          clearable
          w={170}
        />
        <DayField label="From" value={from} onChange={(day) => filters.set({ from: day })} />
        <DayField label="To" value={to} onChange={(day) => filters.set({ to: day })} />
        {filters.active ? (
          <Button variant="subtle" color="gray" onClick={filters.clear}>
            Clear filters
          </Button>
        ) : null}
      </ListBar>
      {list.isError ? (
        <LoadFault error={list.error} onRetry={() => void list.refetch()} />
      ) : entries?.length === 0 ? (
        <EmptyState
          py={56}
          icon={
            filters.active ? (
              <IconFilterOff size={32} stroke={1.4} />
            ) : (
              <IconListDetails size={36} stroke={1.4} />
            )
          }
          title={filters.active ? 'Nothing matches' : 'Nothing yet'}
          description={
            filters.active ? 'Try a longer time or another action.' : 'Every change will be recorded here.'
          }
        />
      ) : (
        <DataTable
          label="Audit log"
          columns={columns}
          rows={entries}
          keyOf={({ id }) => id}
          onOpen={({ id }) => opened.set({ entry: id })}
          hrefOf={({ id }) => `?entry=${id}`}
          expected={10}
          dense
          foot={
            <MoreFoot
              shown={entries?.length ?? 0}
              noun={['entry', 'entries']}
              hasMore={list.hasNextPage}
              loading={list.isFetchingNextPage}
              onMore={() => void list.fetchNextPage()}
            />
          }
        />
      )}
      <EntryDetails
        entry={entry}
        onClose={() => opened.set({ entry: null })}
        onFollow={(targetId) => {
          filters.clear()
          filters.set({ target: targetId })
          opened.set({ entry: null })
        }}
      />
    </>
  )
}
