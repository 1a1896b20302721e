'use client'

import { freePlanId, type PlatformTenant } from '@insula/contracts'
import { Badge, Text } from '@mantine/core'
import { IconBuilding } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import type { Column } from '../../patterns/data-table.tsx'
import { ListPage } from '../../patterns/list-page.tsx'
import { formatBytes } from '../../patterns/quantity.ts'
import { Time } from '../../patterns/time.tsx'
import { useList } from '../../patterns/use-list.ts'
import { tenantsQuery, tenantsShape } from './tenants-query.ts'

const columns: Column<PlatformTenant>[] = [
  {
    key: 'name',
    head: 'Tenant',
    card: 'title',
    sort: 'name',
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
    cell: ({ planId, planName }) => (
      <Badge color={planId === freePlanId ? 'gray' : 'green'} maw={180}>
        {planName}
      </Badge>
    ),
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
    sort: 'created',
    cell: (tenant) => <Time at={tenant.createdAt} />,
  },
]

export const Tenants = () => {
  const list = useList(tenantsShape)
  const source = useInfiniteQuery(
    useApi().platform.listTenants.infiniteQueryOptions(tenantsQuery(list), {
      getNextPageParam: (page) => page.nextCursor,
      placeholderData: keepPreviousData,
    }),
  )
  return (
    <ListPage
      name="tenants"
      label="Tenants"
      noun={['tenant', 'tenants']}
      list={list}
      source={source}
      rows={source.data?.pages.flatMap((page) => page.items)}
      columns={columns}
      keyOf={(tenant) => tenant.id}
      nameOf={(tenant) => tenant.name}
      search="Search by name or slug"
      empty={{
        icon: <IconBuilding size={36} stroke={1.4} />,
        title: 'No tenants yet',
        description: 'Whoever signs up and makes a tenant will stand here.',
      }}
    />
  )
}
