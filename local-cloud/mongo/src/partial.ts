import type { Constraint } from './constraints.ts'
import type { Collation } from './language/collation.ts'
import { compareValues, typeRank } from './language/compare.ts'
import { type FieldTest, type Filter, parseFilter } from './language/filter.ts'
import { compileTest } from './language/match.ts'
import {
  bsonType,
  type Doc,
  isNumeric,
  MaxKey,
  MinKey,
  toDouble,
  typeNameOf,
  type Value,
} from './language/value.ts'
import type { Index } from './storage/index.ts'

/** Whether an index that leaves documents out holds all that the filter asks for. */
export function holdsAll(
  index: Index,
  filter: Doc,
  constraints: Map<string, Constraint>,
  collation: Collation | undefined,
): boolean {
  if (index.sparse) return index.fields.some(({ name }) => constraints.get(name)?.excludesMissing === true)
  const partial = index.spec.get('partialFilterExpression')
  return partial === undefined || implies(parseFilter(filter), parseFilter(partial as Doc), index, collation)
}

/** Whether every document that matches the filter matches the expression too, as far as can be told from their form. */
function implies(
  filter: Filter,
  expression: Filter,
  index: Index,
  collation: Collation | undefined,
): boolean {
  const all = (part: Filter) => implies(filter, part, index, collation)
  const each = (part: Filter) => implies(part, expression, index, collation)
  if (expression.kind === 'and') return expression.filters.every(all)
  if (filter.kind === 'or') return filter.filters.every(each)
  if (expression.kind === 'or' && expression.filters.some(all)) return true
  if (filter.kind === 'and') return filter.filters.some(each)
  if (filter.kind !== 'field' || expression.kind !== 'field' || filter.path !== expression.path) return false
  return testImplies(filter.test, expression.test, index, collation)
}

function testImplies(
  asked: FieldTest,
  held: FieldTest,
  index: Index,
  collation: Collation | undefined,
): boolean {
  if (held.op === 'exists') return excludesMissing(asked)
  const values = asked.op === 'eq' ? [asked.value] : asked.op === 'in' ? asked.values : undefined
  const bound = boundOf(asked)
  if (collation !== index.collation && [...(values ?? []), bound].some(hasOrder)) return false
  if (values) {
    if (asked.op === 'in' && asked.patterns.length > 0) return false
    const holds = compileTest(held, { collation })
    return values.every((value) => holds(value) && (value !== null || holds(undefined)))
  }
  if (asked.op === 'type') return held.op === 'type' && [...asked.types].every((type) => held.types.has(type))
  if (bound === undefined) return false
  if (held.op === 'type') return !isNumeric(bound) && held.types.has(bsonType[typeNameOf(bound)])
  const least = boundOf(held)
  if (least === undefined || typeRank(least) !== typeRank(bound) || asked.op[0] !== held.op[0]) return false
  const order = compareValues(bound, least, collation) * (asked.op[0] === 'g' ? 1 : -1)
  return order > 0 || (order === 0 && (held.op.endsWith('e') || asked.op === held.op))
}

/** Values of which a collation may make more, or fewer, equal. */
const hasOrder = (value: Value | undefined): boolean =>
  typeof value === 'string' ||
  (typeof value === 'object' && value !== null && (Array.isArray(value) || value instanceof Map))

/** The end of a range within one type. */
function boundOf(test: FieldTest): Value | undefined {
  if (test.op !== 'lt' && test.op !== 'lte' && test.op !== 'gt' && test.op !== 'gte') return undefined
  const { value } = test
  if (value === null || value instanceof MinKey || value instanceof MaxKey) return undefined
  return isNumeric(value) && Number.isNaN(toDouble(value)) ? undefined : value
}

function excludesMissing(test: FieldTest): boolean {
  if (test.op === 'eq') return test.value !== null
  if (test.op === 'in') return !test.values.includes(null)
  if (test.op === 'lt' || test.op === 'lte' || test.op === 'gt' || test.op === 'gte')
    return boundOf(test) !== undefined
  return true
}
