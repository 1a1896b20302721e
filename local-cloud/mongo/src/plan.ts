import { type Constraint, constraintsOf } from './constraints.ts'
import { type Hints, hinted, keysBetween } from './hint.ts'
import type { Collation } from './language/collation.ts'
import { typeRank } from './language/compare.ts'
import { MongoError } from './language/error.ts'
import { type KeyPart, nothingInArray } from './language/keys.ts'
import { naturalDirection } from './language/sort.ts'
import { type Doc, Int32, type Value } from './language/value.ts'
import { holdsAll } from './partial.ts'
import type { Collection } from './storage/collection.ts'
import type { Index, IndexField } from './storage/index.ts'

/** Above every key that begins with a given prefix. */
const end = '\xff'
const mostPoints = 1000

/** How a statement reaches its documents: an index's key ranges, or without one the whole collection. */
export interface Access {
  index: Index | undefined
  /** Half-open ranges of keys, in key order. */
  ranges: [low: string, high: string][]
  backward: boolean
  /** Documents come in the order that was asked for. */
  sorted: boolean
  /** The ways to the parts of an `$or`, each by an index; taken together instead of `index`. */
  parts?: Access[]
  /** Leading index fields whose bounds are narrower than everything, for explain. */
  bounds: Map<string, Constraint>
  score: number
}

const collectionScan: Access = {
  index: undefined,
  ranges: [],
  backward: false,
  sorted: false,
  bounds: new Map(),
  score: 0,
}

/** Chooses the index that pins down most of the filter, or that saves the sort. Throws as `hinted` and `keysBetween` do. */
export function chooseAccess(
  collection: Collection,
  filter: Doc,
  sort: Doc | undefined,
  hints: Hints,
  collation: Collation | undefined,
): Access {
  const asked = hinted(collection, hints.hint)
  const between = keysBetween(hints, asked, collation)
  if (typeof asked === 'number') return { ...collectionScan, backward: asked < 0 }
  const natural = naturalDirection(sort, 'sort')
  if (natural) return { ...collectionScan, backward: natural < 0, sorted: true }
  const constraints = constraintsOf(filter)
  if (asked) {
    if (asked.covers && !holdsAll(asked, filter, constraints, collation)) {
      throw new MongoError(
        291,
        'error processing query: planner returned error :: caused by :: No query solutions',
      )
    }
    if (!between) return accessBy(asked, constraints, sort, collation)
    const [low, high] = between
    const whole = accessBy(asked, new Map(), sort, collation)
    return { ...whole, ranges: [[low ?? '', high ?? end]] }
  }
  let best = collectionScan
  for (const index of collection.indexes) {
    // An index is worth something from its first field on.
    if (!sort && !constraints.has(index.fields[0]!.name)) continue
    if (!index.serves || !holdsAll(index, filter, constraints, collation)) continue
    const access = accessBy(index, constraints, sort, collation)
    if (access.score > best.score) best = access
  }
  return best.score > 0 ? best : (eachByIndex(collection, filter, collation) ?? best)
}

/** When nothing else narrows a filter, each alternative of its `$or` may have an index of its own. */
function eachByIndex(
  collection: Collection,
  filter: Doc,
  collation: Collation | undefined,
): Access | undefined {
  const alternatives = filter.get('$or')
  if (!Array.isArray(alternatives) || alternatives.length === 0) return undefined
  const parts = alternatives.map((each) => chooseAccess(collection, each as Doc, undefined, {}, collation))
  return parts.every(({ score }) => score > 0) ? { ...collectionScan, parts } : undefined
}

