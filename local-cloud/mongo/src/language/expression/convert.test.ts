import { describe, expect, it } from 'vitest'
import { Decimal128, Int32, Long, ObjectId, Timestamp, toDoc, toValue } from '../value.ts'
import { compileExpression, evaluate } from './compile.ts'

const result = (expression: unknown) => evaluate(compileExpression(toValue(expression)), toDoc({}))

describe('conversions', () => {
  const id = new ObjectId('5ab9cbfa31c2ab715d42129e')

  it.each<[unknown, unknown]>([
    [{ $toInt: 1.9 }, new Int32(1)],
    [{ $toInt: '-5' }, new Int32(-5)],
    [{ $toInt: true }, new Int32(1)],
    [{ $toLong: new Date(5) }, Long.fromNumber(5)],
    [{ $toDouble: '1e3' }, 1000],
    [{ $toDouble: Decimal128.fromString('1.5') }, 1.5],
    [{ $toDecimal: '1.50' }, Decimal128.fromString('1.50')],
    [{ $toBool: 'false' }, true],
    [{ $toBool: 0 }, false],
    [{ $toString: 2.5 }, '2.5'],
    [{ $toString: 1e21 }, '1e+21'],
    [{ $toString: 1e16 }, '1e+16'],
    [{ $toString: { $add: [0.1, 0.2] } }, '0.30000000000000004'],
    [{ $toString: 0.00001 }, '1e-05'],
    [{ $toString: id }, '5ab9cbfa31c2ab715d42129e'],
    [{ $toString: new Date(0) }, '1970-01-01T00:00:00.000Z'],
    [{ $toObjectId: '5ab9cbfa31c2ab715d42129e' }, id],
    [{ $toDate: id }, new Date('2018-03-27T04:43:38.000Z')],
    [{ $toDate: '2018-03-20T11:00:00+0200' }, new Date('2018-03-20T09:00:00Z')],
    [{ $toDate: Long.fromNumber(1000) }, new Date(1000)],
    [{ $toInt: null }, null],
    [{ $convert: { input: 'x', to: 'int', onError: 'bad' } }, 'bad'],
    [{ $convert: { input: null, to: 'int', onNull: 0 } }, new Int32(0)],
    [{ $convert: { input: '7', to: 16 } }, new Int32(7)],
    [{ $type: 1 }, 'int'],
    [{ $type: '$missing' }, 'missing'],
    [{ $type: new Timestamp({ t: 1, i: 1 }) }, 'timestamp'],
    [{ $isNumber: Decimal128.fromString('1') }, true],
  ])('%j is %j', (expression, expected) => {
    expect(result(expression)).toEqual(expected)
  })
})
