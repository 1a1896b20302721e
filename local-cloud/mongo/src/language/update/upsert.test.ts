import { describe, expect, it } from 'vitest'
import { toDoc, toPlain, toValue } from '../value.ts'
import { upsertDocument } from './upsert.ts'

describe('the document of an upsert', () => {
  it.each<[object, object, number, string]>([
    [{ $and: [{ a: 1 }, { a: 2 }] }, { $set: { b: 1 } }, 54, "path 'a' is matched twice"],
    [{ a: { b: 1 }, 'a.b': 1 }, { $set: { b: 1 } }, 54, "both paths 'a.b' and 'a' are matched"],
    [{ '_id.x': 1 }, { b: 1 }, 111, "field at '_id' must be exactly specified"],
    [{ _id: 1 }, { _id: 2 }, 66, "(immutable) field '_id'"],
  ])('refuses %j with %j', (filter, update, code, message) => {
    const make = () => upsertDocument(toDoc(filter), toValue(update))
    expect(make).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }))
  })

  it.each<[object, object, object]>([
    [
      { _id: 1, a: 1, 'b.c': { $eq: 2 }, d: { $gt: 1 } },
      { $set: { e: 1 } },
      { _id: 1, a: 1, b: { c: 2 }, e: 1 },
    ],
    [{ a: 1, _id: 5 }, { $setOnInsert: { f: 1 } }, { _id: 5, a: 1, f: 1 }],
    [{ $and: [{ _id: 1 }, { a: 2 }] }, { $inc: { n: 1 } }, { _id: 1, a: 2, n: 1 }],
    [{ $or: [{ _id: 1 }] }, { $set: { a: 1 } }, { _id: 1, a: 1 }],
    [{ $or: [{ _id: 1 }, { _id: 2 }], _id: 3 }, { $set: { a: 1 } }, { _id: 3, a: 1 }],
    [
      { _id: 1 },
      { $set: { phone: 25, $hotel: 320, 'a.$b': 1 } },
      { _id: 1, $hotel: 320, a: { $b: 1 }, phone: 25 },
    ],
    [{ _id: 1, a: 1 }, { b: 2 }, { _id: 1, b: 2 }],
    [{ _id: 1, a: { $in: [5] } }, { $set: { b: 2 } }, { _id: 1, a: 5, b: 2 }],
    [{ _id: 1, a: { $in: [5, 6] } }, { $set: { b: 2 } }, { _id: 1, b: 2 }],
    [{ z: 1, y: 2, _id: 1 }, { $set: { a: 3 } }, { _id: 1, y: 2, z: 1, a: 3 }],
    [{ _id: 1, $and: [{ a: 1 }, { a: 2 }] }, { b: 2 }, { _id: 1, b: 2 }],
    [{ _id: null }, { $set: { a: 1 } }, { _id: null, a: 1 }],
    [{ _id: 1, a: { $all: [5] } }, { $set: { b: 2 } }, { _id: 1, a: 5, b: 2 }],
    [{ _id: 1, a: 1 }, [{ $set: { b: { $add: ['$a', 1] } } }], { _id: 1, a: 1, b: 2 }],
  ])('for %j with %j is %j', (filter, update, expected) => {
    expect(JSON.stringify(toPlain(upsertDocument(toDoc(filter), toValue(update))))).toBe(
      JSON.stringify(expected),
    )
  })

  it('gets an ObjectId when nothing says its id', () => {
    const doc = upsertDocument(toDoc({ a: 1 }), toValue({ $set: { b: 1 } }))
    expect([...doc.keys()]).toEqual(['_id', 'a', 'b'])
  })
})
