import { describe, expect, test } from 'vitest'
import { MongoError } from '../language/error.ts'
import { nothingInArray } from '../language/keys.ts'
import { toDoc, toPlain, type Value } from '../language/value.ts'
import { Index } from './index.ts'

const index = (key: object, options: object = {}) => new Index(toDoc({ v: 2, name: 'x', key, ...options }))
const tuples = (key: object, doc: object) =>
  index(key)
    .tuples(toDoc(doc))
    .map((tuple) => tuple.map((part) => (part === nothingInArray ? 'nothing' : toPlain(part as Value))))

describe('the keys of a document', () => {
  test.each([
    [{ a: 1 }, { a: 5 }, [[5]]],
    [{ a: 1 }, {}, [[undefined]]],
    [{ 'a.b': 1 }, { a: { b: 5 } }, [[5]]],
    [{ 'a.b': 1 }, { a: 5 }, [[undefined]]],
    [{ a: 1 }, { a: [1, 2] }, [[1], [2]]],
    [{ a: 1 }, { a: [] }, [['nothing']]],
    [{ a: 1 }, { a: [[1, 2], 3] }, [[[1, 2]], [3]]],
    [{ 'a.b': 1 }, { a: [{ b: 1 }, { b: [2, 3] }, {}] }, [[1], [2], [3], [undefined]]],
    [{ 'a.b': 1 }, { a: [] }, [[undefined]]],
    [{ 'a.1': 1 }, { a: [[7, 8]] }, [[undefined]]],
    [{ 'a.1': 1 }, { a: [7, 8] }, [[8]]],
    [
      { 'a.b': 1, 'a.c': 1 },
      {
        a: [
          { b: 1, c: 2 },
          { b: 3, c: 4 },
        ],
      },
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      { a: 1, b: 1 },
      { a: [1, 2], b: 'x' },
      [
        [1, 'x'],
        [2, 'x'],
      ],
    ],
  ])('under %o in %o are %o', (key, doc, expected) => {
    expect(tuples(key, doc)).toEqual(expected)
  })

  test('cannot come from two arrays at once', () => {
    expect(() => tuples({ a: 1, b: 1 }, { a: [1], b: [2] })).toThrow(MongoError)
  })

  test('cannot come from one array in two fields, as an update may leave it', () => {
    const doc = toDoc({ a: [1, 2], c: 1 })
    doc.set('b', doc.get('a')!)
    expect(() => index({ a: 1, b: 1 }).tuples(doc)).toThrow('cannot index parallel arrays [b] [a]')
  })

  test('cannot be meant in two ways', () => {
    expect(() => tuples({ 'a.0': 1 }, { a: [{ 0: 'x' }] })).toThrow('Ambiguous field name')
  })

  test('are none in a sparse index when all fields are missing', () => {
    expect(index({ a: 1, b: 1 }, { sparse: true }).keys(toDoc({ c: 1 }))).toEqual([])
    expect(index({ a: 1, b: 1 }, { sparse: true }).keys(toDoc({ b: null }))).toHaveLength(1)
  })

  test('of equal elements are one', () => {
    expect(index({ a: 1 }).keys(toDoc({ a: [1, 1, 2] }))).toHaveLength(2)
  })
})
