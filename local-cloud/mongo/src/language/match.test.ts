import { describe, expect, it } from 'vitest'
import { parseCollation } from './collation.ts'
import { compileFilter } from './match.ts'
import { BSONRegExp, Decimal128, Long, MaxKey, MinKey, ObjectId, Timestamp, toDoc } from './value.ts'

const matches = (filter: object, doc: object, options = {}) =>
  compileFilter(toDoc(filter), options)(toDoc(doc))
const id = new ObjectId()

describe('filters that are refused', () => {
  it.each([
    [{ $foo: 1 }, 2, 'unknown top level operator: $foo'],
    [{ a: { $foo: 1 } }, 2, 'unknown operator: $foo'],
    [{ a: { $gt: 1, b: 2 } }, 2, 'unknown operator: b'],
    [{ $and: [] }, 2, '$and/$or/$nor must be a nonempty array'],
    [{ $or: {} }, 2, '$or must be an array'],
    [{ $nor: [1] }, 2, '$or/$and/$nor entries need to be full objects'],
    [{ a: { $in: 1 } }, 2, '$in needs an array'],
    [{ a: { $in: [{ $gt: 1 }] } }, 2, 'cannot nest $ under $in'],
    [{ a: { $not: 1 } }, 2, '$not needs a regex or a document'],
    [{ a: { $ne: /x/ } }, 2, "Can't have regex as arg to $ne."],
    [{ a: { $options: 'i' } }, 2, '$options needs a $regex'],
    [{ a: { $regex: 'x', $options: 'g' } }, 51108, 'invalid flag in regex options: g'],
    [{ a: { $regex: '(' } }, 51091, 'Regular expression is invalid'],
    [{ a: { $type: 'int64' } }, 2, 'Unknown type name alias: int64'],
    [{ a: { $mod: [0, 0] } }, 2, 'divisor cannot be 0'],
    [{ a: { $size: -1 } }, 9, 'Expected a non-negative number'],
    [{ a: { $elemMatch: 1 } }, 2, '$elemMatch needs an Object'],
    [{ $where: 'true' }, 238, '$where is not supported by the embedded MongoDB'],
    [{ a: { $elemMatch: { $expr: true } } }, 2, '$expr can only be applied to the top-level document'],
    [{ a: { $near: [0, 0] } }, 238, '$near is not supported'],
    [{ $expr: { $foo: 1 } }, 168, "Unrecognized expression '$foo'"],
  ])('%j', (filter, code, message) => {
    expect(() => compileFilter(toDoc(filter))).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })
})

