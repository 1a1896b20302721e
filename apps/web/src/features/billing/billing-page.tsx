'use client'

import { Button, Stack, Title } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { ApiCall } from '../../patterns/api-call.tsx'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { leaveFor } from '../../patterns/leaving.ts'
import { PageHead } from '../../patterns/page-head.tsx'
import { sayFault } from '../../patterns/say.tsx'
import { CheckoutReturn } from './checkout-return.tsx'
import { Invoices } from './invoices.tsx'
import { PlanCards } from './plan-cards.tsx'
import { SubscriptionNote, useRenewal } from './subscription-note.tsx'
import { UsageBars } from './usage-bars.tsx'

export const BillingPage = () => {
  const api = useApi()
  const mayManage = useMay('billing:manage')
  const overview = useQuery(api.billing.overview.queryOptions())
  const renewal = useRenewal(overview.data)
  const openPortal = useMutation(
    api.billing.openPortal.mutationOptions({
      onSuccess: ({ url }) => leaveFor(url),
      onError: sayFault,
    }),
  )
  return (
    <>
      <PageHead
        title="Billing"
        about={`Your plan, what you use of it, and what you paid. ${renewal}`}
        actions={
          <>
            <ApiCall method="GET" path="/billing" scope="billing:read" />
            {mayManage && overview.data?.subscription ? (
              <Button
                variant="default"
                rightSection={<IconExternalLink size={16} />}
                loading={openPortal.isPending || openPortal.isSuccess}
                onClick={() => openPortal.mutate()}
              >
                Manage payment
              </Button>
            ) : null}
          </>
        }
      />
      {overview.isError ? (
        <LoadFault error={overview.error} onRetry={() => void overview.refetch()} />
      ) : (
        <Stack gap="xl">
          <CheckoutReturn planId={overview.data?.planId} />
          <SubscriptionNote overview={overview.data} />
          <section aria-label="Plans">
            <PlanCards currentPlanId={overview.data?.planId} />
          </section>
          <section aria-labelledby="usage">
            <Title order={2} id="usage" mb="sm">
              Usage
            </Title>
            <UsageBars usage={overview.data?.usage} />
          </section>
          <section aria-labelledby="invoices">
            <Title order={2} id="invoices" mb="sm">
              Invoices
            </Title>
            <Invoices />
          </section>
        </Stack>
      )}
    </>
  )
}
