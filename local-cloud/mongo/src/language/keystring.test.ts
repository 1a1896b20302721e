import * as bson from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCollation } from './collation.ts'
import { compareValues } from './compare.ts'
import { encodeKey, encodeValue } from './keystring.ts'
import type { Value } from './value.ts'
import { toDoc, toValue } from './value.ts'

const number = fc.oneof(
  fc.double(),
  fc.integer().map((value): Value => new bson.Int32(value)),
  fc.integer({ min: -4, max: 4 }).map((offset): Value => bson.Long.fromBigInt(2n ** 53n + BigInt(offset))),
  fc.integer({ min: -4, max: 4 }).map((offset): Value => 2 ** 53 + offset * 2),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): Value => bson.Long.fromBigInt(value)),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: -400, max: 400 }))
    .map(([digits, exponent]): Value => bson.Decimal128.fromString(`${digits}E${exponent}`)),
  fc.constantFrom<Value>(
    ...[
      '0.1',
      '1E-400',
      '-1E-400',
      '9E+400',
      '9.1E+400',
      '-9E+400',
      '9007199254740993',
      'NaN',
      '-Infinity',
    ].map((text) => bson.Decimal128.fromString(text)),
    0.1,
    -0,
    5e-324,
    Number.MAX_VALUE,
  ),
)
const scalar = fc.oneof(
  number,
  fc.constantFrom<Value>(null, true, false, new bson.MinKey(), new bson.MaxKey()),
  fc.string({ unit: fc.constantFrom('a', 'b', '\0', '\u{10000}', '\uffff', 'é', '\u0001') }),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 3 }).map((bytes): Value => new bson.Binary(bytes)),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes): Value => new bson.ObjectId(bytes)),
)
const value = fc.letrec<{ any: Value }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    scalar,
    fc.array(tie('any'), { maxLength: 3 }),
    fc
      .dictionary(fc.constantFrom('a', 'b', 'aa', ''), tie('any'), { maxKeys: 3 })
      .map((plain) => toValue(plain)),
  ),
})).any

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

describe('the key encoding', () => {
  it('orders any two values as comparing them does', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(order(encodeValue(a), encodeValue(b))).toBe(Math.sign(compareValues(a, b)))
      }),
      { numRuns: 5000 },
    )
  })

  it('orders any two numbers as comparing them does', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(order(encodeValue(a), encodeValue(b))).toBe(Math.sign(compareValues(a, b)))
      }),
      { numRuns: 5000 },
    )
  })

  it('orders compound keys field by field, each in its own direction', () => {
    fc.assert(
      fc.property(scalar, scalar, scalar, scalar, (a, b, c, d) => {
        const expected = compareValues(a, c) || -compareValues(b, d)
        expect(order(encodeKey([a, b], [1, -1]), encodeKey([c, d], [1, -1]))).toBe(Math.sign(expected) + 0)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    { locale: 'en', strength: 1 },
    { locale: 'en', strength: 2 },
    { locale: 'en', numericOrdering: true },
  ])('orders strings under %j as the collation compares them', (spec) => {
    const collation = parseCollation(toDoc(spec))
    const unit = fc.constantFrom('a', 'A', 'ä', 'b', '1', '2', '0', ' ', '-', '李', '\0', 'ß')
    const text = fc.string({ unit, maxLength: 4 })
    fc.assert(
      fc.property(text, text, (a, b) => {
        const expected = Math.sign(compareValues([a], [b], collation))
        expect(order(encodeValue([a], collation), encodeValue([b], collation))).toBe(expected)
      }),
      { numRuns: 3000 },
    )
  })

  it('keeps collated keys short when many texts arrive in order', () => {
    const collation = parseCollation(toDoc({ locale: 'en', strength: 2 }))
    encodeValue('n', collation)
    const keys = Array.from({ length: 20_000 }, (_, at) => encodeValue(`m${at + 100_000}`, collation))
    expect(keys.toSorted()).toEqual(keys)
    expect(Math.max(...keys.map((key) => key.length))).toBeLessThan(24)
  })

  it('writes one byte per character', () => {
    fc.assert(
      fc.property(value, (a) => {
        for (const char of encodeKey([a], [-1])) expect(char.charCodeAt(0)).toBeLessThan(256)
      }),
    )
  })
})
