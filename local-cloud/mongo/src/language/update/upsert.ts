import { ObjectId } from 'bson'
import { compareStrings } from '../compare.ts'
import { MongoError } from '../error.ts'
import type { Filter } from '../filter.ts'
import { parseFilter } from '../filter.ts'
import type { Doc, Value } from '../value.ts'
import type { UpdateOptions } from './options.ts'
import { conflict, Draft } from './path.ts'
import { compileUpdate, isReplacement } from './update.ts'

/**
 * The document that an upsert inserts when its filter matched nothing: what the filter says by equality, in order of
 * its paths, then the update; a replacement takes only the `_id` from the filter. An `_id` is made where neither gives
 * one, and stands first.
 */
export function upsertDocument(filter: Doc, update: Value, options: UpdateOptions = {}): Doc {
  const base = new Draft(new Map())
  for (const [path, value] of equalitiesOf(filter, isReplacement(update))) base.set(path, value)
  const { doc } = compileUpdate(update, { ...options, isUpsertInsert: true })(base.root)
  const result: Doc = new Map([['_id', doc.get('_id') ?? (doc.has('_id') ? null : new ObjectId())]])
  for (const [name, value] of doc) result.set(name, value)
  return result
}

function equalitiesOf(filter: Doc, onlyId: boolean): [path: string[], value: Value][] {
  const found = new Map<string, Value>()
  collect(parseFilter(filter), (path, value) => {
    const parts = path.split('.')
    if (onlyId && parts[0] !== '_id') return
    if (onlyId && path !== '_id') {
      throw new MongoError(111, `field at '_id' must be exactly specified, field at sub-path '${path}'found`)
    }
    for (const other of found.keys()) {
      const met = conflict(other.split('.'), parts)
      if (met === undefined) continue
      const why =
        other === path ? `path '${path}' is matched twice` : `both paths '${path}' and '${met}' are matched`
      throw new MongoError(54, `cannot infer query fields to set, ${why}`)
    }
    found.set(path, value)
  })
  return [...found].sort(([a], [b]) => compareStrings(a, b)).map(([path, value]) => [path.split('.'), value])
}

function collect(filter: Filter, visit: (path: string, value: Value) => void): void {
  if (filter.kind === 'and' || (filter.kind === 'or' && filter.filters.length === 1)) {
    for (const inner of filter.filters) collect(inner, visit)
  }
  if (filter.kind !== 'field') return
  const { path, test } = filter
  if (test.op === 'eq') visit(path, test.value)
  // One value to choose from is an equality.
  else if (test.op === 'in' && test.values.length === 1 && test.patterns.length === 0)
    visit(path, test.values[0]!)
}
