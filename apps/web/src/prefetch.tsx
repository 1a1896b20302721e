import type { AppRouter } from '@insula/api'
import type { Me } from '@insula/contracts'
import { dehydrate, QueryClient, type QueryKey } from '@tanstack/react-query'
import { createTRPCClient } from '@trpc/client'
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query'
import type { ReactNode } from 'react'
import { Prefetched } from './api/prefetched.tsx'
import { type Caller, currentCaller } from './session.ts'

// Of it only the names of queries are taken; calls are made by the caller, in this process.
const nameless = createTRPCClient<AppRouter>({ links: [] })

type Api = ReturnType<typeof createTRPCOptionsProxy<AppRouter>>

interface Reads {
  api: Api
  caller: Caller
  /** Reads what a page asks for once. */
  once: (queryKey: QueryKey, read: () => Promise<unknown>) => void
  /** Reads the first page of what a page goes on with. */
  paged: (queryKey: QueryKey, read: () => Promise<unknown>) => void
}

/**
 * A page that arrives with what it shows: `reads` names the same queries as its components do. What cannot be read is left
 * to the page itself, which tells of it.
 */
export const WithData = async ({
  me,
  reads,
  children,
}: {
  me: Me
  reads: (reads: Reads) => void
  children: ReactNode
}) => {
  const queryClient = new QueryClient()
  const api = createTRPCOptionsProxy<AppRouter>({ client: nameless, queryClient })
  const caller = await currentCaller()
  const begun: Promise<void>[] = []
  reads({
    api,
    caller,
    once: (queryKey, queryFn) => begun.push(queryClient.prefetchQuery({ queryKey, queryFn })),
    paged: (queryKey, queryFn) =>
      // Undefined as in the browser, which reads the first page again by the same: a cursor of null is none.
      begun.push(queryClient.prefetchInfiniteQuery({ queryKey, queryFn, initialPageParam: undefined })),
  })
  await Promise.all(begun)
  const { user, sessionId, tenant } = me
  return (
    <Prefetched state={dehydrate(queryClient)} madeFor={{ user, sessionId, tenant }}>
      {children}
    </Prefetched>
  )
}
