'use client'

import type { AppRouter } from '@insula/api'
import { type Me, madeForHeaders, madeForNone } from '@insula/contracts'
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  type Operation,
  splitLink,
  type TRPCLink,
} from '@trpc/client'
import { tap } from '@trpc/server/observable'
import { createTRPCContext } from '@trpc/tanstack-react-query'
import { fetchInTime } from './in-time.ts'
import { noticeSession } from './notice-session.ts'

const url = '/api/trpc'

let madeFor: Record<string, string> = {}

/**
 * Says for which person, session and tenant this page was made: the server refuses what it does once any of them is
 * another. Set before the first call, and again where the page itself goes on with another session or tenant.
 */
export const workAs = (
  me: (Pick<Me, 'sessionId'> & { user: { id: string }; tenant: { id: string } | null }) | null,
) => {
  madeFor = {
    [madeForHeaders.person]: me?.user.id ?? madeForNone,
    [madeForHeaders.session]: me?.sessionId ?? madeForNone,
    [madeForHeaders.tenant]: me?.tenant?.id ?? madeForNone,
  }
}

/** Goes on in another tenant, without a full load. */
export const workIn = (tenantId: string) => {
  madeFor = { ...madeFor, [madeForHeaders.tenant]: tenantId }
}

/** Whether this page was made for this person, session and tenant. */
export const isMadeFor = (me: Pick<Me, 'sessionId' | 'user' | 'tenant'>) =>
  madeFor[madeForHeaders.person] === me.user.id &&
  madeFor[madeForHeaders.session] === me.sessionId &&
  madeFor[madeForHeaders.tenant] === (me.tenant?.id ?? madeForNone)

/** What every call of this page sends along, those to `/api/auth` included. */
export const madeForNow = (): Record<string, string> => ({ ...madeFor })

const isAboutSession = ({ context }: Operation) => context.anyTenant === true || context.anybody === true

const headersOf = ({ context }: Operation) => {
  if (context.anybody) return {}
  const { [madeForHeaders.tenant]: tenant, ...others } = madeFor
  return context.anyTenant || tenant === undefined ? others : { ...others, [madeForHeaders.tenant]: tenant }
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

/** A call that is made beside the query library, as the uploader's are, notices what any other does. */
const watchSession: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    next(op).pipe(tap({ error: noticeSession }))

/**
 * Calls about the session itself travel apart from all others. In a call's context `anyTenant: true` leaves the tenant
 * unsaid, as for switching it, and `anybody: true` the person and session, too, as for asking who it is now.
 */
export const createClient = () =>
  createTRPCClient<AppRouter>({
    links: [
      watchSession,
      leaveOutDirection,
      splitLink({
        condition: (op) => op.type === 'subscription',
        true: httpSubscriptionLink({ url, connectionParams: madeForNow }),
        false: splitLink({
          condition: isAboutSession,
          true: httpLink({ url, headers: ({ op }) => headersOf(op), fetch: fetchInTime }),
          false: httpBatchLink({ url, maxItems: 10, headers: madeForNow, fetch: fetchInTime }),
        }),
      }),
    ],
  })

export const {
  TRPCProvider: ApiProvider,
  useTRPC: useApi,
  useTRPCClient: useApiClient,
} = createTRPCContext<AppRouter>()
