'use client'

import { formatMoney, intervals, type PlanVersion, type PlatformPlan } from '@insula/contracts'
import { Badge, Button, Group, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { type Column, DataTable } from '../../patterns/data-table.tsx'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { FormDrawer } from '../../patterns/sheet.tsx'
import { Time } from '../../patterns/time.tsx'
import { useFilters } from '../../patterns/use-filters.ts'
import { useMayPlans } from './may-plans.ts'
import { PlanEditor } from './plan-editor.tsx'
import { StripeBadge } from './stripe-badge.tsx'

/** The version that says what a plan is called: what holds, or else what may. */
const shownOf = ({ published, draft, former }: PlatformPlan): PlanVersion | undefined =>
  published ?? draft ?? former[0]

const pricesOf = (version: PlanVersion | null) =>
  version
    ? intervals
        .flatMap((interval) => {
          const amount = version.prices[interval]
          return amount === null
            ? []
            : [`${formatMoney(amount, version.currency, { trim: true })} a ${interval}`]
        })
        .join(', ') || 'Nothing'
    : '–'

const columns: Column<PlatformPlan>[] = [
  {
    key: 'name',
    head: 'Plan',
    card: 'title',
    cell: (plan) => (
      <>
        <Text size="sm" fw={550}>
          <bdi>{shownOf(plan)?.name ?? plan.planId}</bdi>
        </Text>
        <Text size="xs" c="dimmed">
          {plan.planId}
        </Text>
      </>
    ),
  },
  {
    key: 'state',
    head: 'State',
    card: 'corner',
    cell: ({ published, draft, archivedAt }) => (
      <Group gap={4} wrap="nowrap">
        {published ? (
          <Badge color={archivedAt ? 'gray' : 'green'}>{archivedAt ? 'Archived' : 'Offered'}</Badge>
        ) : null}
        {draft ? <Badge color="yellow">Draft</Badge> : null}
      </Group>
    ),
  },
  { key: 'price', head: 'Price', card: 'fact', cell: ({ published }) => pricesOf(published) },
  {
    key: 'tenants',
    head: 'Tenants',
    card: 'fact',
    cardLabel: 'Tenants',
    align: 'end',
    cell: ({ tenants }) => tenants,
  },
  {
    key: 'stripe',
    head: 'Stripe',
    card: 'fact',
    cell: ({ published }) => (published ? <StripeBadge stripe={published.stripe} /> : '–'),
  },
  {
    key: 'published',
    head: 'Published',
    card: 'left-out',
    align: 'end',
    cell: ({ published }) => (published?.publishedAt ? <Time at={published.publishedAt} /> : '–'),
  },
]

const fresh = 'new'

/** Every plan; a row opens its editor. */
export const Plans = () => {
  const api = useApi()
  const queryClient = useQueryClient()
  const mayWrite = useMayPlans()
  const plans = useQuery(api.platform.listPlans.queryOptions())
  const { values, set } = useFilters(['plan'])
  const opened = plans.data?.find(({ planId }) => planId === values.plan)
  const isNew = values.plan === fresh && mayWrite
  if (plans.isError) return <LoadFault error={plans.error} onRetry={() => void plans.refetch()} />

  const changed = (plan: PlatformPlan | null) => {
    // Whoever looks at billing in another tab of this page reads it anew.
    void queryClient.invalidateQueries({ queryKey: api.platform.pathKey() })
    void queryClient.invalidateQueries({ queryKey: api.billing.pathKey() })
    void queryClient.invalidateQueries({ queryKey: api.identity.me.pathKey() })
    set({ plan: plan?.planId ?? null })
  }
  return (
    <>
      {mayWrite ? (
        <Group justify="flex-end" mb="md">
          <Button leftSection={<IconPlus size={16} />} onClick={() => set({ plan: fresh })}>
            New plan
          </Button>
        </Group>
      ) : null}
      <DataTable
        label="Plans"
        columns={columns}
        rows={plans.data}
        keyOf={({ planId }) => planId}
        onOpen={({ planId }) => set({ plan: planId })}
        hrefOf={({ planId }) => `/platform?tab=plans&plan=${planId}`}
        expected={2}
      />
      <FormDrawer
        opened={opened !== undefined || isNew}
        onClose={() => set({ plan: null })}
        position="right"
        size="lg"
        title={opened ? (shownOf(opened)?.name ?? opened.planId) : 'New plan'}
      >
        {opened || isNew ? (
          <PlanEditor key={values.plan} plan={opened ?? null} mayWrite={mayWrite} onChanged={changed} />
        ) : null}
      </FormDrawer>
    </>
  )
}
