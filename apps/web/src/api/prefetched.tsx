'use client'

import type { Me } from '@insula/contracts'
import { type DehydratedState, HydrationBoundary } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { isMadeFor } from './client.ts'

interface PrefetchedProps {
  state: DehydratedState
  /** For whom the server read it. */
  madeFor: Pick<Me, 'user' | 'sessionId' | 'tenant'>
  children: ReactNode
}

/**
 * Takes over what the server has read for a page. The server reads for whoever is signed in by now: nothing of theirs
 * belongs on a page that was made for another person, session or tenant.
 */
export const Prefetched = ({ state, madeFor, children }: PrefetchedProps) => (
  <HydrationBoundary state={typeof window === 'undefined' || isMadeFor(madeFor) ? state : null}>
    {children}
  </HydrationBoundary>
)
