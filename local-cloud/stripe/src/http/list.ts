import { missing, refuse } from './errors.ts'

export interface Page {
  limit?: number
  starting_after?: string
  ending_before?: string
}

type Range = number | { gt?: number; gte?: number; lt?: number; lte?: number } | undefined

/** One page of `rows`, which come newest first, after https://docs.stripe.com/api/pagination. */
export function listPage<T extends { id: string }>(
  rows: T[],
  params: Page,
  url: string,
): { object: 'list'; url: string; has_more: boolean; data: T[] } {
  const limit = params.limit ?? 10
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw refuse('This value must be between 1 and 100 inclusive.', {
      param: 'limit',
      code: 'parameter_invalid_integer',
    })
  }
  if (params.starting_after && params.ending_before) {
    throw refuse('You can only use one of starting_after and ending_before.', { param: 'starting_after' })
  }
  const at = (id: string, param: string): number => {
    const index = rows.findIndex((row) => row.id === id)
    if (index === -1) throw missing('object', id, param)
    return index
  }
  if (params.ending_before) {
    const end = at(params.ending_before, 'ending_before')
    const start = Math.max(0, end - limit)
    return { object: 'list', url, has_more: start > 0, data: rows.slice(start, end) }
  }
  const start = params.starting_after ? at(params.starting_after, 'starting_after') + 1 : 0
  return {
    object: 'list',
    url,
    has_more: rows.length > start + limit,
    data: rows.slice(start, start + limit),
  }
}

/** Whether `created` lies in what a list's `created` parameter asks for. */
export function within(moment: number, range: Range): boolean {
  if (range === undefined) return true
  if (typeof range === 'number') return moment === range
  return (
    (range.gt === undefined || moment > range.gt) &&
    (range.gte === undefined || moment >= range.gte) &&
    (range.lt === undefined || moment < range.lt) &&
    (range.lte === undefined || moment <= range.lte)
  )
}

/** The part of a list that matches equal fields; parameters not given match all. */
export function matching<T extends object>(rows: T[], wanted: { [K in keyof T]?: T[K] | undefined }): T[] {
  const pairs = Object.entries(wanted).filter(([, value]) => value !== undefined)
  return rows.filter((row) =>
    pairs.every(([name, value]) => (row as Record<string, unknown>)[name] === value),
  )
}

/** Merges `metadata` as Stripe does: '' for a key unsets it, '' for the whole empties it. */
export function mergeMetadata(
  now: Record<string, string> | null,
  sent: '' | { [name: string]: string | number } | undefined,
): Record<string, string> {
  if (sent === undefined) return now ?? {}
  if (sent === '') return {}
  const merged = { ...now }
  for (const [name, value] of Object.entries(sent)) {
    if (value === '') delete merged[name]
    else if (name.length > 40 || String(value).length > 500) {
      throw refuse('Metadata keys have at most 40 characters, values at most 500.', {
        param: `metadata[${name}]`,
      })
    } else merged[name] = String(value)
  }
  if (Object.keys(merged).length > 50)
    throw refuse('Metadata may have at most 50 keys.', { param: 'metadata' })
  return merged
}
