import { integer, isInteger, toBigInt } from '../arithmetic.ts'
import { quantized } from '../decimal.ts'
import { MongoError } from '../error.ts'
import type { ExactNumber } from '../number.ts'
import { exactly } from '../number.ts'
import { Decimal128, isNumeric, Long, toDouble } from '../value.ts'
import { typeName } from './arithmetic.ts'
import type { Argument, Operator } from './scope.ts'
import { isNullish, operator } from './scope.ts'

/** Rounds half to even, or towards zero, at a decimal place; negative places count left of the point. */
function rounded(name: '$round' | '$trunc'): Operator {
  return operator(1, 2, (args) => {
    const [value, digits] = args
    if (isNullish(value) || (args.length === 2 && isNullish(digits))) return null
    if (!isNumeric(value))
      throw new MongoError(51081, `${name} only supports numeric types, not ${typeName(value)}`)
    const place = digits === undefined ? 0 : placeOf(digits, name)
    if (value instanceof Decimal128) return quantized(value, place, name === '$round' ? 'half even' : 'zero')
    if (isInteger(value)) {
      if (place >= 0) return value
      const unit = 10n ** BigInt(-place)
      const result = integer(atUnit(toBigInt(value), unit, name), value instanceof Long)
      if (!result) throw new MongoError(51080, `invalid conversion from Decimal128 result in ${name}`)
      return result
    }
    return roundDouble(toDouble(value), place, name)
  })
}

function placeOf(digits: Argument, name: string): number {
  if (!isNumeric(digits))
    throw new MongoError(16004, `precision argument to  ${name} must be a integral value`)
  const place = toDouble(digits)
  if (!Number.isInteger(place))
    throw new MongoError(51082, `precision argument to  ${name} must be a integral value`)
  if (place < -20 || place > 100)
    throw new MongoError(
      51083,
      `cannot apply ${name} with precision value ${place} value must be in [-20, 100]`,
    )
  return place
}

function atUnit(value: bigint, unit: bigint, name: string): bigint {
  const whole = value / unit
  if (name === '$trunc') return whole * unit
  const twice = 2n * (value % unit)
  const magnitude = twice < 0n ? -twice : twice
  const away = magnitude > unit || (magnitude === unit && whole % 2n !== 0n)
  return (away ? whole + (value < 0n ? -1n : 1n) : whole) * unit
}

/** Works on the double's exact value to 34 digits, as MongoDB does: 2.675 is a little less than it looks. */
function roundDouble(value: number, place: number, name: string): number {
  if (!Number.isFinite(value) || value === 0) return value
  const { mantissa, exponent } = exactly(value) as ExactNumber
  const digits = exponent >= 0 ? mantissa * 2n ** BigInt(exponent) : mantissa * 5n ** BigInt(-exponent)
  const scale = Math.max(-exponent, 0)
  const excess = Math.max(digits.toString().replace('-', '').length - 34, 0)
  const kept = excess > 0 ? atUnit(digits, 10n ** BigInt(excess), '$round') : digits
  const rounded = scale > place ? atUnit(kept, 10n ** BigInt(scale - place), name) : kept
  return rounded === 0n && value < 0 ? -0 : Number(`${rounded}e${-scale}`)
}

export const roundingOperators: Record<string, Operator> = {
  $round: rounded('$round'),
  $trunc: rounded('$trunc'),
}
