import type { Collation } from './collation.ts'
import { compareValues } from './compare.ts'
import { badValue, MongoError, notHere } from './error.ts'
import type { KeyPart } from './keys.ts'
import { compoundKeys, nothingInArray } from './keys.ts'
import { fieldPath } from './path.ts'
import { printValue } from './print.ts'
import type { Doc, Value } from './value.ts'
import { isDoc, isNumeric, toDouble } from './value.ts'

/** A value for each field of the sort. */
export type SortKey = readonly (Value | undefined)[]

export interface SortField {
  path: readonly string[]
  direction: 1 | -1
}

/** Reads a sort specification; throws BadValue (2) and the codes of MongoDB's SortPattern. */
export function parseSort(spec: Doc): SortField[] {
  return [...spec].map(([name, value]) => {
    if (isDoc(value)) {
      if (value.has('$meta')) throw notHere('sorting by $meta')
      throw new MongoError(17312, `$meta is the only expression supported by $sort right now`)
    }
    const direction = isNumeric(value) ? toDouble(value) : Number.NaN
    if (!isNumeric(value))
      throw new MongoError(15974, `Illegal key in $sort specification: ${name}: ${printValue(value)}`)
    if (direction !== 1 && direction !== -1) {
      throw new MongoError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)')
    }
    return { path: fieldPath(name), direction }
  })
}

/** The direction of a `$natural` order, or undefined where none is asked for. Throws BadValue (2). */
export function naturalDirection(spec: Value | undefined, what: 'sort' | 'hint'): 1 | -1 | undefined {
  if (!isDoc(spec) || !spec.has('$natural')) return undefined
  const value = spec.get('$natural')!
  const direction = isNumeric(value) ? toDouble(value) : Number.NaN
  if (direction !== 1 && direction !== -1)
    throw badValue(`$natural ${what} cannot be set to a value other than -1 or 1.`)
  if (spec.size > 1) throw badValue(`Cannot include '$natural' in compound ${what}: ${printValue(spec)}`)
  return direction
}

/** Compares documents by a sort specification. An array counts with its least element, or its greatest when descending. */
export function compileSort(spec: Doc, collation?: Collation): (a: Doc, b: Doc) => number {
  const { keyOf, compare } = sorter(spec, collation)
  return (a, b) => compare(keyOf(a), keyOf(b))
}

/** Sorts documents into a new array, stably; each one's sort key is found only once. */
export function sortDocs(docs: Iterable<Doc>, spec: Doc, collation?: Collation): Doc[] {
  const { keyOf, compare } = sorter(spec, collation)
  const keyed = Array.from(docs, (doc) => ({ doc, key: keyOf(doc) }))
  keyed.sort((a, b) => compare(a.key, b.key))
  return keyed.map(({ doc }) => doc)
}

/** The key that a document sorts by, and the order of such keys. */
export function sorter(spec: Doc, collation: Collation | undefined) {
  const fields = parseSort(spec)
  const paths = fields.map(({ path }) => path)
  const compare = (a: SortKey, b: SortKey): number => {
    for (let index = 0; index < fields.length; index++) {
      const order = compareValues(a[index], b[index], collation)
      if (order !== 0) return order * fields[index]!.direction
    }
    return 0
  }
  const keyOf = (doc: Doc): SortKey => {
    const keys = compoundKeys(doc, paths, parallelArrays).keys.map((key) => key.map(placed))
    return keys.reduce((best, key) => (compare(key, best) < 0 ? key : best))
  }
  return { keyOf, compare }
}

/** A missing value sorts as null, and an empty array before it. */
const placed = (part: KeyPart): Value | undefined =>
  part === nothingInArray ? undefined : part === undefined ? null : part

const parallelArrays = (): MongoError => badValue('cannot sort with keys that are parallel arrays')
