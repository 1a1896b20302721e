// biome-ignore-all lint/suspicious/noThenProperty: then is MongoDB's own word in its conditions

import { describe, expect, it } from 'vitest'
import { Decimal128, Long, toDoc, toPlain, toValue } from '../value.ts'
import { compileExpression, evaluate } from './compile.ts'

const result = (expression: unknown, doc: object = {}, vars?: object) =>
  evaluate(compileExpression(toValue(expression), { vars: vars && toDoc(vars) }), toDoc(doc))

/** A value joined to itself forty times over. */
const doubled = (value: unknown, join: string) => ({
  $reduce: { input: { $range: [0, 40] }, initialValue: value, in: { [join]: ['$$value', '$$value'] } },
})

describe('expressions that are refused', () => {
  it.each<[unknown, number, string, object?]>([
    [{ $foo: 1 }, 168, "Unrecognized expression '$foo'"],
    [{ $function: {} }, 238, '$function is not supported'],
    [{ $add: [1], $sum: 1 }, 15983, 'must have exactly one field'],
    [{ a: 1, $add: [1] }, 16410, "may not start with '$'"],
    ['$', 16872, "'$' by itself is not a valid FieldPath"],
    ['$a..b', 15998, 'may not be empty strings'],
    ['$$nope', 17276, 'Use of undefined variable: nope'],
    [{ $rand: { a: 1 } }, 3040501, '$rand does not currently accept arguments'],
    [{ $eq: [1] }, 16020, 'Expression $eq takes exactly 2 arguments. 1 were passed in.'],
    [{ $ifNull: [1] }, 1257300, '$ifNull needs at least two arguments, had: 1'],
    [{ $setEquals: [[]] }, 17045, '$setEquals needs at least two arguments'],
    [{ $slice: [[1], 1.5] }, 28726, 'Second argument to $slice'],
    [{ $indexOfCP: [1, 'a'] }, 40093, '$indexOfCP requires a string as the first argument'],
    [{ $regexMatch: { input: 'a', regex: '(' } }, 51111, 'Invalid Regex in $regexMatch'],
    [{ $slice: [1] }, 28667, 'takes at least 2 arguments, and at most 3, but 1 were passed in.'],
    [{ $add: ['x', 1] }, 14, '$add only supports numeric or date types, not string'],
    [{ $divide: [1, 0] }, 2, "can't $divide by zero"],
    [{ $mod: [1, 0] }, 16610, "can't $mod by zero"],
    [{ $sqrt: -1 }, 28714, "$sqrt's argument must be greater than or equal to 0"],
    [{ $abs: 'x' }, 28765, '$abs only supports numeric types, not string'],
    [{ $concatArrays: [1, null] }, 28664, '$concatArrays only supports arrays, not int'],
    [{ $arrayToObject: { $literal: [['a', 1], { k: 'b', v: 2 }] } }, 40396, 'consistent input format'],
    [{ $ln: Decimal128.fromString('1') }, 238, 'Decimal128 is not supported'],
    [{ $divide: [1, Decimal128.fromString('0')] }, 2, "can't $divide by zero"],
    [{ $concat: [1] }, 16702, '$concat only supports strings, not int'],
    [{ $range: [0, 100_000_000] }, 146, '$range would use too much memory (1600000000 bytes)'],
    [doubled([1], '$concatArrays'), 146, '$concatArrays would use too much memory'],
    [doubled('x', '$concat'), 13548, 'past the 64MB limit'],
    [{ $size: '$a' }, 17124, 'must be an array, but was of type: missing'],
    [{ $in: [1, 2] }, 40081, '$in requires an array as a second argument, found: int'],
    [{ $arrayElemAt: [1, 0] }, 28689, 'must be an array, but is int'],
    [{ $switch: { branches: [{ case: false, then: 1 }] } }, 40066, 'could not find a matching branch'],
    [{ $cond: { if: true, then: 1 } }, 17082, "Missing 'else' parameter to $cond"],
    [{ $let: { vars: { A: 1 }, in: 1 } }, 9, 'starts with an invalid character'],
    [{ $toInt: 'x' }, 241, "Failed to parse number 'x' in $convert with no onError value"],
    [{ $toInt: 3e10 }, 241, 'Conversion would overflow target type'],
    [{ $toInt: Number.NaN }, 241, 'Attempt to convert NaN value to integer type'],
    [{ $toDate: true }, 241, 'Unsupported conversion from bool to date'],
    [{ $toObjectId: 'abc' }, 241, "Failed to parse objectId 'abc'"],
    [{ $toDate: 'July 4, 2020' }, 238, 'without a format'],
    [{ $year: 'x' }, 16006, "can't convert from BSON type string to Date"],
    [{ $dateFromParts: { year: 2017, isoWeek: 3 } }, 40489, 'mixing natural dates with ISO dates'],
    [{ $dateFromParts: { year: 2017, minute: 32768 } }, 31034, 'in the range [-32768, 32767]'],
    [{ $dateTrunc: { date: new Date(0), unit: 'eon' } }, 5439014, 'unknown time unit value: eon'],
    [{ $dateToString: { date: null, format: '%n' } }, 18536, "Invalid format character '%n'"],
    [{ $dateFromString: { dateString: '12/31/2018', format: '%m/%d/%G' } }, 241, 'Mixing of ISO dates'],
    [{ $dateFromString: { dateString: '2018-12-31 CEST', format: '%Y-%m-%d%z' } }, 238, 'the time zone in'],
    [
      { $year: { date: new Date(0), timezone: 'Mars/Base' } },
      40485,
      'unrecognized time zone identifier: "Mars/Base"',
    ],
    [{ $dateAdd: { startDate: new Date(0), unit: 'eon', amount: 1 } }, 9, 'unknown time unit value: eon'],
    [{ $dateFromString: { dateString: '2020-02-30' } }, 241, "Error parsing date string '2020-02-30'"],
    [{ $dateToString: { date: new Date(0), format: '%Q' } }, 18536, "Invalid format character '%Q'"],
    [{ $map: { input: [], foo: 1 } }, 16879, 'Unrecognized argument to $map: foo'],
    [{ $filter: { input: [] } }, 28650, "Missing 'cond' parameter to $filter"],
    [{ $zip: { inputs: [[1]], useLongestLength: 1 } }, 34463, 'must be a bool'],
    [{ $setField: { field: '$a', input: {}, value: 1 } }, 4161108, 'not a path'],
    [{ $let: { vars: { ROOT: 1 }, in: 1 } }, 16867, 'reserved variable name'],
    ['$$CLUSTER_TIME', 238, 'the variable $$CLUSTER_TIME is not supported'],
    [{ $firstN: { input: [1], n: 0 } }, 5787908, "'n' must be greater than 0"],
  ])('%j', (expression, code, message, doc = {}) => {
    expect(() => result(expression, doc)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })
})

describe('field paths and variables', () => {
  const doc = { a: { b: 1 }, c: [{ d: 1 }, { d: 2 }, 5, { e: 1 }], n: null }

  it.each<[unknown, unknown]>([
    ['$a.b', 1],
    ['$a', { b: 1 }],
    ['$a.x', undefined],
    ['$c.d', [1, 2]],
    ['$c.0', []],
    ['$n.x', undefined],
    ['$$ROOT.a.b', 1],
    ['$$CURRENT.a.b', 1],
    ['$$REMOVE', undefined],
    ['$$v.w', 7],
    [{ x: '$a.b', y: '$nope' }, { x: 1 }],
    [
      ['$a.b', '$nope'],
      [1, null],
    ],
    [{ $literal: '$a' }, '$a'],
    [{ $let: { vars: { x: '$a.b', y: 2 }, in: { $add: ['$$x', '$$y'] } } }, 3],
    [{ $map: { input: '$c.d', as: 'x', in: { $multiply: ['$$x', 10] } } }, [10, 20]],
    [{ $map: { input: '$c.d', in: '$$this' } }, [1, 2]],
    [{ $filter: { input: '$c.d', cond: { $gt: ['$$this', 1] } } }, [2]],
    [{ $filter: { input: [1, 2, 3], as: 'x', cond: true, limit: 2 } }, [1, 2]],
    [{ $reduce: { input: [1, 2, 3], initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 6],
    [{ $getField: 'n' }, null],
    [{ $getField: { field: 'b', input: '$a' } }, 1],
    [{ $setField: { field: 'x.y', input: '$a', value: 2 } }, { b: 1, 'x.y': 2 }],
    [{ $unsetField: { field: 'b', input: '$a' } }, {}],
    [{ $let: { vars: { CURRENT: '$a' }, in: '$b' } }, 1],
    [{ $lt: [{ $rand: {} }, 1] }, true],
    [
      { $zip: { inputs: [[1, null], [2]], useLongestLength: true, defaults: [0, 9] } },
      [
        [1, 2],
        [null, 9],
      ],
    ],
  ])('%j is %j', (expression, expected) => {
    expect(toPlain(result(expression, doc, { v: { w: 7 } }))).toEqual(expected)
  })
})

describe('comparison, truth and conditions', () => {
  it.each<[unknown, unknown]>([
    [{ $eq: [1, Long.ONE] }, true],
    [{ $gt: ['a', 1] }, true],
    [{ $lt: ['$missing', null] }, true],
    [{ $eq: ['$missing', null] }, false],
    [{ $cmp: [2, 5] }, -1],
    [{ $and: [] }, true],
    [{ $or: [] }, false],
    [{ $and: [1, 'x', []] }, true],
    [{ $or: [0, null, '$missing'] }, false],
    [{ $not: [0] }, true],
    [{ $cond: [true, 1, 2] }, 1],
    [{ $cond: { if: null, then: 1, else: 2 } }, 2],
    [{ $ifNull: ['$missing', null, 3] }, 3],
    [
      {
        $switch: {
          branches: [
            { case: false, then: 1 },
            { case: 1, then: 2 },
          ],
          default: 3,
        },
      },
      2,
    ],
  ])('%j is %j', (expression, expected) => {
    expect(toPlain(result(expression))).toEqual(expected)
  })
})
