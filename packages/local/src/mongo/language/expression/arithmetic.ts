import { add, integer, isInteger, multiply, refuseDecimal, subtract, toBigInt } from '../arithmetic.ts'
import { badValue, MongoError, typeMismatch } from '../error.ts'
import type { NumericValue } from '../value.ts'
import { int, isNumeric, Long, long, toDouble, typeNameOf } from '../value.ts'
import type { Argument, Operator } from './scope.ts'
import { binary, isNullish, operator, unary, variadic } from './scope.ts'

/** The name MongoDB's messages give to a value's type; a missing value is "missing". */
export const typeName = (value: Argument): string => (value === undefined ? 'missing' : typeNameOf(value))

/** A function of one number that is null for null and refuses all else. */
function ofNumber(name: string, apply: (value: NumericValue) => Argument): Operator {
  return unary((value) => {
    if (isNullish(value)) return null
    if (!isNumeric(value))
      throw new MongoError(28765, `${name} only supports numeric types, not ${typeName(value)}`)
    refuseDecimal(value)
    return apply(value)
  })
}

const ofDouble = (name: string, apply: (value: number) => number): Operator =>
  ofNumber(name, (value) => apply(toDouble(value)))

/** Rounds a double and leaves integers alone, keeping the type. */
const rounding = (name: string, apply: (value: number) => number): Operator =>
  ofNumber(name, (value) => (typeof value === 'number' ? apply(value) : value))

function sum(args: Argument[]): Argument {
  if (args.some(isNullish)) return null
  let date: Date | undefined
  let total: NumericValue = int(0)
  for (const value of args) {
    if (value instanceof Date) {
      if (date) throw new MongoError(16612, 'only one date allowed in an $add expression')
      date = value
    } else if (isNumeric(value)) total = add(total, value) ?? toDouble(total) + toDouble(value)
    else throw typeMismatch(`$add only supports numeric or date types, not ${typeName(value)}`)
  }
  return date ? shifted(date, toDouble(total), '$add') : total
}

function shifted(date: Date, ms: number, name: string): Date {
  const result = new Date(date.getTime() + Math.round(ms))
  if (Number.isNaN(result.getTime())) throw new MongoError(15, `date overflow in ${name}`)
  return result
}

function difference(a: Argument, b: Argument): Argument {
  if (isNullish(a) || isNullish(b)) return null
  if (isNumeric(a) && isNumeric(b)) return subtract(a, b) ?? toDouble(a) - toDouble(b)
  if (a instanceof Date && b instanceof Date) return long(BigInt(a.getTime() - b.getTime()))
  if (a instanceof Date && isNumeric(b)) return shifted(a, -toDouble(b), '$subtract')
  throw typeMismatch(`can't $subtract ${typeName(b)} from ${typeName(a)}`)
}

function product(args: Argument[]): Argument {
  let total: NumericValue = int(1)
  let isNull = false
  for (const value of args) {
    if (isNullish(value)) isNull = true
    else if (!isNumeric(value)) {
      throw typeMismatch(`$multiply only supports numeric types, not ${typeName(value)}`)
    } else total = multiply(total, value) ?? toDouble(total) * toDouble(value)
  }
  return isNull ? null : total
}

function quotient(a: Argument, b: Argument): Argument {
  if (isNullish(a) || isNullish(b)) return null
  if (!isNumeric(a) || !isNumeric(b)) {
    throw typeMismatch(`$divide only supports numeric types, not ${typeName(a)} and ${typeName(b)}`)
  }
  refuseDecimal(a, b)
  if (toDouble(b) === 0) throw badValue("can't $divide by zero")
  return toDouble(a) / toDouble(b)
}

function remainder(a: Argument, b: Argument): Argument {
  if (isNullish(a) || isNullish(b)) return null
  if (!isNumeric(a) || !isNumeric(b)) {
    throw new MongoError(16611, `$mod only supports numeric types, not ${typeName(a)} and ${typeName(b)}`)
  }
  refuseDecimal(a, b)
  if (toDouble(b) === 0) throw new MongoError(16610, "can't $mod by zero")
  if (!isInteger(a) || !isInteger(b)) return toDouble(a) % toDouble(b)
  return integer(toBigInt(a) % toBigInt(b), a instanceof Long || b instanceof Long) ?? null
}

