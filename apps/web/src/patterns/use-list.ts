'use client'

import type { Sort } from '@insula/contracts'
import { useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import {
  changed,
  type ListShape,
  ownNames,
  type PageSize,
  readChoice,
  usualPageSize,
} from './list-address.ts'

type Change = Partial<Record<string, string | null>>

export interface List<Filter extends string = string, Sorted extends string = string> {
  values: Record<Filter, string>
  sort: Sort<Sorted>
  size: PageSize
  columns: string[] | null
  sorts: readonly string[]
  /** All names in the address that are the list's own. */
  names: readonly string[]
  /** Whether a filter is set. */
  filtered: boolean
  set: (change: Change) => void
  setSort: (sort: string) => void
  setSize: (size: number) => void
  clear: () => void
  /** The address of what is opened beside the list, which stays as it is. */
  hrefWith: (change: Change) => string
}

/** A list's search, filters, order, columns and page size, all kept in the address. */
export const useList = <Filter extends string, Sorted extends string>(
  shape: ListShape<Filter, Sorted>,
): List<Filter, Sorted> => {
  const params = useSearchParams()
  return useMemo(() => {
    const choice = readChoice(params, shape)
    const set = (change: Change) => {
      const query = changed(window.location.search, change)
      window.history.replaceState(null, '', query ? `?${query}` : window.location.pathname)
    }
    return {
      ...choice,
      sorts: shape.sorts,
      names: [...shape.filters, ...ownNames],
      filtered: shape.filters.some((name) => choice.values[name] !== ''),
      set,
      setSort: (sort) => set({ sort: sort === `-${shape.sorts[0]}` ? null : sort }),
      setSize: (size) => set({ size: size === usualPageSize ? null : String(size) }),
      clear: () => set(Object.fromEntries(shape.filters.map((name) => [name, null]))),
      hrefWith: (change) => `?${changed(params.toString(), change)}`,
    }
  }, [params, shape])
}
