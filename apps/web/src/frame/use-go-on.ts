'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useApi, useApiClient, workAs } from '../api/client.ts'
import { useWho } from '../api/me.ts'
import { noticeMatch } from '../api/mismatch.ts'
import { noticeSignedIn } from '../api/signed-out.ts'
import { leaveFor } from '../patterns/leaving.ts'

const anybody = { context: { anybody: true } }

/**
 * Takes up the session that there is now, if it is the same person's, in the tenant that this page shows. What stands in
 * the page stays. Another person gets a page of their own.
 */
export const useGoOn = () => {
  const who = useWho()
  const api = useApi()
  const client = useApiClient()
  const queryClient = useQueryClient()
  return useCallback(async () => {
    let now = await client.identity.me.query(undefined, anybody)
    if (now.user.id !== who?.user.id) return leaveFor('/')
    const here = who.tenant?.id
    if (here && now.tenant?.id !== here) {
      if (!now.memberships.some(({ tenantId }) => tenantId === here)) return leaveFor('/')
      await client.tenants.switch.mutate({ tenantId: here }, anybody)
      now = await client.identity.me.query(undefined, anybody)
    }
    workAs(now)
    queryClient.setQueryData(api.identity.me.queryKey(), now)
    noticeSignedIn()
    noticeMatch()
    await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] !== 'anybody' })
  }, [who, api, client, queryClient])
}
