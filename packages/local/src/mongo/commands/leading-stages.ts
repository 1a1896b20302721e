import type { Doc } from '../language/value.ts'

/** Splits off the stages at a pipeline's beginning that a query plan can do. */
export function leading(stages: Doc[]): { filter: Doc; sort: Doc | undefined; rest: Doc[] } {
  let rest = stages
  let filter: Doc = new Map()
  const match = rest[0]?.get('$match')
  if (match instanceof Map) {
    filter = match
    rest = rest.slice(1)
  }
  const sort = rest[0]?.get('$sort')
  if (!(sort instanceof Map) || sort.size === 0) return { filter, sort: undefined, rest }
  return { filter, sort, rest: rest.slice(1) }
}