describe('matching', () => {
  it.each<[object, object, boolean]>([
    [{}, { a: 1 }, true],
    [{ a: 1 }, { a: 1 }, true],
    [{ a: 1 }, { a: Long.fromNumber(1) }, true],
    [{ a: 1 }, { a: '1' }, false],
    [{ a: 1 }, { a: [2, 1] }, true],
    [{ a: [2, 1] }, { a: [2, 1] }, true],
    [{ a: [2, 1] }, { a: [[2, 1]] }, true],
    [{ a: [1] }, { a: [2, 1] }, false],
    [{ a: { b: 1 } }, { a: { b: 1 } }, true],
    [{ a: { b: 1 } }, { a: { b: 1, c: 1 } }, false],
    [{ a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } }, false],
    [{ 'a.b': 1 }, { a: { b: 1 } }, true],
    [{ 'a.b': 1 }, { a: [{ b: 2 }, { b: 1 }] }, true],
    [{ 'a.b': 1 }, { a: [[{ b: 1 }]] }, false],
    [{ 'a.0': 1 }, { a: [1, 2] }, true],
    [{ 'a.1': 2 }, { a: [5, [2, 4]] }, false],
    [{ 'a.1': [2, 4] }, { a: [5, [2, 4]] }, true],
    [{ 'a.0.b': 1 }, { a: [{ b: 1 }] }, true],
    [{ 'a.0.b': 1 }, { a: [{ b: 2 }, { b: 1 }] }, false],
    [{ 'a.0': 1 }, { a: { 0: 1 } }, true],
    [{ a: null }, {}, true],
    [{ a: null }, { a: null }, true],
    [{ a: null }, { a: 0 }, false],
    [{ a: null }, { a: [null] }, true],
    [{ a: null }, { a: [] }, false],
    [{ 'a.b': null }, { a: [] }, false],
    [{ 'a.b': null }, { a: [{}] }, true],
    [{ 'a.b': null }, { a: 1 }, true],
    [{ 'a.b': null }, { a: [1, 2] }, false],
    [{ 'a.b': { $exists: false } }, { a: [1, 2] }, true],
    [{ a: { $gte: null } }, {}, true],
    [{ a: { $gt: null } }, { a: null }, false],
    [{ a: { $ne: 1 } }, { a: [1, 2] }, false],
    [{ a: { $ne: 1 } }, {}, true],
    [{ a: { $ne: null } }, {}, false],
    [{ a: { $gt: 1 } }, { a: '2' }, false],
    [{ a: { $gt: 1 } }, { a: [0, 2] }, true],
    [{ a: { $gt: 1, $lt: 2 } }, { a: [0, 3] }, true],
    [{ a: { $gt: 1 } }, { a: Number.NaN }, false],
    [{ a: { $lt: 1 } }, { a: Number.NaN }, false],
    [{ a: { $gte: Number.NaN } }, { a: Number.NaN }, true],
    [{ a: Number.NaN }, { a: Number.NaN }, true],
    [{ a: { $gt: new MinKey() } }, { a: 'x' }, true],
    [{ a: { $lt: new MaxKey() } }, { a: 'x' }, true],
    [{ a: { $lt: new MinKey() } }, { a: 'x' }, false],
    [{ a: { $gt: { b: 1 } } }, { a: { b: 2 } }, true],
    [{ a: { $gt: true } }, { a: 1 }, false],
    [{ a: { $lt: new Date(5) } }, { a: new Date(4) }, true],
    [{ a: { $lt: new Date(5) } }, { a: new Timestamp({ t: 0, i: 1 }) }, false],
    [{ a: Decimal128.fromString('1.50') }, { a: 1.5 }, true],
    [{ a: { $in: [1, 'x'] } }, { a: 'x' }, true],
    [{ a: { $in: [1, null] } }, {}, true],
    [{ a: { $in: [/^x/] } }, { a: 'xy' }, true],
    [{ a: { $in: [[1]] } }, { a: [1] }, true],
    [{ a: { $in: [] } }, { a: 1 }, false],
    [{ a: { $in: [0, 1, 2, 3, 4, 5, 6, 7, 8, id] } }, { a: id }, true],
    [{ a: { $in: [0, 1, 2, 3, 4, 5, 6, 7, 8, id] } }, { a: 8.5 }, false],
    [{ a: { $in: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] } }, { a: 9.0 }, true],
    [{ a: { $nin: [1] } }, { a: [1, 2] }, false],
    [{ a: { $nin: [1] } }, {}, true],
    [{ a: { $exists: true } }, { a: null }, true],
    [{ a: { $exists: true } }, { a: [] }, true],
    [{ a: { $exists: 0 } }, {}, true],
    [{ a: { $type: 'array' } }, { a: [1] }, true],
    [{ a: { $type: 'int' } }, { a: [1] }, true],
    [{ a: { $type: 'number' } }, { a: 1.5 }, true],
    [{ a: { $type: ['string', 8] } }, { a: true }, true],
    [{ a: { $type: 'null' } }, {}, false],
    [{ a: { $mod: [4, 1] } }, { a: 5 }, true],
    [{ a: { $mod: [4, -1] } }, { a: -5.9 }, true],
    [{ a: { $mod: [4, 0] } }, { a: 'x' }, false],
    [{ a: { $size: 2 } }, { a: [1, 2] }, true],
    [{ a: { $size: 1 } }, { a: [[1, 2]] }, true],
    [{ a: { $size: 0 } }, {}, false],
    [{ a: { $all: [1, 2] } }, { a: [2, 1, 3] }, true],
    [{ a: { $all: [1] } }, { a: 1 }, true],
    [{ a: { $all: [] } }, { a: [] }, false],
    [{ a: { $all: [[1]] } }, { a: [1] }, true],
    [{ a: { $all: [/x/, 'y'] } }, { a: ['ax', 'y'] }, true],
    [
      { a: { $all: [{ $elemMatch: { b: 1 } }, { $elemMatch: { b: 2 } }] } },
      { a: [{ b: 1 }, { b: 2 }] },
      true,
    ],
    [{ a: { $elemMatch: { $gt: 1, $lt: 3 } } }, { a: [0, 4] }, false],
    [{ a: { $elemMatch: { $in: [4] } } }, { a: [0, 4] }, true],
    [{ a: { $elemMatch: { $ne: 4 } } }, { a: [4] }, false],
    [{ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1 }, { c: 2 }] }, false],
    [{ a: { $elemMatch: { $or: [{ b: 1 }, { c: 2 }] } } }, { a: [{ c: 2 }] }, true],
    [{ a: { $elemMatch: { $elemMatch: { $gt: 1 } } } }, { a: [[2]] }, true],
    [{ a: { $elemMatch: { 0: 1 } } }, { a: [[1]] }, true],
    [{ 'a.b': { $elemMatch: { $gt: 1 } } }, { a: [{ b: [2] }] }, true],
    [{ a: { $not: { $gt: 1 } } }, { a: 1 }, true],
    [{ a: { $not: { $gt: 1 } } }, {}, true],
    [{ a: { $not: /x/ } }, { a: 'x' }, false],
    [{ $and: [{ a: 1 }, { b: 1 }] }, { a: 1, b: 1 }, true],
    [{ $or: [{ a: 1 }, { b: 1 }] }, { b: 1 }, true],
    [{ $nor: [{ a: 1 }, { b: 1 }] }, { c: 1 }, true],
    [{ a: 1, $comment: 'why' }, { a: 1 }, true],
    [{ a: { $bitsAllSet: 5 } }, { a: 7 }, true],
    [{ a: { $bitsAnyClear: [0, 1] } }, { a: 3 }, false],
    [{ a: { $bitsAllSet: [63] } }, { a: -1 }, true],
    [{ a: { $bitsAllClear: [0] } }, { a: 1.5 }, false],
    [{ $expr: { $gt: ['$a', '$b'] } }, { a: 2, b: 1 }, true],
    [{ a: { $ref: 'x', $id: 1 } }, { a: { $ref: 'x', $id: 1 } }, true],
    [{ a: { $elemMatch: { $ref: 'x', $id: 1 } } }, { a: [{ $ref: 'x', $id: 1 }] }, true],
    [{ a: /B/i }, { a: 'abc' }, true],
    [{ a: { $regex: '^b', $options: 'm' } }, { a: 'a\nb' }, true],
    [{ a: { $regex: 'a b # why', $options: 'x' } }, { a: 'ab' }, true],
    [{ a: { $regex: 'a.b', $options: 's' } }, { a: 'a\nb' }, true],
    [{ a: { $regex: 'a.b' } }, { a: 'a\rb' }, true],
    [{ a: { $regex: 'a$' } }, { a: 'a\n' }, true],
    [{ a: { $regex: '^[\\w.-]+@x\\.de$' } }, { a: 'a-b.c@x.de' }, true],
    [{ a: { $regex: '(?i)ABC' } }, { a: 'abc' }, true],
    [{ a: { $regex: '\\Aab\\z' } }, { a: 'ab' }, true],
    [{ a: { $regex: '\\Qa.b\\E' } }, { a: 'axb' }, false],
    [{ a: { $regex: '[[:digit:]]+' } }, { a: '12' }, true],
    [{ a: { $regex: 'x' } }, { a: new BSONRegExp('x') }, true],
  ])('%j matches %j: %s', (filter, doc, expected) => {
    expect(matches(filter, doc)).toBe(expected)
  })

  it('compares strings under the collation, but patterns not', () => {
    const collation = parseCollation(toDoc({ locale: 'en', strength: 2 }))
    expect(matches({ a: 'ABC' }, { a: 'abc' }, { collation })).toBe(true)
    expect(matches({ a: { $in: ['ABC'] } }, { a: 'abc' }, { collation })).toBe(true)
    expect(matches({ a: /ABC/ }, { a: 'abc' }, { collation })).toBe(false)
  })

  it('gives $expr the variables of let', () => {
    expect(matches({ $expr: { $eq: ['$a', '$$x'] } }, { a: 1 }, { vars: toDoc({ x: 1 }) })).toBe(true)
  })

  it.each<[object, object, number]>([
    [{ a: 2 }, { a: [1, 2] }, 1],
    [{ 'a.b': 2 }, { a: [{ b: 1 }, { b: [9, 2] }] }, 1],
    [{ a: { $elemMatch: { b: 2 } } }, { a: [{ b: 1 }, { b: 2 }] }, 1],
    [{ $and: [{ x: 1 }, { a: { $gt: 1 } }] }, { x: 1, a: [1, 5] }, 1],
  ])('tells where in the array %j found its match', (filter, doc, index) => {
    const position: { index: number | undefined } = { index: undefined }
    expect(compileFilter(toDoc(filter))(toDoc(doc), position)).toBe(true)
    expect(position.index).toBe(index)
  })
})
