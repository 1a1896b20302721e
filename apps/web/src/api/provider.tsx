'use client'

import type { Me } from '@insula/contracts'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { retryDelay, worthRetrying } from './as-told.ts'
import { ApiProvider, createClient, isMadeFor, workAs } from './client.ts'
import { noticeMismatch } from './mismatch.ts'

const createQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      // Offline, a call is told as one that failed rather than held back unseen and sent at some later moment.
      queries: {
        staleTime: 30_000,
        retry: worthRetrying,
        retryDelay,
        networkMode: 'always',
        refetchOnReconnect: true,
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  })

/** Gives the pages below their API client, starting from what the server already knows of the person. */
export const Api = ({ me, children }: { me: Me | null; children: ReactNode }) => {
  const [{ client, queryClient }] = useState(() => {
    if (typeof window !== 'undefined') workAs(me)
    const made = { client: createClient(), queryClient: createQueryClient() }
    const api = createTRPCOptionsProxy({ client: made.client, queryClient: made.queryClient })
    if (me) made.queryClient.setQueryData(api.identity.me.queryKey(), me)
    return made
  })

  useEffect(() => {
    const api = createTRPCOptionsProxy({ client, queryClient })
    if (!me) return
    // The server renders for whoever is signed in by now: nothing of theirs belongs on a page made for another.
    if (isMadeFor(me)) queryClient.setQueryData(api.identity.me.queryKey(), me)
    else noticeMismatch()
  }, [me, client, queryClient])

  return (
    <QueryClientProvider client={queryClient}>
      <ApiProvider trpcClient={client} queryClient={queryClient}>
        {children}
      </ApiProvider>
    </QueryClientProvider>
  )
}
