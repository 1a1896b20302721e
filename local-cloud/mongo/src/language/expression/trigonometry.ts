import { refuseDecimal } from '../arithmetic.ts'
import { MongoError } from '../error.ts'
import { isNumeric, toDouble } from '../value.ts'
import { ofDouble, typeName } from './arithmetic.ts'
import type { Argument, Operator } from './scope.ts'
import { binary, isNullish } from './scope.ts'

/** A function of a double within bounds. */
const angle = (
  name: string,
  apply: (value: number) => number,
  valid: (value: number) => boolean = () => true,
): Operator =>
  ofDouble(name, (value) => {
    if (Number.isNaN(value) || valid(value)) return apply(value)
    throw new MongoError(50989, `cannot apply ${name} to ${value}, value is out of bounds`)
  })
const withinOne = (value: number): boolean => Math.abs(value) <= 1

function arcTangent(a: Argument, b: Argument): Argument {
  if (isNullish(a) || isNullish(b)) return null
  if (!isNumeric(a) || !isNumeric(b))
    throw new MongoError(51044, `$atan2 only supports numeric types, not ${typeName(isNumeric(a) ? b : a)}`)
  refuseDecimal('$atan2', a, b)
  return Math.atan2(toDouble(a), toDouble(b))
}

export const trigonometryOperators: Record<string, Operator> = {
  $sin: angle('$sin', Math.sin, Number.isFinite),
  $cos: angle('$cos', Math.cos, Number.isFinite),
  $tan: angle('$tan', Math.tan, Number.isFinite),
  $asin: angle('$asin', Math.asin, withinOne),
  $acos: angle('$acos', Math.acos, withinOne),
  $atan: angle('$atan', Math.atan),
  $atan2: binary(arcTangent),
  $sinh: angle('$sinh', Math.sinh),
  $cosh: angle('$cosh', Math.cosh),
  $tanh: angle('$tanh', Math.tanh),
  $asinh: angle('$asinh', Math.asinh),
  $acosh: angle('$acosh', Math.acosh, (value) => value >= 1),
  $atanh: angle('$atanh', Math.atanh, withinOne),
  $degreesToRadians: ofDouble('$degreesToRadians', (value) => value * (Math.PI / 180)),
  $radiansToDegrees: ofDouble('$radiansToDegrees', (value) => value * (180 / Math.PI)),
}
