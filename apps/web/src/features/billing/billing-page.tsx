'use client'

import { Stack, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { ApiCall } from '../../patterns/api-call.tsx'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { PageHead } from '../../patterns/page-head.tsx'
import { BillingInvoices } from './billing-invoices.tsx'
import { CheckoutReturn } from './checkout-return.tsx'
import { ManageButton } from './exits.tsx'
import { PlanCards } from './plan-cards.tsx'
import { PlanUsageBars } from './shared/plan-usage-bars.tsx'
import { SubscriptionNote, useRenewal } from './subscription-note.tsx'

export const BillingPage = () => {
  const api = useApi()
  const mayManage = useMay('billing:manage')
  const overview = useQuery(api.billing.overview.queryOptions())
  const renewal = useRenewal(overview.data)
  return (
    <>
      <PageHead
        title="Billing"
        about={`Your plan, what you use of it, and what you paid. ${renewal}`}
        actions={
          <>
            <ApiCall method="GET" path="/billing" scope="billing:read" />
            {mayManage && overview.data?.exits.includes('manage') ? <ManageButton /> : null}
          </>
        }
      />
      {overview.isError ? (
        <LoadFault error={overview.error} onRetry={() => void overview.refetch()} />
      ) : (
        <Stack gap="xl">
          <CheckoutReturn planId={overview.data?.planId} planName={overview.data?.planName} />
          <SubscriptionNote overview={overview.data} />
          <section aria-label="Plans">
            <PlanCards overview={overview.data} />
          </section>
          <section aria-labelledby="usage">
            <Title order={2} id="usage" mb="sm">
              Usage
            </Title>
            <PlanUsageBars usage={overview.data?.usage} />
          </section>
          <section aria-labelledby="invoices">
            <Title order={2} id="invoices" mb="sm">
              Invoices
            </Title>
            <BillingInvoices />
          </section>
        </Stack>
      )}
    </>
  )
}
