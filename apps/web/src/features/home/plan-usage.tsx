'use client'

import type { BillingOverview } from '@insula/contracts'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { PlanUsageBars } from '../billing/shared/plan-usage-bars.tsx'

/** The plan's limits as bars; whoever may not see billing sees those of the things they may see. */
export const PlanUsage = () => {
  const api = useApi()
  const mayBilling = useMay('billing:read')
  const overview = useQuery(api.billing.overview.queryOptions(undefined, { enabled: mayBilling }))
  const storage = useQuery(api.files.usage.queryOptions(undefined, { enabled: !mayBilling }))
  const people = useQuery(api.tenants.people.queryOptions(undefined, { enabled: !mayBilling }))

  if (mayBilling) return <PlanUsageBars usage={overview.data?.usage} />
  const usage: BillingOverview['usage'] | undefined =
    storage.data && people.data
      ? [
          { key: 'storage-bytes', used: storage.data.used, limit: storage.data.limit },
          { key: 'seats', ...people.data.seats },
        ]
      : undefined
  return <PlanUsageBars usage={usage} />
}
