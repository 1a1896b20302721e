import { describe, expect, it } from 'vitest'
import { addDecimals, multiplyDecimals, subtractDecimals } from './decimal.ts'
import type { NumericValue } from './value.ts'
import { Decimal128, int, Long } from './value.ts'

const number = (value: string | number | Long): NumericValue =>
  typeof value === 'string' ? Decimal128.fromString(value) : value

describe('decimal arithmetic', () => {
  it.each<[string, string | number | Long, string]>([
    ['1.10', '2.20', '3.30'],
    ['1', '-1', '0'],
    ['-0', '-0', '-0'],
    ['0.1', '0.2', '0.3'],
    ['1E+3', '1', '1001'],
    ['9999999999999999999999999999999999', '1', '1.000000000000000000000000000000000E+34'],
    ['1', '1E-40', '1.000000000000000000000000000000000'],
    ['1.5', 0.1, '1.600000000000000'],
    ['1', Long.MAX_VALUE, '9223372036854775808'],
    ['Infinity', '1', 'Infinity'],
    ['Infinity', '-Infinity', 'NaN'],
  ])('%s plus %s is %s', (a, b, expected) => {
    expect(addDecimals(number(a), number(b)).toString()).toBe(expected)
  })

  it.each([
    ['3.30', '1.1', '2.20'],
    ['0', '0', '0'],
    ['1', 'NaN', 'NaN'],
  ])('%s minus %s is %s', (a, b, expected) => {
    expect(subtractDecimals(number(a), number(b)).toString()).toBe(expected)
  })

  it.each([
    ['1.10', '2', '2.20'],
    ['-0', '5', '-0'],
    ['1.5', '1.5', '2.25'],
    ['3333333333333333333333333333333333', '3', '9999999999999999999999999999999999'],
    ['Infinity', '0', 'NaN'],
    ['Infinity', '-2', '-Infinity'],
  ])('%s times %s is %s', (a, b, expected) => {
    expect(multiplyDecimals(number(a), number(b)).toString()).toBe(expected)
  })

  it('refuses a result that no decimal holds', () => {
    expect(() => multiplyDecimals(number('1E+6000'), number('1E+6000'))).toThrow('beyond its range')
  })

  it('takes ints exactly', () => {
    expect(addDecimals(Decimal128.fromString('0.5'), int(2)).toString()).toBe('2.5')
  })
})
