import { describe, expect, it } from 'vitest'
import type { RoundingMode } from './decimal.ts'
import {
  addDecimals,
  decimalFromDouble,
  divideDecimals,
  exactDecimal,
  moduloDecimals,
  multiplyDecimals,
  quantized,
  sqrtDecimal,
  subtractDecimals,
} from './decimal.ts'
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

  it.each([
    ['10', '4', '2.5'],
    ['1', '3', '0.3333333333333333333333333333333333'],
    ['2', '3', '0.6666666666666666666666666666666667'],
    ['6.00', '3', '2.00'],
    ['1E+6144', '1E-10', 'Infinity'],
    ['1', 'Infinity', '0'],
    ['1E-6176', '2', '0E-6176'],
    ['3E-6176', '2', '2E-6176'],
  ])('%s divided by %s is %s', (a, b, expected) => {
    expect(divideDecimals(number(a), number(b)).toString()).toBe(expected)
  })

  it.each([
    ['10.5', '3', '1.5'],
    ['-7', '4', '-3'],
    ['5', 'Infinity', '5'],
    ['Infinity', '5', 'NaN'],
  ])('%s modulo %s is %s', (a, b, expected) => {
    expect(moduloDecimals(number(a), number(b)).toString()).toBe(expected)
  })

  it.each<[string, number, RoundingMode, string]>([
    ['2.5', 0, 'half even', '2'],
    ['3.5', 0, 'half even', '4'],
    ['-1.6', 0, 'zero', '-1'],
    ['-1.1', 0, 'down', '-2'],
    ['-1.1', 0, 'up', '-1'],
    ['23.298', -1, 'half even', '2E+1'],
    ['1.298', 100, 'half even', '1.298000000000000000000000000000000'],
  ])('%s at the place %i rounded %s is %s', (value, place, mode, expected) => {
    expect(quantized(Decimal128.fromString(value), place, mode).toString()).toBe(expected)
  })

  it('takes fifteen digits of a double, and all of them in a sum', () => {
    expect(decimalFromDouble(1.9).toString()).toBe('1.90000000000000')
    expect(exactDecimal(0.1).toString()).toBe('0.1000000000000000055511151231257827')
  })

  it('takes square roots to 34 digits', () => {
    expect(sqrtDecimal(Decimal128.fromString('2')).toString()).toBe('1.414213562373095048801688724209698')
    expect(sqrtDecimal(Decimal128.fromString('6.25')).toString()).toBe('2.5')
  })

  it('becomes infinite beyond its range', () => {
    expect(multiplyDecimals(number('1E+6000'), number('-1E+6000')).toString()).toBe('-Infinity')
  })

  it('takes ints exactly', () => {
    expect(addDecimals(Decimal128.fromString('0.5'), int(2)).toString()).toBe('2.5')
  })
})
