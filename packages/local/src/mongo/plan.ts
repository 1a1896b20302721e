import { type Constraint, constraintsOf } from './constraints.ts'
import type { Collation } from './language/collation.ts'
import { compareValues, typeRank } from './language/compare.ts'
import { MongoError, notHere } from './language/error.ts'
import { compileFilter } from './language/match.ts'
import { type Doc, Int32, type Value } from './language/value.ts'
import type { Collection } from './storage/collection.ts'
import { type Index, type IndexField, nothingInArray, type Part } from './storage/index.ts'

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

/** Chooses the index that pins down most of the filter, or that saves the sort. Throws BadValue (2) for a wrong hint. */
export function chooseAccess(
  collection: Collection,
  filter: Doc,
  sort: Doc | undefined,
  hint: Value | undefined,
  collation: Collation | undefined,
): Access {
  const hinted = hintedIndex(collection, hint)
  if (hinted === 'natural') {
    const backward = Number((hint as Doc).get('$natural')) < 0
    return { ...collectionScan, backward }
  }
  if (sort?.has('$natural'))
    return { ...collectionScan, backward: Number(sort.get('$natural')) < 0, sorted: true }
  const constraints = constraintsOf(filter)
  if (hinted) {
    if (!holdsAll(hinted, filter, constraints, collation)) {
      throw new MongoError(
        291,
        'error processing query: planner returned error :: caused by :: No query solutions',
      )
    }
    return accessBy(hinted, constraints, sort, collation)
  }
  let best = collectionScan
  for (const index of collection.indexes) {
    if (!index.serves || !usable(index, filter, constraints, collation)) continue
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
  const parts = alternatives.map((each) =>
    chooseAccess(collection, each as Doc, undefined, undefined, collation),
  )
  return parts.every(({ score }) => score > 0) ? { ...collectionScan, parts } : undefined
}

function hintedIndex(collection: Collection, hint: Value | undefined): Index | 'natural' | undefined {
  if (hint === undefined || (hint instanceof Map && hint.size === 0)) return undefined
  if (hint instanceof Map && hint.has('$natural')) return 'natural'
  const found = collection.indexes.find(({ name, spec }) =>
    typeof hint === 'string'
      ? name === hint
      : hint instanceof Map && sameKeyPattern(spec.get('key') as Doc, hint),
  )
  if (found?.serves) return found
  if (found && found.kind !== 'ordered') throw notHere(`a hint of a ${found.kind} index`)
  throw new MongoError(
    2,
    'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
  )
}

export function sameKeyPattern(a: Doc, b: Doc): boolean {
  const [left, right] = [[...a], [...b]]
  return (
    left.length === right.length &&
    left.every(
      ([name, direction], at) => name === right[at]![0] && compareValues(direction, right[at]![1]) === 0,
    )
  )
}

/** An index that leaves documents out serves only filters that ask for none of those. */
function usable(
  index: Index,
  filter: Doc,
  constraints: Map<string, Constraint>,
  collation: Collation | undefined,
): boolean {
  if (!holdsAll(index, filter, constraints, collation)) return false
  return !index.sparse || index.fields.some(({ name }) => constraints.get(name)?.excludesMissing === true)
}

/** Whether a partial index holds every document that matches the filter; under another collation strings equal others. */
function holdsAll(
  index: Index,
  filter: Doc,
  constraints: Map<string, Constraint>,
  collation: Collation | undefined,
): boolean {
  if (!index.covers) return true
  const expression = index.spec.get('partialFilterExpression') as Doc
  return (index.collation === collation || !holdsText(expression)) && implied(expression, filter, constraints)
}

function holdsText(value: Value): boolean {
  if (value instanceof Map) return [...value.values()].some(holdsText)
  return Array.isArray(value) ? value.some(holdsText) : typeof value === 'string'
}

/** Whether every document that matches the filter also matches the partial index's expression. */
function implied(expression: Doc, filter: Doc, constraints: Map<string, Constraint>): boolean {
  return [...expression].every(([field, condition]) => {
    if (field === '$and' && Array.isArray(condition)) {
      return condition.every((part) => implied(part as Doc, filter, constraints))
    }
    if (field.startsWith('$')) return false
    const constraint = constraints.get(field)
    if (constraint?.points && !constraint.points.includes(null)) {
      const clause = compileFilter(new Map([[field, condition]]), {})
      return constraint.points.every((point) => clause(nested(field, point)))
    }
    if (isExists(condition)) return constraint?.excludesMissing === true
    const asked = filter.get(field)
    return asked !== undefined && sameCondition(asked, condition)
  })
}

const isExists = (condition: Value): boolean =>
  condition instanceof Map && condition.size === 1 && condition.get('$exists') === true

function nested(field: string, value: Value): Doc {
  return field.split('.').reduceRight<Value>((inner, name) => new Map([[name, inner]]), value) as Doc
}

function sameCondition(a: Value, b: Value): boolean {
  if (!(a instanceof Map) || !(b instanceof Map) || a.size !== b.size) return false
  return [...a].every(([operator, operand]) => {
    const other = b.get(operator)
    return other !== undefined && compareValues(other, operand) === 0
  })
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
    const parts: Part[] = point === null && index.multikey ? [null, nothingInArray] : [point]
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