function accessBy(
  index: Index,
  constraints: Map<string, Constraint>,
  sort: Doc | undefined,
  collation: Collation | undefined,
): Access {
  // Strings in an index of another collation stand in another order and under other keys.
  const comparable = index.collation === collation
  let prefixes = ['']
  let ranges: [string, string][] | undefined
  const bounds = new Map<string, Constraint>()
  let pinned = 0
  let unordered = false
  for (const field of index.fields) {
    const constraint = constraints.get(field.name)
    if (!constraint) break
    const points = pointKeys(index, field, constraint, comparable)
    if (points && points.length * prefixes.length <= mostPoints) {
      prefixes = prefixes.flatMap((prefix) => points.map((point) => prefix + point))
      if (points.length !== 1) unordered = true
      if (!unordered) pinned++
      bounds.set(field.name, constraint)
      continue
    }
    const range = rangeKeys(index, field, constraint, comparable)
    if (range) {
      ranges = prefixes.map((prefix) => [prefix + range[0], prefix + range[1]])
      bounds.set(field.name, constraint)
    }
    break
  }
  ranges ??= prefixes.map((prefix) => [prefix, prefix + end])
  ranges.sort((a, b) => (a[0] < b[0] ? -1 : 1))
  const order = sort && comparable && !index.multikey ? sortDirection(index.fields, sort, pinned) : undefined
  // Several points keep the order only of the field they are points of.
  const sorted =
    order !== undefined && (!unordered || (prefixes.length > 1 && sort!.size === 1 && pinned === 0))
  const complete = index.unique && pinned === index.fields.length
  const score = (complete ? 1000 : 0) + pinned * 10 + (bounds.size - pinned) * 8 + (sorted ? 6 : 0)
  return { index, ranges, backward: sorted && order === -1, sorted, bounds, score }
}

/** The keys that a field can have when it must equal one of a few values. */
function pointKeys(
  index: Index,
  field: IndexField,
  { points }: Constraint,
  comparable: boolean,
): string[] | undefined {
  if (!points) return undefined
  const keys = new Set<string>()
  for (const point of points) {
    if (!comparable && holdsStrings(point)) return undefined
    const parts: KeyPart[] = point === null && index.multikey ? [null, nothingInArray] : [point]
    for (const part of parts) keys.add(index.partKey(part, field.direction))
  }
  return [...keys]
}

const holdsStrings = (value: Value): boolean =>
  typeof value === 'string' || value instanceof Map || Array.isArray(value)

function rangeKeys(
  index: Index,
  field: IndexField,
  { above, below }: Constraint,
  comparable: boolean,
): [string, string] | undefined {
  const bound = above ?? below
  if (!bound || (!comparable && holdsStrings(bound.value))) return undefined
  const rank = typeRank(bound.value)
  if (above && below && typeRank(below.value) !== rank) return undefined
  const { direction } = field
  const low = above && index.partKey(above.value, direction)
  // In an array one element may satisfy one bound and another element the other.
  const high = below && !(above && index.multikey) ? index.partKey(below.value, direction) : undefined
  if (direction === 1) {
    return [
      low === undefined ? String.fromCharCode(rank) : above!.inclusive ? low : low + end,
      high === undefined ? String.fromCharCode(rank + 1) : below!.inclusive ? high + end : high,
    ]
  }
  return [
    high === undefined ? String.fromCharCode(255 - rank) : below!.inclusive ? high : high + end,
    low === undefined ? String.fromCharCode(256 - rank) : above!.inclusive ? low + end : low,
  ]
}

/** 1 or -1 when walking the index that way gives the order; fields pinned to one value do not disturb it. */
function sortDirection(fields: IndexField[], sort: Doc, pinned: number): 1 | -1 | undefined {
  let at = 0
  let direction: 1 | -1 | undefined
  const constant = new Set(fields.slice(0, pinned).map(({ name }) => name))
  for (const [name, way] of sort) {
    if (constant.has(name)) continue
    if (!(typeof way === 'number' || way instanceof Int32)) return undefined
    while (at < fields.length && constant.has(fields[at]!.name)) at++
    const field = fields[at++]
    if (field?.name !== name) return undefined
    const needed = (Number(way) < 0 ? -1 : 1) === field.direction ? 1 : -1
    if (direction !== undefined && direction !== needed) return undefined
    direction = needed
  }
  return direction ?? 1
}
