import { compareValues } from '../compare.ts'
import { MongoError } from '../error.ts'
import type { Chosen } from '../ranked.ts'
import { choose, countOf } from '../ranked.ts'
import { compileSort } from '../sort.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc, isNumeric, toDouble } from '../value.ts'
import { typeName } from './arithmetic.ts'
import type { Expression, Operator, Scope } from './scope.ts'
import { isNullish, namedArguments } from './scope.ts'

function sortArray(argument: Value, scope: Scope): Expression {
  const { input, sortBy } = namedArguments(argument, '$sortArray', ['input', 'sortBy'])
  const array = scope.compile(input)
  const compare = elementOrder(sortBy, scope)
  return (env) => {
    const elements = array(env)
    if (isNullish(elements)) return null
    if (!Array.isArray(elements)) {
      throw new MongoError(
        2942504,
        `The input argument to $sortArray must be an array, but was of type: ${typeName(elements)}`,
      )
    }
    return elements.toSorted(compare)
  }
}

function elementOrder(sortBy: Value, { collation }: Scope): (a: Value, b: Value) => number {
  if (isNumeric(sortBy)) {
    const direction = toDouble(sortBy)
    if (direction !== 1 && direction !== -1) {
      throw new MongoError(2942506, 'The $sort element value must be either 1 or -1')
    }
    return (a, b) => compareValues(a, b, collation) * direction
  }
  if (!isDoc(sortBy)) throw new MongoError(2942507, '$sortArray requires sortBy to be a document or 1/-1')
  const compare = compileSort(sortBy, collation)
  const wrap = (value: Value): Doc => (isDoc(value) ? value : new Map())
  return (a, b) => compare(wrap(a), wrap(b))
}

const chosen =
  (name: Chosen): Operator =>
  (argument, scope) => {
    const { input, n } = namedArguments(argument, name, ['input', 'n'])
    const [array, count] = [scope.compile(input), scope.compile(n)]
    return (env) => {
      const elements = array(env)
      if (!Array.isArray(elements)) {
        throw new MongoError(5788200, `Input must be an array, but found ${typeName(elements)} for ${name}`)
      }
      return choose(name, elements, countOf(count(env), name), scope.collation)
    }
  }

export const orderedOperators: Record<string, Operator> = {
  $firstN: chosen('$firstN'),
  $lastN: chosen('$lastN'),
  $maxN: chosen('$maxN'),
  $minN: chosen('$minN'),
  $sortArray: sortArray,
}
