import { BSONRegExp, Decimal128, type Doc, MaxKey, MinKey, type Value } from './language/value.ts'

interface Bound {
  value: Value
  inclusive: boolean
}

/** What a filter demands of one field, as far as an index can use it. The filter itself is checked again anyway. */
export interface Constraint {
  /** The field equals one of these. */
  points?: Value[]
  above?: Bound
  below?: Bound
  /** No document without the field can match. */
  excludesMissing: boolean
}

/** What the filter demands of fields in its conjunction; all else is left to the filter. */
export function constraintsOf(filter: Doc, found = new Map<string, Constraint>()): Map<string, Constraint> {
  for (const [name, condition] of filter) {
    if (name === '$and' && Array.isArray(condition)) {
      for (const part of condition) if (part instanceof Map) constraintsOf(part, found)
    } else if (!name.startsWith('$')) {
      const constraint = found.get(name) ?? { excludesMissing: false }
      found.set(name, constraint)
      if (isOperators(condition))
        for (const [operator, operand] of condition) narrow(constraint, operator, operand)
      else narrow(constraint, '$eq', condition)
    }
  }
  return found
}

const isOperators = (condition: Value): condition is Doc =>
  condition instanceof Map && condition.size > 0 && condition.keys().next().value!.startsWith('$')

function narrow(constraint: Constraint, operator: string, operand: Value): void {
  switch (operator) {
    case '$eq':
      if (isPoint(operand)) meet(constraint, [operand])
      break
    case '$in':
      if (Array.isArray(operand) && operand.every(isPoint)) meet(constraint, operand)
      break
    case '$gt':
    case '$gte':
      if (!isBound(operand)) break
      constraint.above ??= { value: operand, inclusive: operator === '$gte' }
      constraint.excludesMissing = true
      break
    case '$lt':
    case '$lte':
      if (!isBound(operand)) break
      constraint.below ??= { value: operand, inclusive: operator === '$lte' }
      constraint.excludesMissing = true
      break
    case '$exists':
      if (operand === true) constraint.excludesMissing = true
      break
  }
}

/** The first set of points is taken; a second one may meet other elements of the same array. */
function meet(constraint: Constraint, points: Value[]): void {
  constraint.points ??= points
  if (!points.includes(null)) constraint.excludesMissing = true
}

/** Arrays equal whole arrays or elements, and expressions equal what they match: neither is one key. */
const isPoint = (value: Value): boolean => !Array.isArray(value) && !(value instanceof BSONRegExp)

const unbounded = [BSONRegExp, Decimal128, MinKey, MaxKey]

/** Values whose comparisons stay within one type and have a smallest and largest key. */
function isBound(value: Value): boolean {
  if (typeof value === 'number') return !Number.isNaN(value)
  if (typeof value === 'string') return true
  if (value === null || typeof value === 'boolean' || Array.isArray(value) || value instanceof Map)
    return false
  return !unbounded.some((type) => value instanceof type)
}
