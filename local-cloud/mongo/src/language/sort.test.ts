import { describe, expect, it } from 'vitest'
import { parseCollation } from './collation.ts'
import { compileSort, sortDocs } from './sort.ts'
import { toDoc, toPlain } from './value.ts'

const sorted = (spec: object, values: unknown[]) =>
  sortDocs(
    values.map((a) => toDoc({ a })),
    toDoc(spec),
  ).map((doc) => (toPlain(doc) as { a: unknown }).a)

describe('sorting', () => {
  it.each([
    [{ a: 2 }, 15975],
    [{ a: 'up' }, 15974],
    [{ a: { $meta: 'textScore' } }, 238],
    [{ 'a..b': 1 }, 15998],
    [{ '': 1 }, 40352],
    [{ 'a.': 1 }, 40353],
    [{ $a: 1 }, 16410],
  ])('refuses %j', (spec, code) => {
    expect(() => compileSort(toDoc(spec))).toThrow(expect.objectContaining({ code }))
  })

  it('refuses two arrays in one key', () => {
    const docs = [toDoc({ a: [1], b: [2] }), toDoc({ a: [1], b: [2] })]
    expect(() => sortDocs(docs, toDoc({ a: 1, b: 1 }))).toThrow(
      'cannot sort with keys that are parallel arrays',
    )
  })

  it('takes the least element of an array when ascending and the greatest when descending', () => {
    expect(sorted({ a: 1 }, [[5, 1], 2, [3]])).toEqual([[5, 1], 2, [3]])
    expect(sorted({ a: -1 }, [2, [3], [1, 9]])).toEqual([[1, 9], [3], 2])
  })

  it('puts an empty array before null and a missing value with null', () => {
    expect(sorted({ a: 1 }, [1, null, [], undefined, 'x'])).toEqual([[], null, undefined, 1, 'x'])
  })

  it('takes a pair of fields from one and the same element', () => {
    const first = {
      _id: 1,
      a: [
        { b: 1, c: 5 },
        { b: 2, c: 0 },
      ],
    }
    const second = { _id: 2, a: [{ b: 1, c: 3 }] }
    const ids = sortDocs([toDoc(first), toDoc(second)], toDoc({ 'a.b': 1, 'a.c': 1 })).map((doc) =>
      toPlain(doc.get('_id')),
    )
    expect(ids).toEqual([2, 1])
  })

  it('keeps the order of equals, and compares under a collation', () => {
    const docs = ['b', 'A', 'a', 'B'].map((a) => toDoc({ a }))
    const collation = parseCollation(toDoc({ locale: 'en', strength: 2 }))
    expect(sortDocs(docs, toDoc({ a: 1 }), collation).map((doc) => doc.get('a'))).toEqual([
      'A',
      'a',
      'b',
      'B',
    ])
    expect(sortDocs(docs, toDoc({ a: 1 })).map((doc) => doc.get('a'))).toEqual(['A', 'B', 'a', 'b'])
  })
})
