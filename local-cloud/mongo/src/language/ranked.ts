import type { Collation } from './collation.ts'
import { compareValues } from './compare.ts'
import { MongoError } from './error.ts'
import { compareNumbers } from './number.ts'
import { printValue } from './print.ts'
import type { Value } from './value.ts'
import { isNumeric, Long, toDouble } from './value.ts'

/** The number of values that `$firstN` and its like are asked for. */
export function countOf(value: Value | undefined, name: string): number {
  if (!isNumeric(value))
    throw new MongoError(5787902, `Value for 'n' must be of integral type, but found ${printValue(value)}`)
  const count = toDouble(value)
  if (!Number.isInteger(count) || compareNumbers(value, Long.MAX_VALUE) > 0)
    throw new MongoError(5787903, `Value for 'n' must be of integral type, but found ${printValue(value)}`)
  if (count <= 0) throw new MongoError(5787908, `'n' must be greater than 0, found ${count} for ${name}`)
  return count
}

export type Chosen = '$firstN' | '$lastN' | '$minN' | '$maxN'

/** The first or last values as they come, or the least or greatest in order, null and missing left out. */
export function choose(
  name: Chosen,
  values: readonly (Value | undefined)[],
  count: number,
  collation: Collation | undefined,
): Value[] {
  if (name === '$firstN') return values.slice(0, count).map((value) => value ?? null)
  if (name === '$lastN') return values.slice(-count).map((value) => value ?? null)
  const sign = name === '$minN' ? 1 : -1
  return values
    .filter((value): value is Value => value !== undefined && value !== null)
    .sort((a, b) => compareValues(a, b, collation) * sign)
    .slice(0, count)
}
