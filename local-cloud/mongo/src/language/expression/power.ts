import { integer, isInteger, refuseDecimal, toBigInt } from '../arithmetic.ts'
import { sqrtDecimal } from '../decimal.ts'
import { MongoError } from '../error.ts'
import { isNumeric, Long, toDouble } from '../value.ts'
import { ofDouble, ofNumber, typeName } from './arithmetic.ts'
import type { Argument, Operator } from './scope.ts'
import { binary, isNullish } from './scope.ts'

/** `$pow`. */
export function power(a: Argument, b: Argument): Argument {
  if (isNullish(a) || isNullish(b)) return null
  if (!isNumeric(a)) throw new MongoError(28762, `$pow's base must be numeric, not ${typeName(a)}`)
  if (!isNumeric(b)) throw new MongoError(28763, `$pow's exponent must be numeric, not ${typeName(b)}`)
  refuseDecimal('$pow', a, b)
  if (toDouble(a) === 0 && toDouble(b) < 0)
    throw new MongoError(28764, '$pow cannot take a base of 0 and a negative exponent')
  if (!isInteger(a) || !isInteger(b)) return toDouble(a) ** toDouble(b)
  const exponent = toBigInt(b)
  const base = toBigInt(a)
  if (exponent < 0n) {
    if (base === 1n || base === -1n) return integer(base ** -exponent, false) ?? null
    return toDouble(a) ** toDouble(b)
  }
  if (exponent > 63n && base * base > 1n) return toDouble(a) ** toDouble(b)
  return integer(base ** exponent, a instanceof Long || b instanceof Long) ?? toDouble(a) ** toDouble(b)
}

function logarithm(a: Argument, b: Argument): Argument {
  if (isNullish(a) || isNullish(b)) return null
  if (!isNumeric(a)) throw new MongoError(28756, `$log's argument must be numeric, not ${typeName(a)}`)
  if (!isNumeric(b)) throw new MongoError(28757, `$log's base must be numeric, not ${typeName(b)}`)
  refuseDecimal('$log', a, b)
  if (toDouble(a) <= 0)
    throw new MongoError(28758, `$log's argument must be a positive number, but is ${toDouble(a)}`)
  if (toDouble(b) <= 0 || toDouble(b) === 1) {
    throw new MongoError(28759, `$log's base must be a positive number not equal to 1, but is ${toDouble(b)}`)
  }
  return Math.log(toDouble(a)) / Math.log(toDouble(b))
}

function notNegative(value: number): number {
  if (value < 0) throw new MongoError(28714, "$sqrt's argument must be greater than or equal to 0")
  return value
}

function positive(name: string, code: number, apply: (value: number) => number): Operator {
  return ofDouble(name, (value) => {
    if (value <= 0)
      throw new MongoError(code, `${name}'s argument must be a positive number, but is ${value}`)
    return apply(value)
  })
}

/** Powers, roots and logarithms. */
export const powerOperators: Record<string, Operator> = {
  $sqrt: ofNumber(
    '$sqrt',
    (value) => Math.sqrt(notNegative(toDouble(value))),
    (value) => {
      notNegative(toDouble(value))
      return sqrtDecimal(value)
    },
  ),
  $pow: binary(power),
  $exp: ofDouble('$exp', Math.exp),
  $ln: positive('$ln', 28766, Math.log),
  $log10: positive('$log10', 28761, Math.log10),
  $log: binary(logarithm),
}
