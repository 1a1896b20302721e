'use client'

import type { EventType } from '@insula/contracts'
import { type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { useRouter } from 'next/navigation'
import { useApi } from './client.ts'
import { useMe } from './me.ts'

type Domain = EventType extends `${infer Kind}.${string}` ? Kind : never

/** Keeps the open page true: whatever the server says has changed is asked for again. */
export const Live = () => {
  const { tenant } = useMe()
  const api = useApi()
  const queryClient = useQueryClient()
  const router = useRouter()

  const touched: Record<Domain, () => QueryKey[]> = {
    user: () => [api.tenants.people.pathKey()],
    tenant: () => [api.tenants.get.pathKey(), api.identity.me.pathKey()],
    member: () => [api.tenants.people.pathKey(), api.identity.me.pathKey(), api.billing.overview.pathKey()],
    invitation: () => [api.tenants.people.pathKey()],
    file: () => [api.files.pathKey(), api.billing.overview.pathKey()],
    subscription: () => [api.identity.me.pathKey(), api.billing.pathKey(), api.files.usage.pathKey()],
    invoice: () => [api.billing.pathKey(), api.identity.me.pathKey()],
    mail: () => [api.notifications.pathKey()],
  }

  useSubscription(
    api.events.live.subscriptionOptions(undefined, {
      enabled: tenant !== null,
      onData: ({ data: { type } }) => {
        const domain = type.slice(0, type.indexOf('.')) as Domain
        for (const queryKey of [...touched[domain](), api.audit.pathKey()])
          void queryClient.invalidateQueries({ queryKey })
        // What a role or plan opens is decided by the server when it renders the frame.
        if (domain === 'member' || domain === 'subscription') router.refresh()
      },
      // Events may have passed while the line was down.
      onStarted: () => void queryClient.invalidateQueries({ stale: true }),
    }),
  )
  return null
}
