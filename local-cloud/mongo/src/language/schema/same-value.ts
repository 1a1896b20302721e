import { compareValues } from '../compare.ts'
import { isDoc, type Value } from '../value.ts'

/** Whether two values are equal for a schema, to which the order of an object's fields means nothing. */
export function sameValue(a: Value, b: Value): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((element, at) => sameValue(element, b[at]!))
  }
  if (isDoc(a) && isDoc(b)) {
    return a.size === b.size && [...a].every(([name, value]) => b.has(name) && sameValue(value, b.get(name)!))
  }
  return compareValues(a, b) === 0
}
