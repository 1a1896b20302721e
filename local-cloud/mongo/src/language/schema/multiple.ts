import type { NumericValue } from '../value.ts'

/** MongoDB takes fifteen digits of a double that meets a decimal. */
const digitsOfDouble = 15

/** Whether one number is a whole multiple of another, both taken as decimals; NaN and the infinities are of none. */
export function isMultiple(value: NumericValue, of: NumericValue): boolean {
  const [number, unit] = [decimal(value), decimal(of)]
  if (!number || !unit) return false
  const exponent = Math.min(number.exponent, unit.exponent)
  const at = (one: Scaled) => one.coefficient * 10n ** BigInt(one.exponent - exponent)
  return at(number) % at(unit) === 0n
}

interface Scaled {
  coefficient: bigint
  exponent: number
}

function decimal(value: NumericValue): Scaled | undefined {
  const text = typeof value === 'number' ? value.toPrecision(digitsOfDouble) : String(value)
  const match = /^(-?\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text)
  if (!match) return undefined
  const [, whole = '', fraction = '', exponent = '0'] = match
  return { coefficient: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length }
}
