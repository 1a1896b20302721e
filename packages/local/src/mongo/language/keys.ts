import type { MongoError } from './error.ts'
import { arrayIndex } from './path.ts'
import type { Doc, Value } from './value.ts'
import { isDoc } from './value.ts'

/** One field's key: null for a missing value, undefined for an empty array (it sorts before null). */
export type KeyPart = Value | undefined

interface Cursor {
  readonly value: Value | undefined
  readonly path: readonly string[]
  readonly at: number
  readonly done: boolean
}

/**
 * The keys that a document has in an index over these paths, or under a sort: one for each element of the array that
 * the paths run into. Two different arrays in one key are refused with `parallel`.
 */
export function compoundKeys(
  doc: Doc,
  paths: readonly (readonly string[])[],
  parallel: (first: string, second: string) => MongoError,
): KeyPart[][] {
  return expand(
    paths.map((path) => ({ value: doc, path, at: 0, done: false })),
    parallel,
  )
}

function expand(
  cursors: readonly Cursor[],
  parallel: (first: string, second: string) => MongoError,
): KeyPart[][] {
  const advanced = cursors.map(advance)
  const open = advanced.filter((cursor) => !cursor.done)
  const [first] = open
  if (!first) return [advanced.map(({ value }) => value)]
  for (const other of open) {
    if (other.value !== first.value) throw parallel(first.path.join('.'), other.path.join('.'))
  }
  const array = first.value as Value[]
  const elements: KeyPart[] = array.length === 0 ? [undefined] : array
  return elements.flatMap((element) =>
    expand(
      advanced.map((cursor) => (cursor.done ? cursor : intoElement(cursor, element))),
      parallel,
    ),
  )
}

function intoElement(cursor: Cursor, element: KeyPart): Cursor {
  if (cursor.at === cursor.path.length) return { ...cursor, value: element, done: true }
  if (isDoc(element)) return { ...cursor, value: element }
  return { ...cursor, value: null, done: true }
}

/** Follows the path to its end, or to an array that has to be spread. */
function advance(cursor: Cursor): Cursor {
  if (cursor.done) return cursor
  const { path } = cursor
  let { value, at } = cursor
  let named = false
  while (at < path.length) {
    const part = path[at]!
    if (isDoc(value)) {
      value = value.get(part)
      named = false
    } else if (Array.isArray(value)) {
      const index = arrayIndex(part)
      if (index === -1 || index >= value.length) return { value, path, at, done: false }
      value = value[index]
      named = true
    } else return { value: null, path, at, done: true }
    at++
  }
  if (Array.isArray(value) && !named) return { value, path, at, done: false }
  return { value: value ?? null, path, at, done: true }
}
