'use client'

import type { AppRouter } from '@insula/api'
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink, type TRPCLink } from '@trpc/client'
import { createTRPCContext } from '@trpc/tanstack-react-query'

/** A page of one tenant says which; after a switch in another tab the server then refuses instead of mixing the two. */
const tenantHeader = 'insula-tenant'
const url = '/api/trpc'

let tenantId: string | null = null

/** Says in which tenant this page works. Set before the first call, and again by nothing but a full load. */
export const workIn = (id: string | null) => {
  tenantId = id
}

/**
 * The query library tells lists in which direction they are paged. Ours only go forward and their contracts are
 * strict, so that word is left out.
 */
const leaveOutDirection: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) => {
    if (typeof op.input !== 'object' || op.input === null || !('direction' in op.input)) return next(op)
    const { direction: _, ...input } = op.input
    return next({ ...op, input })
  }

/** `anyTenant: true` in a call's context leaves the tenant unsaid, for calls about the session itself. */
export const createClient = () =>
  createTRPCClient<AppRouter>({
    links: [
      leaveOutDirection,
      splitLink({
        condition: (op) => op.type === 'subscription',
        true: httpSubscriptionLink({ url }),
        false: httpBatchLink({
          url,
          maxItems: 10,
          headers: ({ opList }) =>
            tenantId && !opList.some((op) => op.context.anyTenant) ? { [tenantHeader]: tenantId } : {},
        }),
      }),
    ],
  })

export const {
  TRPCProvider: ApiProvider,
  useTRPC: useApi,
  useTRPCClient: useApiClient,
} = createTRPCContext<AppRouter>()
