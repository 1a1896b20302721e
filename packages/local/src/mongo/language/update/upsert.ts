import { ObjectId } from 'bson'
import { MongoError } from '../error.ts'
import type { Filter } from '../filter.ts'
import { parseFilter } from '../filter.ts'
import type { Doc, Value } from '../value.ts'
import { Draft } from './path.ts'
import type { UpdateOptions } from './update.ts'
import { compileUpdate, isReplacement } from './update.ts'

/**
 * The document that an upsert inserts when its filter matched nothing: what the filter says by equality, then the
 * update. An `_id` is made where neither gives one, and stands first.
 */
export function upsertDocument(filter: Doc, update: Value, options: UpdateOptions = {}): Doc {
  const base = new Draft(new Map())
  const equalities = equalitiesOf(parseFilter(filter))
  for (const [path, value] of equalities) {
    if (isReplacement(update) && path !== '_id') continue
    base.set(path.split('.'), value)
  }
  const { doc } = compileUpdate(update, { ...options, isUpsertInsert: true })(base.root)
  const result: Doc = new Map([['_id', doc.get('_id') ?? new ObjectId()]])
  for (const [name, value] of doc) result.set(name, value)
  return result
}

function equalitiesOf(filter: Filter): Map<string, Value> {
  const found = new Map<string, Value>()
  collect(filter, (path, value) => {
    for (const other of found.keys()) {
      const [short, long] = other.length < path.length ? [other, path] : [path, other]
      if (short === long || long.startsWith(`${short}.`)) {
        throw new MongoError(54, `cannot infer query fields to set, path '${short}' is matched twice`)
      }
    }
    found.set(path, value)
  })
  return found
}

function collect(filter: Filter, visit: (path: string, value: Value) => void): void {
  if (filter.kind === 'and' || (filter.kind === 'or' && filter.filters.length === 1)) {
    for (const inner of filter.filters) collect(inner, visit)
  }
  if (filter.kind !== 'field') return
  if (filter.test.op === 'eq') visit(filter.path, filter.test.value)
}
