import { badValue, failedToParse, MongoError } from './error.ts'
import { printValue } from './print.ts'
import type { Value } from './value.ts'
import { bsonType, isNumeric, toDouble } from './value.ts'

/** Type names that `$type` takes; those of types that are not held match nothing. */
const aliases = new Map<string, number>(Object.entries(bsonType))
for (const [name, number] of [
  ['undefined', 6],
  ['dbPointer', 12],
  ['symbol', 14],
  ['javascriptWithScope', 15],
] as const) {
  aliases.set(name, number)
}
const numberTypes = [bsonType.double, bsonType.int, bsonType.long, bsonType.decimal]

export function parseTypes(value: Value): Set<number> {
  const types = new Set<number>()
  for (const type of Array.isArray(value) ? value : [value]) {
    if (type === 'number') for (const each of numberTypes) types.add(each)
    else if (typeof type === 'string') {
      const number = aliases.get(type)
      if (number === undefined) throw badValue(`Unknown type name alias: ${type}`)
      types.add(number)
    } else if (isNumeric(type)) {
      const number = toDouble(type)
      if (number === 0) throw badValue('$type: 0 is not supported; use {$exists: false}')
      if (![...aliases.values()].includes(number)) throw badValue(`Invalid numerical type code: ${number}`)
      types.add(number)
    } else throw new MongoError(14, 'type must be represented as a number or a string')
  }
  if (types.size === 0) throw failedToParse('$type must match at least one type')
  return types
}

export function parseMod(value: Value): { op: 'mod'; divisor: bigint; remainder: bigint } {
  if (!Array.isArray(value)) throw badValue('malformed mod, needs to be an array')
  if (value.length < 2) throw badValue('malformed mod, not enough elements')
  if (value.length > 2) throw badValue('malformed mod, too many elements')
  const [divisor, remainder] = value.map((part, index) => {
    if (!isNumeric(part))
      throw badValue(`malformed mod, ${index === 0 ? 'divisor' : 'remainder'} not a number`)
    const number = toDouble(part)
    if (!Number.isFinite(number)) throw badValue('malformed mod, not representable as a 64-bit integer')
    return BigInt(Math.trunc(number))
  })
  if (divisor === 0n) throw badValue('divisor cannot be 0')
  return { op: 'mod', divisor: divisor!, remainder: remainder! }
}

export function parseSize(value: Value): number {
  if (!isNumeric(value))
    throw failedToParse(`Failed to parse $size. Expected a number in: $size: ${printValue(value)}`)
  const size = toDouble(value)
  if (!Number.isInteger(size))
    throw failedToParse(`Failed to parse $size. Expected an integer: $size: ${printValue(value)}`)
  if (size < 0)
    throw failedToParse(
      `Failed to parse $size. Expected a non-negative number in: $size: ${printValue(value)}`,
    )
  return size
}
