import { Total } from '../arithmetic.ts'
import { compareValues } from '../compare.ts'
import { MongoError } from '../error.ts'
import { printValue } from '../print.ts'
import type { Value } from '../value.ts'
import { int, isNumeric, toDouble } from '../value.ts'
import { typeName } from './arithmetic.ts'
import type { Argument, Operator, Scope } from './scope.ts'
import { binary, isNullish, operator, unary, variadic } from './scope.ts'

/** A whole number given as an argument, or undefined. */
export function wholeNumber(value: Argument): number | undefined {
  if (!isNumeric(value)) return undefined
  const number = toDouble(value)
  return number === (number | 0) ? number | 0 : undefined
}

function elementAt(array: Argument, index: Argument): Argument {
  if (isNullish(array) || isNullish(index)) return null
  if (!Array.isArray(array)) {
    throw new MongoError(28689, `$arrayElemAt's first argument must be an array, but is ${typeName(array)}`)
  }
  if (!isNumeric(index)) {
    throw new MongoError(
      28690,
      `$arrayElemAt's second argument must be a numeric value, but is ${typeName(index)}`,
    )
  }
  const at = wholeNumber(index)
  if (at === undefined) {
    throw new MongoError(
      28691,
      `$arrayElemAt's second argument must be representable as a 32-bit integer: ${printValue(index)}`,
    )
  }
  return array.at(at)
}

const endOf = (name: string, at: 0 | -1): Operator =>
  unary((array) => {
    if (isNullish(array)) return null
    if (!Array.isArray(array))
      throw new MongoError(28689, `${name}'s argument must be an array, but is ${typeName(array)}`)
    return array.at(at)
  })

const mostBytes = 100 * 1024 ** 2
const valueBytes = 16

/** Refuses an array whose values alone would fill the memory that MongoDB leaves to an expression. */
function checkMemory(operator: string, values: number): void {
  const bytes = values * valueBytes
  if (bytes < mostBytes) return
  const why = `would use too much memory (${bytes} bytes) and cannot spill to disk. Memory limit: ${mostBytes} bytes`
  throw new MongoError(146, `${operator} ${why}`)
}

function concatenated(args: Argument[]): Argument {
  const all: Value[] = []
  for (const array of args) {
    if (isNullish(array)) return null
    if (!Array.isArray(array)) {
      throw new MongoError(28664, `$concatArrays only supports arrays, not ${typeName(array)}`)
    }
    checkMemory('$concatArrays', all.length + array.length)
    for (const element of array) all.push(element)
  }
  return all
}

function size(value: Argument): Argument {
  if (!Array.isArray(value)) {
    throw new MongoError(17124, `The argument to $size must be an array, but was of type: ${typeName(value)}`)
  }
  return int(value.length)
}

function isIn(value: Argument, array: Argument, { collation }: Scope): Argument {
  if (!Array.isArray(array)) {
    throw new MongoError(40081, `$in requires an array as a second argument, found: ${typeName(array)}`)
  }
  return array.some((element) => compareValues(element, value, collation) === 0)
}

function slice(args: Argument[]): Argument {
  const [array, first, second] = args
  if (isNullish(array) || isNullish(first) || (args.length === 3 && isNullish(second))) return null
  if (!Array.isArray(array)) {
    throw new MongoError(
      28724,
      `First argument to $slice must be an array, but is of type: ${typeName(array)}`,
    )
  }
  const n = wholeNumber(first)
  if (n === undefined)
    throw new MongoError(
      isNumeric(first) ? 28726 : 28725,
      `Second argument to $slice must be a 32-bit integer: ${printValue(first)}`,
    )
  if (args.length === 2) return n >= 0 ? array.slice(0, n) : array.slice(n)
  const count = wholeNumber(second)
  if (count === undefined)
    throw new MongoError(
      isNumeric(second) ? 28728 : 28727,
      `Third argument to $slice must be a 32-bit integer: ${printValue(second)}`,
    )
  if (count <= 0) throw new MongoError(28729, `Third argument to $slice must be positive: ${count}`)
  const start = n < 0 ? Math.max(array.length + n, 0) : n
  return array.slice(start, start + count)
}

