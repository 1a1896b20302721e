import type { Doc, Value } from '../value.ts'
import { isDoc } from '../value.ts'

/** A copy of the document with another value, or none, at a path through documents; what is in the way gives way. */
export function withField(doc: Doc, path: readonly string[], value: Value | undefined, at = 0): Doc {
  const copy = new Map(doc)
  const name = path[at]!
  if (at + 1 < path.length) {
    const inner = doc.get(name)
    copy.set(name, withField(isDoc(inner) ? inner : new Map(), path, value, at + 1))
  } else if (value === undefined) copy.delete(name)
  else copy.set(name, value)
  return copy
}
