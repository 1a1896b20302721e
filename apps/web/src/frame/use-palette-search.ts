'use client'

import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { hitsShown } from '../patterns/hit.ts'
import type { Hit, Search } from '../patterns/manifest.ts'

interface Hits extends Pick<Search, 'group' | 'icon'> {
  found: Hit[]
}

/** What is in the tenant by a word of two letters or more: only kinds that this person may read are asked for. */
export const usePaletteSearch = (
  searches: readonly Search[],
  word: string,
): { hits: Hits[]; searching: boolean } => {
  const api = useApi()
  const queryClient = useQueryClient()
  const { tenant } = useMe()
  const results = useQueries({
    queries: searches.map(({ group, needs, find }) => ({
      queryKey: ['palette', tenant?.id, group, word],
      queryFn: () => find(word, { api, queryClient }),
      enabled: word.length > 1 && (tenant?.permissions.includes(needs) ?? false),
      // What was read before is known to the queries that `find` asks, and so is whether it is still true.
      staleTime: 0,
      retry: false,
    })),
  })
  return {
    hits: searches.map(({ group, icon }, index) => ({
      group,
      icon,
      found: results[index]?.data?.slice(0, hitsShown) ?? [],
    })),
    searching: results.some(({ isEnabled, isPending, isFetching }) => isEnabled && isPending && isFetching),
  }
}
