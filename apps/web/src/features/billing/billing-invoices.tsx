'use client'

import { type BillingInvoice, formatMoney, lookUp } from '@insula/contracts'
import { Anchor, Badge, EmptyState, Group } from '@mantine/core'
import { IconFileInvoice } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { type Column, DataTable } from '../../patterns/data-table.tsx'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { MoreFoot } from '../../patterns/more-foot.tsx'
import { useDates } from '../../patterns/time.tsx'

const states: Record<string, { label: string; color: string }> = {
  draft: { label: 'Draft', color: 'gray' },
  open: { label: 'Open', color: 'yellow' },
  paid: { label: 'Paid', color: 'green' },
  uncollectible: { label: 'Uncollectible', color: 'red' },
  void: { label: 'Void', color: 'gray' },
}

/** Stripe's own pages. */
const elsewhere = { target: '_blank', rel: 'noreferrer', size: 'sm' }

const useColumns = (): Column<BillingInvoice>[] => {
  const { date, locale } = useDates()
  return [
    { key: 'number', head: 'Number', card: 'title', cell: (invoice) => invoice.number ?? 'Draft' },
    { key: 'date', head: 'Date', card: 'fact', cell: (invoice) => date(invoice.createdAt) },
    {
      key: 'state',
      head: 'State',
      card: 'fact',
      width: 132,
      cell: ({ state }) => {
        const { color, label } = lookUp(states, state) ?? { color: 'gray', label: state }
        return <Badge color={color}>{label}</Badge>
      },
    },
    {
      key: 'total',
      head: 'Total',
      card: 'corner',
      align: 'end',
      cell: (invoice) => formatMoney(invoice.total, invoice.currency, { locale }),
    },
    {
      key: 'stripe',
      head: 'Pay or download',
      bare: true,
      card: 'fact',
      align: 'end',
      width: 110,
      cell: ({ state, hostedUrl, pdfUrl, number }) => (
        <Group gap="sm" justify="flex-end" wrap="nowrap">
          {state === 'open' && hostedUrl ? (
            <Anchor {...elsewhere} href={hostedUrl} aria-label={`Pay invoice ${number ?? ''}`}>
              Pay
            </Anchor>
          ) : null}
          {pdfUrl ? (
            <Anchor {...elsewhere} href={pdfUrl} aria-label={`PDF of invoice ${number ?? ''}`}>
              PDF
            </Anchor>
          ) : null}
        </Group>
      ),
    },
  ]
}

export const BillingInvoices = () => {
  const columns = useColumns()
  const list = useInfiniteQuery(
    useApi().billing.listInvoices.infiniteQueryOptions(
      { limit: 12 },
      { getNextPageParam: (page) => page.nextCursor },
    ),
  )
  const invoices = list.data?.pages.flatMap((page) => page.items)
  if (list.isError) return <LoadFault error={list.error} onRetry={() => void list.refetch()} />
  if (invoices?.length === 0)
    return (
      <EmptyState
        size="sm"
        py="lg"
        icon={<IconFileInvoice size={28} stroke={1.4} />}
        title="No invoices yet"
        description="The Free plan costs nothing, so there is nothing to invoice."
      />
    )
  return (
    <DataTable
      label="Invoices"
      columns={columns}
      rows={invoices}
      keyOf={(invoice) => invoice.id}
      expected={2}
      foot={
        list.hasNextPage ? (
          <MoreFoot
            shown={invoices?.length ?? 0}
            noun={['invoice', 'invoices']}
            hasMore
            loading={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        ) : null
      }
    />
  )
}
