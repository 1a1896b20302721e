import { badValue, MongoError } from './error.ts'
import { printValue } from './print.ts'
import type { Value } from './value.ts'
import { isDoc, isNumeric, toDouble } from './value.ts'

export type PercentileName = '$percentile' | '$median'

/** What `$percentile` or `$median` is asked for. */
export interface Percentiles {
  input: Value
  of(values: readonly (Value | undefined)[]): Value
}

/** Reads `{input, method, p}`, as an accumulator and as an expression have it; `p` is an expression without fields. */
export function parsePercentiles(
  name: PercentileName,
  argument: Value,
  constant: (expression: Value) => Value | undefined,
): Percentiles {
  if (!isDoc(argument)) {
    throw new MongoError(
      name === '$percentile' ? 7429703 : 7436100,
      `specification must be an object; found ${name} :${printValue(argument)}`,
    )
  }
  const fields = name === '$percentile' ? ['input', 'p', 'method'] : ['input', 'method']
  for (const key of argument.keys())
    if (!fields.includes(key)) throw new MongoError(40415, `BSON field '${name}.${key}' is an unknown field.`)
  for (const field of fields) {
    if (!argument.has(field))
      throw new MongoError(40414, `BSON field '${name}.${field}' is missing but a required field`)
  }
  if (argument.get('method') !== 'approximate')
    throw badValue("Currently only 'approximate' can be used as percentile 'method'.")
  const input = argument.get('input')!
  if (name === '$median') return { input, of: (values) => ranked(values, [0.5])[0]! }
  const ps = fractions(constant(argument.get('p')!))
  return { input, of: (values) => ranked(values, ps) }
}

function fractions(value: Value | undefined): number[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new MongoError(
      7750301,
      `The $percentile 'p' field must be an array of constant values, but found value: ${printValue(value)}.`,
    )
  }
  return value.map((p) => {
    if (!isNumeric(p))
      throw new MongoError(
        7750302,
        `The $percentile 'p' field must be an array of numbers from [0.0, 1.0], but found: ${printValue(p)}`,
      )
    const fraction = toDouble(p)
    if (fraction >= 0 && fraction <= 1) return fraction
    throw new MongoError(
      7750303,
      `The $percentile 'p' field must be an array of numbers from [0.0, 1.0], but found: ${printValue(p)}`,
    )
  })
}

/** The number at each fraction's rank, exactly; what is no number is passed over. */
function ranked(values: readonly (Value | undefined)[], ps: readonly number[]): Value[] {
  const numbers = values
    .filter(isNumeric)
    .map(toDouble)
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b)
  return ps.map((p) => numbers[Math.max(Math.ceil(p * numbers.length) - 1, 0)] ?? null)
}
