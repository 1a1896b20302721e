'use client'

import { type Mail, MailState, mailStates } from '@insula/contracts'
import { Button, EmptyState, Select } from '@mantine/core'
import { IconFilterOff, IconMail } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
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
import { MailDetails } from './mail-details.tsx'
import { MailStateBadge, templateNameOf } from './mail-state.tsx'

const columns: Column<Mail>[] = [
  {
    key: 'subject',
    head: 'Subject',
    card: 'title',
    cell: (mail) => (
      <strong style={{ fontWeight: 550 }}>
        <bdi>{mail.subject}</bdi>
      </strong>
    ),
  },
  { key: 'to', head: 'To', card: 'fact', cell: (mail) => mail.to },
  { key: 'template', head: 'Template', card: 'left-out', cell: (mail) => templateNameOf(mail.template) },
  { key: 'state', head: 'State', card: 'corner', cell: (mail) => <MailStateBadge state={mail.state} /> },
  { key: 'attempts', head: 'Attempts', card: 'left-out', align: 'end', cell: (mail) => mail.attempts.length },
  { key: 'at', head: 'Created', card: 'fact', align: 'end', cell: (mail) => <Time at={mail.createdAt} /> },
]

export const MailPage = () => {
  const api = useApi()
  const filters = useFilters(['search', 'state'])
  const opened = useFilters(['mail'])
  const { search, state } = filters.values
  const list = useInfiniteQuery(
    api.notifications.listMails.infiniteQueryOptions(
      { search: search || undefined, state: MailState.safeParse(state).data },
      { getNextPageParam: (page) => page.nextCursor, placeholderData: keepPreviousData },
    ),
  )
  const mails = list.data?.pages.flatMap((page) => page.items)

  return (
    <>
      <PageHead
        title="Mail log"
        about="Every mail that was sent for your tenant, with each attempt."
        actions={<ApiCall method="GET" path="/mails" scope="mail:read" />}
      />
      <ListBar>
        <SearchField
          label="Search by subject or address"
          value={search}
          onSearch={(next) => filters.set({ search: next })}
        />
        <Select
          aria-label="State"
          placeholder="Any state"
          data={mailStates.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) }))}
          value={state || null}
          onChange={(next) => filters.set({ state: next })}
          clearable
          w={140}
        />
      </ListBar>
      {list.isError ? (
        <LoadFault error={list.error} onRetry={() => void list.refetch()} />
      ) : mails?.length === 0 ? (
        <EmptyState
          py={56}
          icon={
            filters.active ? <IconFilterOff size={32} stroke={1.4} /> : <IconMail size={36} stroke={1.4} />
          }
          title={filters.active ? 'No mail matches' : 'No mail yet'}
          description={
            filters.active
              ? 'Try another word or state.'
              : 'Invitations, verifications and billing notices will stand here, whether they arrived or not.'
          }
        >
          {filters.active ? (
            <EmptyState.Actions>
              <Button variant="default" onClick={filters.clear}>
                Show all mail
              </Button>
            </EmptyState.Actions>
          ) : null}
        </EmptyState>
      ) : (
        <DataTable
          label="Mail log"
          columns={columns}
          rows={mails}
          keyOf={(mail) => mail.id}
          onOpen={(mail) => opened.set({ mail: mail.id })}
          hrefOf={(mail) => `?mail=${mail.id}`}
          foot={
            <MoreFoot
              shown={mails?.length ?? 0}
              noun={['mail', 'mails']}
              hasMore={list.hasNextPage}
              loading={list.isFetchingNextPage}
              onMore={() => void list.fetchNextPage()}
            />
          }
        />
      )}
      <MailDetails mailId={opened.values.mail || null} onClose={() => opened.set({ mail: null })} />
    </>
  )
}
