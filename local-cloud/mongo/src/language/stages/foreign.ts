import { encodeValue } from '../keystring.ts'
import { compileFilter } from '../match.ts'
import { arrayIndex, splitPath, walkPath } from '../path.ts'
import type { Doc, Value } from '../value.ts'
import { BSONRegExp, isDoc } from '../value.ts'
import type { PipelineContext } from './stage.ts'

/** Finds the documents of the other collection whose field equals one of the values. */
export type Join = (values: Value[]) => Iterable<Doc>

/**
 * Joins by equality: through an index where the other collection has one, else through a table made once. A null finds
 * documents that lack the field; in the plain form of `$lookup`, also those whose path runs into something that is
 * neither a document nor an array of them.
 */
export function joinBy(
  context: PipelineContext,
  from: string,
  foreignField: string,
  form: 'plain' | 'with pipeline',
): Join {
  const path = splitPath(foreignField)
  const collection = context.collection!
  const indexed = context.indexed?.(from, foreignField) ?? false
  let table: Table | undefined
  return (values) => {
    const anywhere = form === 'plain' && path.length > 1 && values.includes(null)
    if (indexed && !anywhere) return throughIndex(values)
    table ??= tableOf(collection(from), path, form, context)
    return table(values)
  }

  function* throughIndex(values: Value[]): Iterable<Doc> {
    const filter = equality(foreignField, values)
    const matches = compileFilter(filter, context)
    for (const doc of collection(from, filter)) if (matches(doc)) yield doc
  }
}

/** Every value that the local path leads to; arrays count by their elements, and nothing at all counts as null. */
export function localValues(doc: Doc, path: readonly string[]): Value[] {
  const values: Value[] = []
  walkPath(doc, path, 'array', (value) => {
    if (Array.isArray(value)) for (const element of value) values.push(element)
    else if (value !== undefined) values.push(value)
    return false
  })
  return values.length > 0 ? values : [null]
}

/** Regular expressions are looked up as values, not matched as patterns. */
function equality(path: string, values: Value[]): Doc {
  const one = (value: Value): Doc => new Map([[path, new Map([['$eq', value]])]])
  if (values.length === 1) return one(values[0]!)
  if (values.some((value) => value instanceof BSONRegExp)) return new Map([['$or', values.map(one)]])
  return new Map([[path, new Map([['$in', values]])]])
}

type Table = (values: Value[]) => Iterable<Doc>

/** The documents by the keys of all values at the path, in their collection's order. */
function tableOf(
  source: Iterable<Doc>,
  path: readonly string[],
  form: 'plain' | 'with pipeline',
  { collation }: PipelineContext,
): Table {
  const docs = [...source]
  const places = new Map<string, number[]>()
  const put = (value: Value | undefined, place: number): void => {
    const key = encodeValue(value ?? null, collation)
    const found = places.get(key)
    if (!found) places.set(key, [place])
    else if (found.at(-1) !== place) found.push(place)
  }
  for (const [place, doc] of docs.entries()) {
    walkPath(doc, path, 'elements and array', (value) => {
      put(value, place)
      return false
    })
    if (form === 'plain' && leavesDocuments(doc, path)) put(null, place)
  }
  return (values) => {
    const found = values.flatMap((value) => places.get(encodeValue(value, collation)) ?? [])
    const inOrder = values.length === 1 ? found : [...new Set(found)].sort((a, b) => a - b)
    return inOrder.map((place) => docs[place]!)
  }
}

/** Whether the path leads, through an array, to an end that is no document; empty arrays are such ends too. */
function leavesDocuments(value: Value | undefined, path: readonly string[], at = 0): boolean {
  if (at === path.length) return false
  if (isDoc(value)) return leavesDocuments(value.get(path[at]!), path, at + 1)
  if (!Array.isArray(value)) return false
  const named = value[arrayIndex(path[at]!)]
  return (
    value.length === 0 ||
    value.some((element) => !isDoc(element) || leavesDocuments(element, path, at)) ||
    leavesDocuments(named, path, at + 1)
  )
}
