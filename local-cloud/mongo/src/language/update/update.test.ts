import { describe, expect, it } from 'vitest'
import { type Options, updated } from '../../../test/update.ts'
import { parseCollation } from '../collation.ts'
import { applyUpdate } from '../update.ts'
import { Decimal128, Int32, Long, toDoc, toPlain, toValue } from '../value.ts'

describe('an update', () => {
  it.each<[object, object, object, Options?]>([
    [{ _id: 1 }, { $set: { b: 1, a: 2 } }, { _id: 1, a: 2, b: 1 }],
    [{ _id: 1, b: 0 }, { $set: { 'c.10': 1, 'c.9': 2 } }, { _id: 1, b: 0, c: { 9: 2, 10: 1 } }],
    [{ a: { b: 1 } }, { $set: { 'a.c': 2 } }, { a: { b: 1, c: 2 } }],
    [{ a: { $b: 1 } }, { $inc: { 'a.$b': 2 } }, { a: { $b: 3 } }],
    [{ a: 1 }, { $set: { 'b.$c': 1, 'b.$d.$e': 2 } }, { a: 1, b: { $c: 1, $d: { $e: 2 } } }],
    [{ $a: 1, b: 1 }, { $set: { b: 2 } }, { $a: 1, b: 2 }],
    [{ $a: 1, b: 1 }, { $unset: { $a: '' } }, { b: 1 }],
    [{ a: 1 }, { $rename: { a: 'b.$c' } }, { b: { $c: 1 } }],
    [{ a: [1] }, { $set: { 'a.3': 2 } }, { a: [1, null, null, 2] }],
    [{ a: [{ b: 1 }] }, { $set: { 'a.0.b': 2 } }, { a: [{ b: 2 }] }],
    [{ a: 1, b: 2 }, { $unset: { a: '' } }, { b: 2 }],
    [{ a: [1, 2] }, { $unset: { 'a.0': 1 } }, { a: [null, 2] }],
    [{ a: 1 }, { $unset: { 'a.b.c': 1 } }, { a: 1 }],
    [{ a: 1 }, { $inc: { a: 2, b: 3 } }, { a: 3, b: 3 }],
    [{ a: 2 }, { $mul: { a: 4, b: 3 } }, { a: 8, b: 0 }],
    [{ a: 5 }, { $min: { a: 3, b: 1 } }, { a: 3, b: 1 }],
    [{ a: 5 }, { $min: { a: 'x' } }, { a: 5 }],
    [{ a: 5 }, { $max: { a: 'x' } }, { a: 'x' }],
    [{ a: 5 }, { $max: { a: null } }, { a: 5 }],
    [{ _id: 1, a: 1, c: 2 }, { $rename: { a: 'b' } }, { _id: 1, c: 2, b: 1 }],
    [{ a: 1, b: 2 }, { $rename: { a: 'b' } }, { b: 1 }],
    [{ a: { b: 1 } }, { $rename: { 'a.b': 'c.d' } }, { a: {}, c: { d: 1 } }],
    [{ b: 1 }, { $rename: { a: 'c' } }, { b: 1 }],
    [{ a: [1] }, { $rename: { 'a.7': 'c' } }, { a: [1] }],
    [{}, { $currentDate: { a: true, b: { $type: 'date' } } }, { a: new Date(1000), b: new Date(1000) }],
    [{ a: 1 }, { $setOnInsert: { a: 2, b: 2 } }, { a: 1 }],
    [{ a: 1 }, { $setOnInsert: { a: 2, b: 2 } }, { a: 2, b: 2 }, { insert: true }],
    [{}, { $push: { a: 1 } }, { a: [1] }],
    [{ a: [1] }, { $push: { a: [2] } }, { a: [1, [2]] }],
    [{ a: [1] }, { $push: { a: { $each: [2, 3] } } }, { a: [1, 2, 3] }],
    [{ a: [1, 2] }, { $push: { a: { $each: [9], $position: 1 } } }, { a: [1, 9, 2] }],
    [{ a: [1, 2] }, { $push: { a: { $each: [9], $position: -1 } } }, { a: [1, 9, 2] }],
    [{ a: [3, 1] }, { $push: { a: { $each: [2], $sort: -1, $slice: 2 } } }, { a: [3, 2] }],
    [
      { a: [{ b: 2 }] },
      { $push: { a: { $each: [{ b: 1 }], $sort: { b: 1 } } } },
      { a: [{ b: 1 }, { b: 2 }] },
    ],
    [{ a: [1, 2] }, { $push: { a: { $each: [3], $slice: -2 } } }, { a: [2, 3] }],
    [{}, { $push: { a: { $each: [1, 2, 3], $slice: 2 } } }, { a: [1, 2] }],
    [{ a: [1] }, { $push: { a: { $each: [2], $slice: 0 } } }, { a: [] }],
    [{ a: [1] }, { $addToSet: { a: { $each: [1, 2, 2] } } }, { a: [1, 2] }],
    [{ a: [{ b: 1 }] }, { $addToSet: { a: { b: 1 } } }, { a: [{ b: 1 }] }],
    [{}, { $addToSet: { a: [1] } }, { a: [[1]] }],
    [{ a: [1, 2, 1] }, { $pull: { a: 1 } }, { a: [2] }],
    [{ a: [1, 5, 9] }, { $pull: { a: { $gt: 2, $lt: 6 } } }, { a: [1, 9] }],
    [{ a: [{ b: 1, c: 1 }, { b: 2 }] }, { $pull: { a: { b: 1 } } }, { a: [{ b: 2 }] }],
    [{ a: [{ b: 1 }, { b: 2 }, 3] }, { $pull: { a: { $or: [{ b: 1 }, { b: 2 }] } } }, { a: [3] }],
    [{ a: ['ab', 'c'] }, { $pull: { a: /^a/ } }, { a: ['c'] }],
    [{ a: ['x', 'y', 'z'] }, { $pull: { a: { $in: ['x', 'y'] } } }, { a: ['z'] }],
    [
      { a: [{ b: [1, 2] }, { b: [3] }] },
      { $pull: { a: { b: { $elemMatch: { $gt: 2 } } } } },
      { a: [{ b: [1, 2] }] },
    ],
    [{ a: [[1], [2]] }, { $pull: { a: [1] } }, { a: [[2]] }],
    [{}, { $pull: { a: 1 } }, {}],
    [{ a: [1, 2, 3, 1] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
    [{ a: [1, 2, 3] }, { $pop: { a: 1 } }, { a: [1, 2] }],
    [{ a: [1, 2, 3] }, { $pop: { a: -1 } }, { a: [2, 3] }],
    [{ a: 13 }, { $bit: { a: { and: 10 } } }, { a: 8 }],
    [{}, { $bit: { a: { or: 5 } } }, { a: 5 }],
    [{ a: [1, 5, 5] }, { $set: { 'a.$': 9 } }, { a: [1, 9, 5] }, { query: { a: 5 } }],
    [
      { a: [{ b: 1 }, { b: 2 }] },
      { $set: { 'a.$.c': 9 } },
      { a: [{ b: 1 }, { b: 2, c: 9 }] },
      { query: { a: { $elemMatch: { b: 2 } } } },
    ],
    [{ a: [1, 5] }, { $set: { 'a.$': 9 } }, { a: [1, 9] }, { query: { $and: [{ a: 5 }] } }],
    [{ a: [1, 2] }, { $inc: { 'a.$[]': 10 } }, { a: [11, 12] }],
    [{ a: [1, 2, 3] }, { $set: { 'a.$[x]': 0 } }, { a: [1, 0, 0] }, { arrayFilters: [{ x: { $gte: 2 } }] }],
    [
      { a: [{ b: [1, 2] }, { b: [3] }] },
      { $inc: { 'a.$[].b.$[y]': 10 } },
      { a: [{ b: [1, 12] }, { b: [13] }] },
      { arrayFilters: [{ y: { $gt: 1 } }] },
    ],
    [
      { a: [{ k: 1 }, { k: 2 }] },
      { $set: { 'a.$[x].v': 'one', 'a.$[y].v': 'two', 'a.$[].t': 0 } },
      {
        a: [
          { k: 1, t: 0, v: 'one' },
          { k: 2, t: 0, v: 'two' },
        ],
      },
      { arrayFilters: [{ 'x.k': 1 }, { 'y.k': 2 }] },
    ],
    [{ _id: 1, a: 1 }, { b: 2 }, { _id: 1, b: 2 }],
    [
      { _id: 1, a: 1 },
      { b: 2, _id: 1 },
      { _id: 1, b: 2 },
    ],
    [{ _id: 1, a: 1 }, {}, { _id: 1 }],
    [{ _id: 1, a: 1 }, [{ $set: { b: { $add: ['$a', 1] } } }, { $unset: 'a' }], { _id: 1, b: 2 }],
    [{ _id: 1, a: { b: 1 } }, [{ $replaceWith: '$a' }], { _id: 1, b: 1 }],
  ])('of %j by %j gives %j', (doc, update, expected, options) => {
    const { doc: result } = updated(doc, update, options)
    expect(JSON.stringify(toPlain(result))).toBe(JSON.stringify(expected))
  })

  it.each<[object, object, boolean]>([
    [{ a: 1 }, { $set: { a: 1 } }, false],
    [{ a: 1 }, { $set: { a: 1.5 } }, true],
    [{ a: 1 }, { $set: { a: Long.ONE } }, true],
    [{ a: 1 }, { $inc: { a: 0 } }, false],
    [{ a: { b: 1, c: 2 } }, { $set: { a: { c: 2, b: 1 } } }, true],
    [{ a: [1] }, { $addToSet: { a: 1 } }, false],
    [{ a: [1] }, { $pull: { a: 2 } }, false],
    [{ a: 1 }, { $unset: { b: 1 } }, false],
    [{ _id: 1, a: 1 }, { a: 1 }, false],
    [{ a: 1 }, [{ $set: { a: 1 } }], false],
    [{ a: [] }, { $push: { a: { $each: [] } } }, false],
    [{ a: [1, 2] }, { $push: { a: { $each: [3], $slice: 2 } } }, true],
    [{ a: [1, 2] }, { $push: { a: { $each: [], $slice: 2 } } }, false],
    [{ a: new Date(1000) }, { $currentDate: { a: true } }, true],
  ])('of %j by %j is a change: %s', (doc, update, modified) => {
    expect(updated(doc, update).modified).toBe(modified)
  })

  it('keeps and widens number types as MongoDB does', () => {
    const result = (a: unknown, by: unknown) => updated({ a }, { $inc: { a: by } }).doc.get('a')
    expect(result(1, 2)).toEqual(new Int32(3))
    expect(result(2147483647, 1)).toEqual(Long.fromNumber(2147483648))
    expect(result(1, Long.ONE)).toEqual(Long.fromNumber(2))
    expect(result(1, 0.5)).toBe(1.5)
    expect(result(1.5, 0.5)).toBe(2)
    expect(result(Decimal128.fromString('1.50'), 1)).toEqual(Decimal128.fromString('2.50'))
  })

  it('compares under the collation in $addToSet and $pull', () => {
    const collation = parseCollation(toDoc({ locale: 'en', strength: 2 }))
    const { doc } = applyUpdate(
      toDoc({ a: ['x'], b: ['X', 'y'] }),
      toValue({ $addToSet: { a: 'X' }, $pull: { b: 'x' } }),
      { collation },
    )
    expect(toPlain(doc)).toEqual({ a: ['x'], b: ['y'] })
  })
})