/** Rounds half to even, or towards zero, at a decimal place; negative places count left of the point. */
function rounded(name: '$round' | '$trunc'): Operator {
  return operator(1, 2, ([value, digits]) => {
    if (isNullish(value) || digits === null) return null
    if (!isNumeric(value))
      throw new MongoError(51081, `${name} only supports numeric types, not ${typeName(value)}`)
    refuseDecimal(value)
    const place = digits === undefined ? 0 : placeOf(digits, name)
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

/** Works on the shortest decimal that prints as the double, as people read it. */
function roundDouble(value: number, place: number, name: string): number {
  if (!Number.isFinite(value) || value === 0) return value
  const [digits = '0', exponent = '0'] = Math.abs(value).toExponential().split('e')
  const scale = (digits.split('.')[1]?.length ?? 0) - Number(exponent)
  if (scale <= place) return value
  const scaled = atUnit(BigInt(digits.replace('.', '')), 10n ** BigInt(scale - place), name)
  return Number(`${value < 0 ? '-' : ''}${scaled}e${-scale}`)
}

function power(a: Argument, b: Argument): Argument {
  if (isNullish(a) || isNullish(b)) return null
  if (!isNumeric(a)) throw new MongoError(28762, `$pow's base must be numeric, not ${typeName(a)}`)
  if (!isNumeric(b)) throw new MongoError(28763, `$pow's exponent must be numeric, not ${typeName(b)}`)
  refuseDecimal(a, b)
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
  if (toDouble(a) <= 0)
    throw new MongoError(28758, `$log's argument must be a positive number, but is ${toDouble(a)}`)
  if (toDouble(b) <= 0 || toDouble(b) === 1) {
    throw new MongoError(28759, `$log's base must be a positive number not equal to 1, but is ${toDouble(b)}`)
  }
  return Math.log(toDouble(a)) / Math.log(toDouble(b))
}

function arcTangent(a: Argument, b: Argument): Argument {
  if (isNullish(a) || isNullish(b)) return null
  if (!isNumeric(a) || !isNumeric(b))
    throw new MongoError(51044, `$atan2 only supports numeric types, not ${typeName(isNumeric(a) ? b : a)}`)
  refuseDecimal(a, b)
  return Math.atan2(toDouble(a), toDouble(b))
}

function positive(name: string, code: number, apply: (value: number) => number): Operator {
  return ofDouble(name, (value) => {
    if (value <= 0)
      throw new MongoError(code, `${name}'s argument must be a positive number, but is ${value}`)
    return apply(value)
  })
}

/** Trigonometry: a function of a double within bounds. */
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

export const arithmeticOperators: Record<string, Operator> = {
  $add: variadic(sum),
  $subtract: binary(difference),
  $multiply: variadic(product),
  $divide: binary(quotient),
  $mod: binary(remainder),
  $abs: ofNumber('$abs', (value) => {
    if (!isInteger(value)) return Math.abs(toDouble(value))
    const magnitude = toBigInt(value)
    const result = integer(magnitude < 0n ? -magnitude : magnitude, value instanceof Long)
    if (!result) throw new MongoError(28680, "can't take $abs of long long min")
    return result
  }),
  $ceil: rounding('$ceil', Math.ceil),
  $floor: rounding('$floor', Math.floor),
  $round: rounded('$round'),
  $trunc: rounded('$trunc'),
  $sqrt: ofDouble('$sqrt', (value) => {
    if (value < 0) throw new MongoError(28714, "$sqrt's argument must be greater than or equal to 0")
    return Math.sqrt(value)
  }),
  $pow: binary(power),
  $exp: ofDouble('$exp', Math.exp),
  $ln: positive('$ln', 28766, Math.log),
  $log10: positive('$log10', 28761, Math.log10),
  $log: binary(logarithm),
  $rand: operator(0, 0, () => Math.random()),
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
