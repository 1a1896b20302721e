import { describe, expect, it } from 'vitest'
import { parseCollation } from './collation.ts'
import { compareValues } from './compare.ts'
import {
  Binary,
  BSONRegExp,
  Decimal128,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  toDoc,
  toPlain,
  toValue,
} from './value.ts'

const value = toValue
const decimal = (text: string) => Decimal128.fromString(text)

/** Every value is less than all that follow it. */
const ascending = [
  new MinKey(),
  undefined,
  null,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  decimal('-9E+400'),
  Long.MIN_VALUE,
  -1.5,
  value(-1),
  decimal('-1E-400'),
  value(0),
  decimal('1E-400'),
  5e-324,
  0.1,
  decimal('0.100000000000000006'),
  value(1),
  value(9007199254740992),
  Long.fromBigInt(9007199254740993n),
  9007199254740994,
  Long.fromBigInt(9223372036854775807n),
  2 ** 63,
  decimal('9E+400'),
  Number.POSITIVE_INFINITY,
  '',
  'a',
  'a\0',
  'aa',
  'b',
  'é',
  '\uffff',
  '\u{10000}',
  toDoc({}),
  toDoc({ a: null }),
  toDoc({ a: 1 }),
  toDoc({ a: 1, b: 1 }),
  toDoc({ b: 0 }),
  toDoc({ a: 'x' }),
  [],
  [null],
  [value(1)],
  [value(1), value(1)],
  [value(2)],
  new Binary(new Uint8Array([9])),
  new Binary(new Uint8Array([1, 2]), 0),
  new Binary(new Uint8Array([0, 0]), 4),
  new ObjectId('000000000000000000000001'),
  new ObjectId('ffffffffffffffffffffffff'),
  false,
  true,
  new Date(-1),
  new Date(0),
  new Timestamp({ t: 1, i: 2 }),
  new Timestamp({ t: 4294967295, i: 0 }),
  new BSONRegExp('a', ''),
  new BSONRegExp('a', 'i'),
  new MaxKey(),
]

describe('comparing values', () => {
  it('orders every pair as BSON does', () => {
    for (const [i, a] of ascending.entries()) {
      for (const [j, b] of ascending.entries()) {
        const message = `${String(a)} (${i}) against ${String(b)} (${j})`
        expect(Math.sign(compareValues(a, b)), message).toBe(Math.sign(i - j))
      }
    }
  })

  it.each([
    [1, value(1)],
    [0, -0],
    [Number.NaN, decimal('NaN')],
    [Number.POSITIVE_INFINITY, decimal('Infinity')],
    [Long.fromNumber(3), decimal('3.00')],
    [0.5, decimal('0.5')],
    [[value(1)], [Long.fromNumber(1)]],
  ])('finds %s equal to %s across types', (a, b) => {
    expect(compareValues(a, b)).toBe(0)
    expect(compareValues(b, a)).toBe(0)
  })

  it('tells 0.1 as a double from 0.1 as a decimal', () => {
    expect(compareValues(0.1, decimal('0.1'))).toBeGreaterThan(0)
  })
})

describe('comparing under a collation', () => {
  const collation = (spec: object) => parseCollation(toDoc(spec))

  it.each([
    [{ locale: 'de' }, 238],
    [{ locale: 'no language' }, 2],
    [{ strength: 1 }, 40414],
    [{ locale: 'en', strength: 4 }, 238],
    [{ locale: 'en', caseLevel: true }, 238],
    [{ locale: 'en', backward: true }, 40415],
  ])('refuses %j', (spec, code) => {
    expect(() => collation(spec)).toThrow(expect.objectContaining({ code }))
  })

  it.each([
    [1, 'resume', 'Résumé', 0],
    [2, 'resume', 'RESUME', 0],
    [2, 'resume', 'résumé', -1],
    [3, 'a', 'A', -1],
    [3, 'A', 'b', -1],
  ])('at strength %i places %s against %s', (strength, a, b, sign) => {
    expect(Math.sign(compareValues(a, b, collation({ locale: 'en', strength })))).toBe(sign)
  })

  it('keeps the locale it was asked for, and is another for another', () => {
    for (const locale of ['en', 'en_US', 'en']) {
      expect(toPlain(collation({ locale, strength: 2 })!.spec)).toMatchObject({ locale })
    }
    expect(collation({ locale: 'en', strength: 2 })).not.toBe(collation({ locale: 'en_US', strength: 2 }))
    expect(collation({ locale: 'en', strength: 2 })).toBe(collation({ locale: 'en', strength: 2 }))
  })

  it('orders numbers inside strings by value when asked', () => {
    expect(compareValues('a10', 'a9', collation({ locale: 'en', numericOrdering: true }))).toBeGreaterThan(0)
  })

  it('applies inside documents and arrays', () => {
    const weak = collation({ locale: 'en', strength: 2 })
    expect(compareValues(toDoc({ a: ['X'] }), toDoc({ a: ['x'] }), weak)).toBe(0)
  })
})
