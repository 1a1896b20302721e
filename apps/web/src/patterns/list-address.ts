import type { Sort } from '@insula/contracts'

export const pageSizes = [25, 50, 100] as const
export type PageSize = (typeof pageSizes)[number]
export const usualPageSize: PageSize = 50

/** What of a list stands in the address: the names of its filters, and by what it may be sorted. */
export interface ListShape<Filter extends string, Sorted extends string> {
  filters: readonly Filter[]
  /** Left out of the address it is the first, descending. */
  sorts: readonly [Sorted, ...Sorted[]]
}

export interface ListChoice<Filter extends string, Sorted extends string> {
  /** Empty where a filter is not set. */
  values: Record<Filter, string>
  sort: Sort<Sorted>
  size: PageSize
  /** Keys of the columns that were chosen; null for all. */
  columns: string[] | null
}

/** Names that every list uses beside its own filters. */
export const ownNames = ['sort', 'size', 'columns'] as const

/** Reads a list's choice from the address, on the server as in the browser. What it does not know counts as left out. */
export const readChoice = <Filter extends string, Sorted extends string>(
  params: { get: (name: string) => string | null },
  { filters, sorts }: ListShape<Filter, Sorted>,
): ListChoice<Filter, Sorted> => {
  const sort = params.get('sort')
  const known = sorts.flatMap((name): Sort<Sorted>[] => [name, `-${name}`])
  const size = Number(params.get('size'))
  const columns = params.get('columns')
  return {
    values: Object.fromEntries(filters.map((name) => [name, params.get(name) ?? ''])) as Record<
      Filter,
      string
    >,
    sort: known.find((one) => one === sort) ?? `-${sorts[0]}`,
    size: pageSizes.find((one) => one === size) ?? usualPageSize,
    columns: columns === null ? null : columns.split(',').filter((key) => key !== ''),
  }
}

/** The part of an address that a saved view keeps: the list's own names, in one order, so that equal views are equal texts. */
export const viewOf = (params: URLSearchParams, names: readonly string[]) => {
  const kept = names.toSorted().flatMap((name) => {
    const value = params.get(name)
    return value ? [[name, value]] : []
  })
  return new URLSearchParams(kept).toString()
}

/** An address with some names changed; null or an empty text takes one out. */
export const changed = (search: string, change: Partial<Record<string, string | null>>): string => {
  const next = new URLSearchParams(search)
  for (const [name, value] of Object.entries(change)) {
    if (value) next.set(name, value)
    else next.delete(name)
  }
  return next.toString()
}

/** What pressing the head of a column sorts by next: the other way round, or by it for the first time. */
export const nextSort = (current: string, sort: string, descendingFirst: boolean) =>
  current === sort ? `-${sort}` : current === `-${sort}` ? sort : descendingFirst ? `-${sort}` : sort