function range(args: Argument[]): Argument {
  const [start, end] = args
  const step = args.length === 3 ? args[2] : int(1)
  const bounds = [start, end, step].map((value, index) => {
    const what = ['starting value', 'ending value', 'step value'][index]
    if (!isNumeric(value)) {
      throw new MongoError(
        34443 + 2 * index,
        `$range requires a numeric ${what}, found value of type: ${typeName(value)}`,
      )
    }
    const number = wholeNumber(value)
    if (number !== undefined) return number
    throw new MongoError(
      34444 + 2 * index,
      `$range requires a ${what} that can be represented as a 32-bit integer, found value: ${printValue(value)}`,
    )
  })
  const [from = 0, to = 0, by = 1] = bounds
  if (by === 0) throw new MongoError(34449, '$range requires a non-zero step value')
  checkMemory('$range', Math.max(0, Math.ceil((to - from) / by)))
  const numbers: Value[] = []
  for (let at = from; by > 0 ? at < to : at > to; at += by) numbers.push(int(at))
  return numbers
}

function indexOf(args: Argument[], { collation }: Scope): Argument {
  const [array, wanted] = args
  if (isNullish(array)) return null
  if (!Array.isArray(array)) {
    throw new MongoError(
      40090,
      `$indexOfArray requires an array as a first argument, found: ${typeName(array)}`,
    )
  }
  const bounds = [args.length > 2 ? args[2] : int(0), args.length > 3 ? args[3] : int(array.length)]
  const [from, to] = bounds.map((bound) => {
    const at = wholeNumber(bound)
    if (at === undefined)
      throw new MongoError(40096, `$indexOfArray requires an integral index, found: ${printValue(bound)}`)
    if (at < 0) throw new MongoError(40097, `$indexOfArray requires a nonnegative index, found: ${at}`)
    return at
  })
  for (let at = from!; at < Math.min(to!, array.length); at++) {
    if (compareValues(array[at], wanted, collation) === 0) return int(at)
  }
  return int(-1)
}

/** $sum, $avg, $min and $max as expressions: one array argument is looked into, several are taken as they are. */
function over(apply: (values: Argument[], scope: Scope) => Argument): Operator {
  return variadic((args, scope) => {
    const [only] = args
    return apply(args.length === 1 && Array.isArray(only) ? only : args, scope)
  })
}

function extreme(sign: 1 | -1): Operator {
  return over((values, { collation }) => {
    let best: Argument
    for (const value of values) {
      if (isNullish(value)) continue
      if (best === undefined || compareValues(value, best, collation) * sign > 0) best = value
    }
    return best ?? null
  })
}

function deviation(sampled: 0 | 1): Operator {
  return over((values) => {
    const numbers = values.filter(isNumeric).map(toDouble)
    if (numbers.length <= sampled) return null
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length
    const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    return Math.sqrt(squares / (numbers.length - sampled))
  })
}

function total(values: Argument[]): Total {
  const sum = new Total()
  for (const value of values) sum.add(value)
  return sum
}

function reversed(array: Argument): Argument {
  if (isNullish(array)) return null
  if (!Array.isArray(array)) {
    throw new MongoError(
      34435,
      `The argument to $reverseArray must be an array, but was of type: ${typeName(array)}`,
    )
  }
  return array.toReversed()
}

export const arrayOperators: Record<string, Operator> = {
  $arrayElemAt: binary(elementAt),
  $avg: over((values) => total(values).average()),
  $concatArrays: variadic(concatenated),
  $first: endOf('$first', 0),
  $in: binary(isIn),
  $indexOfArray: operator(2, 4, indexOf),
  $isArray: unary((value) => Array.isArray(value)),
  $last: endOf('$last', -1),
  $max: extreme(1),
  $min: extreme(-1),
  $range: operator(2, 3, range),
  $reverseArray: unary(reversed),
  $size: unary(size),
  $slice: operator(2, 3, slice),
  $stdDevPop: deviation(0),
  $stdDevSamp: deviation(1),
  $sum: over((values) => total(values).sum()),
}
