import type { Filter } from './filter.ts'

/** The fields of a document's top level that a filter looks at; undefined where it may look at any. */
export function fieldsRead(filter: Filter): Set<string> | undefined {
  switch (filter.kind) {
    case 'constant':
      return new Set()
    case 'expr':
    case 'schema':
      return undefined
    case 'field':
      return new Set([rootOf(filter.path)])
    case 'not':
      return fieldsRead(filter.filter)
  }
  const read = new Set<string>()
  for (const each of filter.filters) {
    const inner = fieldsRead(each)
    if (!inner) return undefined
    for (const name of inner) read.add(name)
  }
  return read
}

/** The field of the top level that a path begins with. */
export function rootOf(path: string): string {
  const dot = path.indexOf('.')
  return dot < 0 ? path : path.slice(0, dot)
}

/** Whether a filter asks for a field of that name or for something inside it. */
export function asksFor(filter: Filter, name: string): boolean {
  if (filter.kind === 'field') return filter.path === name || filter.path.startsWith(`${name}.`)
  if (filter.kind === 'not') return asksFor(filter.filter, name)
  return 'filters' in filter && filter.filters.some((each) => asksFor(each, name))
}
