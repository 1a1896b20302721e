'use client'

import { Button, Select, Text } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { useMay, useTenant } from '../../api/me.ts'
import { ApiCall } from '../../patterns/api-call.tsx'
import { DataTable } from '../../patterns/data-table.tsx'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { ListBar } from '../../patterns/list-bar.tsx'
import { MoreFoot } from '../../patterns/more-foot.tsx'
import { notify } from '../../patterns/notify.tsx'
import { PageHead } from '../../patterns/page-head.tsx'
import { SearchField } from '../../patterns/search-field.tsx'
import { FormModal } from '../../patterns/sheet.tsx'
import { useFilters } from '../../patterns/use-filters.ts'
import { InviteForm } from './invite-form.tsx'
import { endedOf, peopleOf } from './person.ts'
import { personColumns } from './person-columns.tsx'
import { SeatsLine } from './seats-line.tsx'

const states = [
  { value: 'active', label: 'Active' },
  { value: 'pending', label: 'Invited' },
  { value: 'ended', label: 'Ended invitations' },
]

export const MembersPage = () => {
  const api = useApi()
  const tenant = useTenant()
  const mayWrite = useMay('members:write')
  const filters = useFilters(['search', 'state'])
  const dialog = useFilters(['invite'])
  const people = useQuery(api.tenants.people.queryOptions())
  const asksEnded = filters.values.state === 'ended'
  const ended = useInfiniteQuery(
    api.tenants.listInvitations.infiniteQueryOptions(
      { state: 'ended', search: filters.values.search || undefined },
      { getNextPageParam: (page) => page.nextCursor, placeholderData: keepPreviousData, enabled: asksEnded },
    ),
  )
  const shown = asksEnded ? ended : people
  const rows = asksEnded
    ? ended.data && endedOf(ended.data.pages.flatMap((page) => page.items))
    : people.data && peopleOf(people.data, filters.values)
  const close = () => dialog.set({ invite: null })

  return (
    <>
      <PageHead
        title="Members"
        about={
          <>
            Who works in <bdi>{tenant.name}</bdi>, and as what.
          </>
        }
        actions={
          <>
            <ApiCall method="GET" path="/members" scope="members:read" />
            {mayWrite ? (
              <Button leftSection={<IconUserPlus size={16} />} onClick={() => dialog.set({ invite: '1' })}>
                Invite
              </Button>
            ) : null}
          </>
        }
      />
      <ListBar end={<SeatsLine seats={people.data?.seats} />}>
        <SearchField
          label="Search by name or e-mail"
          value={filters.values.search}
          onSearch={(search) => filters.set({ search })}
        />
        <Select
          aria-label="State"
          placeholder="Active and invited"
          data={states}
          value={filters.values.state || null}
          onChange={(state) => filters.set({ state })}
          clearable
          w={180}
        />
      </ListBar>
      {shown.isError ? (
        <LoadFault error={shown.error} onRetry={() => void shown.refetch()} />
      ) : (
        <DataTable
          label="Members and invitations"
          columns={personColumns}
          rows={rows}
          keyOf={(person) => person.key}
          expected={3}
          foot={
            rows ? (
              rows.length === 0 ? (
                <>
                  <Text size="sm">{asksEnded ? 'No invitation has ended.' : 'Nobody matches.'}</Text>
                  <Button size="compact-sm" variant="default" onClick={filters.clear}>
                    Show everyone
                  </Button>
                </>
              ) : asksEnded ? (
                <MoreFoot
                  shown={rows.length}
                  noun={['ended invitation', 'ended invitations']}
                  hasMore={ended.hasNextPage}
                  loading={ended.isFetchingNextPage}
                  onMore={() => void ended.fetchNextPage()}
                />
              ) : (
                <span role="status">
                  {rows.length} {rows.length === 1 ? 'person' : 'people'}
                </span>
              )
            ) : (
              <span> </span>
            )
          }
        />
      )}
      <FormModal
        opened={mayWrite && dialog.values.invite === '1'}
        onClose={close}
        title={
          <>
            Invite to <bdi>{tenant.name}</bdi>
          </>
        }
      >
        <InviteForm
          held={tenant.permissions}
          onInvited={(email) => {
            close()
            notify(`Invitation sent to ${email}`)
          }}
        />
      </FormModal>
    </>
  )
}
