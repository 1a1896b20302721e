import { badValue, failedToParse } from './error.ts'
import { printValue } from './print.ts'
import type { Value } from './value.ts'
import { Binary, Int32, isNumeric, Long, toDouble } from './value.ts'

/** Reads the mask of a $bits operator: a number, a binary or a list of positions. */
export function bitPositions(name: string, value: Value): number[] {
  if (value instanceof Binary) {
    const positions: number[] = []
    for (let at = 0; at < value.position * 8; at++)
      if ((value.buffer[at >> 3]! >> (at & 7)) & 1) positions.push(at)
    return positions
  }
  if (Array.isArray(value)) {
    return value.map((position) => {
      const at = isNumeric(position) ? toDouble(position) : Number.NaN
      if (!Number.isInteger(at) || at < 0) {
        throw badValue(`${name} bit positions must be non-negative integers but got: ${printValue(position)}`)
      }
      return at
    })
  }
  if (!isNumeric(value))
    throw badValue(`${name} takes an Array, a number, or a BinData but received: ${printValue(value)}`)
  const mask = integerOf(value)
  if (mask === undefined) throw failedToParse(`Expected an integer: ${name}: ${printValue(value)}`)
  if (mask < 0n) throw failedToParse(`Expected a non-negative number in: ${name}: ${printValue(value)}`)
  const positions: number[] = []
  for (let at = 0; at < 63; at++) if ((mask >> BigInt(at)) & 1n) positions.push(at)
  return positions
}

/** Whether all, or any, of the positions are set, or clear, in the value; values without bits never match. */
export function bitsMatch(
  value: Value | undefined,
  test: { all: boolean; set: boolean; positions: readonly number[] },
): boolean {
  const bitAt = bitReader(value)
  if (!bitAt) return false
  const holds = (at: number) => bitAt(at) === test.set
  return test.all ? test.positions.every(holds) : test.positions.some(holds)
}

function bitReader(value: Value | undefined): ((at: number) => boolean) | undefined {
  if (value instanceof Binary) {
    return (at) => at < value.position * 8 && ((value.buffer[at >> 3]! >> (at & 7)) & 1) === 1
  }
  const integer = integerOf(value)
  if (integer === undefined) return undefined
  return (at) => ((integer >> BigInt(Math.min(at, 63))) & 1n) === 1n
}

function integerOf(value: Value | undefined): bigint | undefined {
  if (value instanceof Int32) return BigInt(value.value)
  if (value instanceof Long) return value.toBigInt()
  if (!isNumeric(value)) return undefined
  const double = toDouble(value)
  if (!Number.isInteger(double) || double < -(2 ** 63) || double >= 2 ** 63) return undefined
  return BigInt(double)
}
