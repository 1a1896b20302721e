import type { Collation } from './collation.ts'
import { compareNumbers } from './number.ts'
import type { BsonTypeName, Doc, NumericValue, Value } from './value.ts'
import {
  type Binary,
  type BSONRegExp,
  type Code,
  type ObjectId,
  type Timestamp,
  typeNameOf,
} from './value.ts'

/** BSON's order of types; numbers share one place. A missing value stands before null, as in expressions. */
const ranks: Record<BsonTypeName, number> = {
  minKey: 1,
  null: 5,
  double: 10,
  int: 10,
  long: 10,
  decimal: 10,
  string: 15,
  object: 20,
  array: 25,
  binData: 30,
  objectId: 35,
  bool: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  javascript: 60,
  maxKey: 127,
}
const missingRank = 2

/** The place of a value's type in BSON's order; values of equal rank are comparable with each other. */
export function typeRank(value: Value | undefined): number {
  if (value === undefined) return missingRank
  if (typeof value === 'string') return 15
  return ranks[typeNameOf(value)]
}

/** MongoDB's total order over values: by type first, then by value. Negative, zero or positive. */
export function compareValues(a: Value | undefined, b: Value | undefined, collation?: Collation): number {
  if (typeof a === 'string' && typeof b === 'string') {
    return collation ? collation.compare(a, b) : compareStrings(a, b)
  }
  const rank = typeRank(a)
  const difference = rank - typeRank(b)
  if (difference !== 0) return difference
  switch (rank) {
    case 10:
      return compareNumbers(a as NumericValue, b as NumericValue)
    case 20:
      return compareDocs(a as Doc, b as Doc, collation)
    case 25:
      return compareArrays(a as Value[], b as Value[], collation)
    case 30:
      return compareBinaries(a as Binary, b as Binary)
    case 35:
      return compareBytes((a as ObjectId).id, (b as ObjectId).id)
    case 40:
      return Number(a) - Number(b)
    case 45:
      return (a as Date).getTime() - (b as Date).getTime()
    case 47:
      return (a as Timestamp).t - (b as Timestamp).t || (a as Timestamp).i - (b as Timestamp).i
    case 50: {
      const [left, right] = [a as BSONRegExp, b as BSONRegExp]
      return compareStrings(left.pattern, right.pattern) || compareStrings(left.options, right.options)
    }
    case 60:
      return compareStrings(String((a as Code).code), String((b as Code).code))
  }
  return 0
}

/** Whether two values are equal in MongoDB's sense: 1, NumberLong(1) and 1.0 are, documents in another order are not. */
export function valuesEqual(a: Value | undefined, b: Value | undefined, collation?: Collation): boolean {
  return compareValues(a, b, collation) === 0
}

/** Compares by UTF-8 bytes, which differs from JavaScript's order where surrogates meet U+E000 to U+FFFF. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0
  const shorter = Math.min(a.length, b.length)
  for (let index = 0; index < shorter; index++) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left !== right) return inCodePointOrder(left) - inCodePointOrder(right)
  }
  return a.length - b.length
}

function inCodePointOrder(unit: number): number {
  if (unit < 0xd800) return unit
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
}

function compareDocs(a: Doc, b: Doc, collation: Collation | undefined): number {
  const right = b.entries()
  for (const [nameA, valueA] of a) {
    const next = right.next()
    if (next.done) return 1
    const [nameB, valueB] = next.value
    const difference =
      typeRank(valueA) - typeRank(valueB) ||
      compareStrings(nameA, nameB) ||
      compareValues(valueA, valueB, collation)
    if (difference !== 0) return difference
  }
  return a.size - b.size
}

function compareArrays(a: Value[], b: Value[], collation: Collation | undefined): number {
  const shorter = Math.min(a.length, b.length)
  for (let index = 0; index < shorter; index++) {
    const difference = compareValues(a[index], b[index], collation)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function compareBinaries(a: Binary, b: Binary): number {
  return (
    a.position - b.position ||
    a.sub_type - b.sub_type ||
    compareBytes(a.buffer.subarray(0, a.position), b.buffer.subarray(0, b.position))
  )
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b)
}
