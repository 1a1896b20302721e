import { Total } from '../arithmetic.ts'
import type { Collation } from '../collation.ts'
import { compareValues } from '../compare.ts'
import { MongoError } from '../error.ts'
import { encodeValue } from '../keystring.ts'
import { printValue } from '../print.ts'
import type { Doc, Value } from '../value.ts'
import { int, isDoc, isNumeric, long, toDouble, typeNameOf } from '../value.ts'

/** Collects the values of one group. */
interface Accumulator {
  add(value: Value | undefined): void
  result(): Value
}
export type MakeAccumulator = (collation: Collation | undefined) => Accumulator

const summing = (result: (total: Total) => Value): MakeAccumulator => {
  return () => {
    const total = new Total()
    return { add: (value) => total.add(value), result: () => result(total) }
  }
}

const extreme =
  (sign: 1 | -1): MakeAccumulator =>
  (collation) => {
    let best: Value | undefined
    return {
      add: (value) => {
        if (value === undefined || value === null) return
        if (best === undefined || compareValues(value, best, collation) * sign > 0) best = value
      },
      result: () => best ?? null,
    }
  }

const first: MakeAccumulator = () => {
  let seen = false
  let value: Value | undefined
  return {
    add: (next) => {
      if (!seen) value = next
      seen = true
    },
    result: () => value ?? null,
  }
}

const last: MakeAccumulator = () => {
  let value: Value | undefined
  return {
    add: (next) => {
      value = next
    },
    result: () => value ?? null,
  }
}

const push: MakeAccumulator = () => {
  const values: Value[] = []
  return {
    add: (value) => {
      if (value !== undefined) values.push(value)
    },
    result: () => values,
  }
}

const addToSet: MakeAccumulator = (collation) => {
  const values = new Map<string, Value>()
  return {
    add: (value) => {
      if (value === undefined) return
      const key = encodeValue(value, collation)
      if (!values.has(key)) values.set(key, value)
    },
    result: () => [...values.values()],
  }
}

const mergeObjects: MakeAccumulator = () => {
  const merged: Doc = new Map()
  return {
    add: (value) => {
      if (value === undefined || value === null) return
      if (!isDoc(value)) {
        throw new MongoError(
          40400,
          `$mergeObjects requires object inputs, but input ${printValue(value)} is of type ${typeNameOf(value)}`,
        )
      }
      for (const [name, inner] of value) merged.set(name, inner)
    },
    result: () => merged,
  }
}

/** Welford's method, so that large values with small differences keep their deviation. */
const deviation =
  (sampled: 0 | 1): MakeAccumulator =>
  () => {
    let count = 0
    let mean = 0
    let squares = 0
    return {
      add: (value) => {
        if (!isNumeric(value)) return
        const number = toDouble(value)
        const delta = number - mean
        mean += delta / ++count
        squares += delta * (number - mean)
      },
      result: () => (count > sampled ? Math.sqrt(squares / (count - sampled)) : null),
    }
  }

const count: MakeAccumulator = () => {
  let total = 0
  return {
    add: () => {
      total++
    },
    result: () => (total > 2147483647 ? long(BigInt(total)) : int(total)),
  }
}

/** The accumulators of one expression each. */
export const accumulators: Readonly<Record<string, MakeAccumulator>> = {
  $sum: summing((total) => total.sum()),
  $avg: summing((total) => total.average()),
  $min: extreme(-1),
  $max: extreme(1),
  $first: first,
  $last: last,
  $push: push,
  $addToSet: addToSet,
  $mergeObjects: mergeObjects,
  $stdDevPop: deviation(0),
  $stdDevSamp: deviation(1),
  $count: count,
}
