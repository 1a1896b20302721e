'use client'

import { useSearchParams } from 'next/navigation'
import { useCallback } from 'react'

/**
 * A list's search, filters and view, kept in the address so that they can be linked to, reloaded and gone back to.
 * An empty value is left out. Names that are not listed are left alone.
 */
export const useFilters = <Name extends string>(names: readonly Name[]) => {
  const params = useSearchParams()
  const values = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Record<
    Name,
    string
  >

  const set = useCallback((change: Partial<Record<Name, string | null>>) => {
    const next = new URLSearchParams(window.location.search)
    for (const [name, value] of Object.entries<string | null | undefined>(change)) {
      if (value) next.set(name, value)
      else next.delete(name)
    }
    const query = next.toString()
    window.history.replaceState(null, '', query ? `?${query}` : window.location.pathname)
  }, [])

  const clear = useCallback(
    () => set(Object.fromEntries(names.map((name) => [name, null])) as Record<Name, null>),
    [names, set],
  )

  return { values, set, clear, active: names.some((name) => values[name] !== '') }
}
