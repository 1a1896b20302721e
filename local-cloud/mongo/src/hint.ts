import type { Collation } from './language/collation.ts'
import { valuesEqual } from './language/compare.ts'
import { badValue, MongoError, notHere } from './language/error.ts'
import { naturalDirection } from './language/sort.ts'
import { type Doc, isDoc, type Value } from './language/value.ts'
import type { Collection } from './storage/collection.ts'
import type { Index } from './storage/index.ts'

/** What a statement says about the way it is to be carried out. */
export interface Hints {
  hint?: Value | undefined
  /** The first key that is wanted and the first that is not, as `min` and `max` of a find give them. */
  min?: Doc | undefined
  max?: Doc | undefined
}

/** The index a hint names, or the direction of a natural walk. Throws BadValue (2) for a wrong hint. */
export function hinted({ indexes }: Collection, hint: Value | undefined): Index | 1 | -1 | undefined {
  if (hint === undefined || (isDoc(hint) && hint.size === 0)) return undefined
  const natural = naturalDirection(hint, 'hint')
  if (natural) return natural
  const found = indexes.find(({ name, spec }) =>
    isDoc(hint) ? sameKeyPattern(spec.get('key') as Doc, hint) : name === hint,
  )
  if (found?.serves) return found
  if (found && found.kind !== 'ordered') throw notHere(`a hint of a ${found.kind} index`)
  throw badValue(
    'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
  )
}

export function sameKeyPattern(a: Doc, b: Doc): boolean {
  const [left, right] = [[...a], [...b]]
  return (
    left.length === right.length &&
    left.every(([name, direction], at) => name === right[at]![0] && valuesEqual(direction, right[at]![1]))
  )
}

/** The keys from `min` up to but without `max`, where a find gives them; they need a hint to say of which index. */
export function keysBetween(
  { min, max }: Hints,
  index: Index | 1 | -1 | undefined,
  collation: Collation | undefined,
): [low: string | undefined, high: string | undefined] | undefined {
  const bounds = [min, max].filter((bound) => bound !== undefined && bound.size > 0)
  if (bounds.length === 0) return undefined
  if (bounds.length === 2 && [...min!.keys()].join() !== [...max!.keys()].join())
    throw new MongoError(51176, 'min and max must have the same field names')
  if (typeof index !== 'object')
    throw new MongoError(51173, 'When using min()/max() a hint of which index to use must be provided')
  const names = index.fields.map(({ name }) => name)
  if (index.collation !== collation || bounds.some((bound) => [...bound!.keys()].join() !== names.join())) {
    throw new MongoError(51174, 'The index chosen is not compatible with min/max')
  }
  const [low, high] = [min, max].map((bound) => (bound && bound.size > 0 ? keyOf(index, bound) : undefined))
  if (low !== undefined && high !== undefined && low >= high)
    throw new MongoError(
      51175,
      'The value provided for min() does not come before the value provided for max()',
    )
  return [low, high]
}

const keyOf = (index: Index, bound: Doc): string =>
  index.fields.map(({ name, direction }) => index.partKey(bound.get(name), direction)).join('')
