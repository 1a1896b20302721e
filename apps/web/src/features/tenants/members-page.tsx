'use client'

import { Button } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useApi } from '../../api/client.ts'
import { useMay, useTenant } from '../../api/me.ts'
import { ApiCall } from '../../patterns/api-call.tsx'
import type { ListFilter } from '../../patterns/list-filter.tsx'
import { ListPage } from '../../patterns/list-page.tsx'
import { PageHead } from '../../patterns/page-head.tsx'
import { useFilters } from '../../patterns/use-filters.ts'
import { useList } from '../../patterns/use-list.ts'
import { endedOf, endedSort, peopleOf, peopleShape } from './person.ts'
import { personColumns } from './person-columns.tsx'
import { SeatsLine } from './seats-line.tsx'
import { usePeopleBulk } from './use-people-bulk.ts'

const InviteModal = dynamic(() => import('./invite-modal.tsx').then((module) => module.InviteModal), {
  ssr: false,
})

const filters: ListFilter[] = [
  {
    kind: 'choice',
    name: 'state',
    label: 'State',
    any: 'Active and invited',
    options: [
      { value: 'active', label: 'Active' },
      { value: 'pending', label: 'Invited' },
      { value: 'ended', label: 'Ended invitations' },
    ],
    width: 180,
  },
]

export const MembersPage = () => {
  const api = useApi()
  const tenant = useTenant()
  const mayWrite = useMay('members:write')
  const list = useList(peopleShape)
  const bulk = usePeopleBulk()
  const dialog = useFilters(['invite'])
  const people = useQuery(api.tenants.people.queryOptions())
  const asksEnded = list.values.state === 'ended'
  const ended = useInfiniteQuery(
    api.tenants.listInvitations.infiniteQueryOptions(
      {
        state: 'ended',
        search: list.values.search || undefined,
        sort: endedSort(list.sort),
        limit: list.size,
      },
      { getNextPageParam: (page) => page.nextCursor, placeholderData: keepPreviousData, enabled: asksEnded },
    ),
  )
  const rows = asksEnded
    ? ended.data && endedOf(ended.data.pages.flatMap((page) => page.items))
    : people.data && peopleOf(people.data, list.values, list.sort)
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
      <ListPage
        name="members"
        label="Members and invitations"
        noun={asksEnded ? ['ended invitation', 'ended invitations'] : ['person', 'people']}
        list={list}
        source={asksEnded ? ended : people}
        rows={rows}
        columns={personColumns}
        keyOf={(person) => person.key}
        nameOf={(person) => person.name ?? person.email}
        search="Search by name or e-mail"
        filters={filters}
        end={<SeatsLine seats={people.data?.seats} />}
        bulk={mayWrite ? bulk : []}
        expected={3}
        empty={{
          icon: <IconUserPlus size={36} stroke={1.4} />,
          title: 'Nobody yet',
          description: 'Whoever works in this tenant will stand here.',
        }}
        emptyFiltered={{
          title: asksEnded ? 'No invitation has ended.' : 'Nobody matches.',
          all: 'Show everyone',
        }}
      />
      {mayWrite && dialog.values.invite === '1' ? <InviteModal onClose={close} /> : null}
    </>
  )
}
