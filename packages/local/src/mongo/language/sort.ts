import type { Collation } from './collation.ts'
import { compareValues } from './compare.ts'
import { badValue, failedToParse, MongoError, notHere } from './error.ts'
import type { KeyPart } from './keys.ts'
import { compoundKeys } from './keys.ts'
import { printValue } from './print.ts'
import type { Doc } from './value.ts'
import { isDoc, isNumeric, toDouble } from './value.ts'

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
    if (name === '') throw failedToParse('FieldPath cannot be constructed with empty string')
    const direction = isNumeric(value) ? toDouble(value) : Number.NaN
    if (!isNumeric(value))
      throw new MongoError(15974, `Illegal key in $sort specification: ${name}: ${printValue(value)}`)
    if (direction !== 1 && direction !== -1) {
      throw new MongoError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)')
    }
    const path = name.split('.')
    if (path.some((part) => part === ''))
      throw new MongoError(15998, 'FieldPath field names may not be empty strings.')
    if (path[0]!.startsWith('$')) throw badValue(`Field path '${name}' may not start with '$'`)
    return { path, direction }
  })
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
  const compare = (a: readonly KeyPart[], b: readonly KeyPart[]): number => {
    for (let index = 0; index < fields.length; index++) {
      const order = compareValues(a[index], b[index], collation)
      if (order !== 0) return order * fields[index]!.direction
    }
    return 0
  }
  const keyOf = (doc: Doc): KeyPart[] =>
    compoundKeys(doc, paths, parallelArrays).reduce((best, key) => (compare(key, best) < 0 ? key : best))
  return { keyOf, compare }
}

const parallelArrays = (): MongoError => badValue('cannot sort with keys that are parallel arrays')
