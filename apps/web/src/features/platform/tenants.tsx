'use client'

import { type PlatformTenant, planOf } from '@insula/contracts'
import { Badge, Button, EmptyState, Text } from '@mantine/core'
import { IconFilterOff } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { type Column, DataTable } from '../../patterns/data-table.tsx'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { ListBar } from '../../patterns/list-bar.tsx'
import { MoreFoot } from '../../patterns/more-foot.tsx'
import { formatBytes } from '../../patterns/quantity.ts'
import { SearchField } from '../../patterns/search-field.tsx'
import { Time } from '../../patterns/time.tsx'
import { useFilters } from '../../patterns/use-filters.ts'

const columns: Column<PlatformTenant>[] = [
  {
    key: 'name',
    head: 'Tenant',
    card: 'title',
    cell: (tenant) => (
      <>
        <Text size="sm" fw={550}>
          <bdi>{tenant.name}</bdi>
        </Text>
        <Text size="xs" c="dimmed">
          {tenant.slug}
        </Text>
      </>
    ),
  },
  {
    key: 'plan',
    head: 'Plan',
    card: 'corner',
    cell: ({ planId }) => <Badge color={planId === 'free' ? 'gray' : 'green'}>{planOf(planId).name}</Badge>,
  },
  { key: 'members', head: 'Members', card: 'left-out', align: 'end', cell: (tenant) => tenant.members },
  {
    key: 'storage',
    head: 'Storage',
    card: 'fact',
    align: 'end',
    cell: (tenant) => formatBytes(tenant.storageBytes),
  },
  {
    key: 'created',
    head: 'Created',
    card: 'fact',
    align: 'end',
    cell: (tenant) => <Time at={tenant.createdAt} />,
  },
]

export const Tenants = () => {
  const filters = useFilters(['search'])
  const { search } = filters.values
  const list = useInfiniteQuery(
    useApi().platform.listTenants.infiniteQueryOptions(
      { search: search || undefined },
      { getNextPageParam: (page) => page.nextCursor, placeholderData: keepPreviousData },
    ),
  )
  const tenants = list.data?.pages.flatMap((page) => page.items)
  return (
    <>
      <ListBar>
        <SearchField
          label="Search by name or slug"
          value={search}
          onSearch={(next) => filters.set({ search: next })}
        />
      </ListBar>
      {list.isError ? (
        <LoadFault error={list.error} onRetry={() => void list.refetch()} />
      ) : tenants?.length === 0 ? (
        <EmptyState py="xl" icon={<IconFilterOff size={32} stroke={1.4} />} title="No tenant matches">
          <EmptyState.Actions>
            <Button variant="default" onClick={filters.clear}>
              Show all tenants
            </Button>
          </EmptyState.Actions>
        </EmptyState>
      ) : (
        <DataTable
          label="Tenants"
          columns={columns}
          rows={tenants}
          keyOf={(tenant) => tenant.id}
          foot={
            <MoreFoot
              shown={tenants?.length ?? 0}
              noun={['tenant', 'tenants']}
              hasMore={list.hasNextPage}
              loading={list.isFetchingNextPage}
              onMore={() => void list.fetchNextPage()}
            />
          }
        />
      )}
    </>
  )
}
