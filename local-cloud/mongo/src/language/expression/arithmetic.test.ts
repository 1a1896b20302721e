import { Double } from 'bson'
import { describe, expect, it } from 'vitest'
import { Decimal128, Int32, Long, toDoc, toValue } from '../value.ts'
import { compileExpression, evaluate } from './compile.ts'

const result = (expression: unknown) => evaluate(compileExpression(toValue(expression)), toDoc({}))

describe('arithmetic', () => {
  it.each<[unknown, unknown]>([
    [{ $add: [1, 2] }, new Int32(3)],
    [{ $add: [2147483647, 1] }, Long.fromNumber(2147483648)],
    [{ $add: [Long.MAX_VALUE, 1] }, 2 ** 63],
    [{ $add: [1, 0.5] }, 1.5],
    [{ $add: [new Date(1000), 500] }, new Date(1500)],
    [{ $add: [1, null] }, null],
    [{ $add: [] }, new Int32(0)],
    [{ $add: [1, Decimal128.fromString('1.10'), 2] }, Decimal128.fromString('4.10')],
    [{ $sum: [1, Decimal128.fromString('1.10')] }, Decimal128.fromString('2.10')],
    [{ $multiply: [2, Decimal128.fromString('1.10')] }, Decimal128.fromString('2.20')],
    [{ $subtract: [Decimal128.fromString('1.10'), 1] }, Decimal128.fromString('0.10')],
    [{ $subtract: [new Date(5), new Date(2)] }, Long.fromNumber(3)],
    [{ $subtract: [new Date(5), 2] }, new Date(3)],
    [{ $subtract: [5, '$x'] }, null],
    [{ $multiply: [3, 4] }, new Int32(12)],
    [{ $multiply: [2147483647, 2] }, Long.fromNumber(4294967294)],
    [{ $divide: [4, 2] }, 2],
    [{ $mod: [-7, 3] }, new Int32(-1)],
    [{ $mod: [7.5, 2] }, 1.5],
    [{ $mod: [8, new Double(3)] }, new Int32(2)],
    [{ $avg: [Decimal128.fromString('1.10'), 2] }, Decimal128.fromString('1.55')],
    [{ $sum: [Decimal128.fromString('1E+3'), 0.5] }, Decimal128.fromString('1000.5')],
    [{ $abs: -3 }, new Int32(3)],
    [{ $ceil: 1.2 }, 2],
    [{ $floor: -1.2 }, -2],
    [{ $floor: 3 }, new Int32(3)],
    [{ $round: 2.5 }, 2],
    [{ $round: 3.5 }, 4],
    [{ $round: [1.25, 1] }, 1.2],
    [{ $round: [2.675, 2] }, 2.67],
    [{ $round: [-0.4] }, -0],
    [{ $add: [2147483647, 1, -1] }, new Int32(2147483647)],
    [{ $multiply: [2147483647, 2, 0] }, new Int32(0)],
    [{ $add: [1.5, new Date(0), 1.5] }, new Date(4)],
    [{ $round: [15, -1] }, new Int32(20)],
    [{ $round: [25, -1] }, new Int32(20)],
    [{ $trunc: [-1.79, 1] }, -1.7],
    [{ $trunc: 2.9 }, 2],
    [{ $pow: [2, 10] }, new Int32(1024)],
    [{ $pow: [2, 40] }, Long.fromNumber(2 ** 40)],
    [{ $pow: [2, -1] }, 0.5],
    [{ $sqrt: 16 }, 4],
    [{ $ln: 1 }, 0],
    [{ $log10: 1000 }, 3],
    [{ $exp: 0 }, 1],
    [{ $sum: [0.1, 0.2, 0.3] }, 0.6],
    [{ $sum: [[1, 2, 'x', null]] }, new Int32(3)],
    [{ $avg: [1, 2] }, 1.5],
    [{ $avg: ['x'] }, null],
    [{ $max: [1, 'x', null] }, 'x'],
    [{ $min: [[3, 1]] }, new Int32(1)],
    [{ $stdDevPop: [1, 3] }, 1],
    [{ $bitAnd: [12, 10] }, new Int32(8)],
    [{ $log: [8, 2] }, 3],
    [{ $stdDevSamp: [1, 3] }, Math.SQRT2],
    [{ $bitOr: [12, 10] }, new Int32(14)],
    [{ $bitXor: [12, Long.fromNumber(10)] }, Long.fromNumber(6)],
    [{ $bitNot: [5] }, new Int32(-6)],
  ])('%j is %j', (expression, expected) => {
    expect(result(expression)).toEqual(expected)
  })
})

describe('angles', () => {
  it.each<[object, number, string]>([
    [{ $sin: Number.POSITIVE_INFINITY }, 50989, 'cannot apply $sin'],
    [{ $acos: 2 }, 50989, 'cannot apply $acos to 2'],
    [{ $acosh: 0.5 }, 50989, 'cannot apply $acosh to 0.5'],
    [{ $tan: 'x' }, 28765, '$tan only supports numeric types, not string'],
    [{ $atan2: [1, 'x'] }, 51044, '$atan2 only supports numeric types, not string'],
    [{ $cos: Decimal128.fromString('1') }, 238, 'Decimal128 is not supported'],
  ])('%j is refused', (expression, code, message) => {
    expect(() => result(expression)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })

  it.each<[object, number]>([
    [{ $sin: Math.PI / 6 }, 0.5],
    [{ $cos: Math.PI / 3 }, 0.5],
    [{ $tan: Math.PI / 4 }, 1],
    [{ $asin: 0.5 }, Math.PI / 6],
    [{ $acos: 0.5 }, Math.PI / 3],
    [{ $atan: 1 }, Math.PI / 4],
    [{ $atan2: [-1, -1] }, -0.75 * Math.PI],
    [{ $sinh: Math.log(2) }, 0.75],
    [{ $cosh: Math.log(2) }, 1.25],
    [{ $tanh: Math.log(2) }, 0.6],
    [{ $asinh: 0.75 }, Math.log(2)],
    [{ $acosh: 1.25 }, Math.log(2)],
    [{ $atanh: 0.6 }, Math.log(2)],
    [{ $degreesToRadians: 180 }, Math.PI],
    [{ $radiansToDegrees: Math.PI }, 180],
  ])('%j is %d', (expression, expected) => {
    expect(result(expression)).toBeCloseTo(expected, 12)
  })
})
