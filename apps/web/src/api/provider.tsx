'use client'

import type { Me } from '@insula/contracts'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { retryDelay, worthRetrying } from './as-told.ts'
import { ApiProvider, createClient, isMadeFor, workAs } from './client.ts'
import { noticeMismatch } from './mismatch.ts'
import { faultOf } from './refusal.ts'
import { noticeSignedOut } from './signed-out.ts'

const onError = (error: unknown) => {
  const { code } = faultOf(error)
  if (code === 'tenant_mismatch' || code === 'session_mismatch') noticeMismatch()
  // The page stays as it is: whoever sits at it signs in again right there, and goes on.
  if (code === 'unauthenticated') noticeSignedOut()
}

const createQueryClient = () =>
  new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
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
