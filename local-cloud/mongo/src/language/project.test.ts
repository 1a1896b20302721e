import { describe, expect, it } from 'vitest'
import { compileFilter } from './match.ts'
import { compileProjection } from './project.ts'
import { toDoc, toPlain } from './value.ts'

function project(spec: object, doc: object, query?: object): unknown {
  const filter = query && compileFilter(toDoc(query))
  return toPlain(compileProjection(toDoc(spec), { find: true, filter })(toDoc(doc)))
}

describe('a projection is refused', () => {
  it.each([
    [{ a: 1, b: 0 }, 31254, 'Cannot do exclusion on field b in inclusion projection'],
    [{ a: 0, b: 1 }, 31253, 'Cannot do inclusion on field b in exclusion projection'],
    [{ a: 1, 'a.b': 1 }, 31249, 'Path collision at a.b remaining portion b'],
    [{ 'a.b': 1, a: 1 }, 31250, 'Path collision at a'],
    [{ a: 0, b: { $add: [1, 2] } }, 31252, 'Cannot use expression other than $meta in exclusion projection'],
    [{ a: 0, b: 'x' }, 31310, 'in an exclusion projection'],
    [{ a: {} }, 51270, 'An empty sub-projection is not a valid value'],
    [{ a: { $foo: 1 } }, 31325, 'Unknown expression $foo'],
    [{ '': 1 }, 40352, 'cannot be constructed with empty string'],
    [{ 'a.': 1 }, 40353, "must not end with a '.'"],
    [{ 'a..b': 1 }, 15998, 'may not be empty strings'],
    [{ 'a.$': 0 }, 31395, 'positional projection cannot be used with exclusion'],
    [{ a: { $slice: 'x' } }, 28667, 'Expression $slice takes at least 2 arguments'],
    [{ 'a.b': { $elemMatch: { c: 1 } } }, 31275, 'Cannot use $elemMatch projection on a nested field.'],
    [{ a: { $elemMatch: 1 } }, 31274, 'elemMatch: Invalid argument'],
    [{ 'a.$': 1, 'b.$': 1 }, 31276, 'Cannot specify more than one positional projection per query.'],
    [{ 'a.$.b': 1 }, 31394, "it's illegal to specify positional operator in the middle of a path"],
    [{ a: { $meta: 'textScore' } }, 238, 'projecting $meta'],
    [{ $a: 1 }, 16410, "may not start with '$'"],
  ])('%j', (spec, code, message) => {
    const compile = () => compileProjection(toDoc(spec), { find: true, filter: () => true })
    expect(compile).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }))
  })

  it('when the positional element is not there', () => {
    expect(() => project({ 'a.$': 1 }, { a: [1], b: 1 }, { b: 1 })).toThrow(
      expect.objectContaining({ code: 51246 }),
    )
  })

  it('in an aggregation, when it uses what only find has', () => {
    expect(() => compileProjection(toDoc({ a: { $elemMatch: {} } }))).toThrow(
      expect.objectContaining({ code: 168 }),
    )
    expect(() => compileProjection(toDoc({}))).toThrow(expect.objectContaining({ code: 51272 }))
  })
})

describe('a projection', () => {
  it.each<[object, object, object]>([
    [{}, { _id: 1, a: 1 }, { _id: 1, a: 1 }],
    [
      { b: 1, a: 1 },
      { _id: 1, a: 1, b: 2, c: 3 },
      { _id: 1, a: 1, b: 2 },
    ],
    [{ a: true, _id: 0 }, { _id: 1, a: 1 }, { a: 1 }],
    [{ _id: 1 }, { _id: 1, a: 1 }, { _id: 1 }],
    [{ _id: 0 }, { _id: 1, a: 1 }, { a: 1 }],
    [{ a: 0 }, { _id: 1, a: 1, b: 2 }, { _id: 1, b: 2 }],
    [
      { a: 0, _id: 1 },
      { _id: 1, a: 1, b: 2 },
      { _id: 1, b: 2 },
    ],
    [{ 'a.b': 1 }, { _id: 1, a: { b: 1, c: 2 } }, { _id: 1, a: { b: 1 } }],
    [{ a: { b: 1 } }, { _id: 1, a: { b: 1, c: 2 } }, { _id: 1, a: { b: 1 } }],
    [{ 'a.b': 1 }, { a: 5 }, {}],
    [{ 'a.b': 1 }, { a: {} }, { a: {} }],
    [{ 'a.b': 1 }, { a: [{ b: 1, c: 1 }, 5, [{ b: 2 }], {}] }, { a: [{ b: 1 }, [{ b: 2 }], {}] }],
    [{ 'a.b': 0 }, { a: [{ b: 1, c: 1 }, 5, [{ b: 2 }]] }, { a: [{ c: 1 }, 5, [{}]] }],
    [{ a: { $slice: 2 } }, { _id: 1, a: [1, 2, 3], b: 1 }, { _id: 1, a: [1, 2], b: 1 }],
    [{ a: { $slice: -2 } }, { a: [1, 2, 3] }, { a: [2, 3] }],
    [{ a: { $slice: [1, 1] } }, { a: [1, 2, 3] }, { a: [2] }],
    [{ a: { $slice: [-2, 1] } }, { a: [1, 2, 3] }, { a: [2] }],
    [{ a: { $slice: [-9, 2] } }, { a: [1, 2, 3] }, { a: [1, 2] }],
    [
      { a: { $slice: 1 }, b: 1 },
      { _id: 1, a: [1, 2], b: 1, c: 1 },
      { _id: 1, a: [1], b: 1 },
    ],
    [{ 'a.b': { $slice: 1 } }, { a: [{ b: [1, 2] }, { b: 3 }] }, { a: [{ b: [1] }, { b: 3 }] }],
    [
      { a: { $elemMatch: { b: 2 } } },
      { _id: 1, a: [{ b: 1 }, { b: 2, c: 1 }], d: 1 },
      { _id: 1, a: [{ b: 2, c: 1 }] },
    ],
    [{ a: { $elemMatch: { $gt: 1 } } }, { _id: 1, a: [1, 2, 3] }, { _id: 1, a: [2] }],
    [{ a: { $elemMatch: { b: 9 } } }, { _id: 1, a: [{ b: 1 }] }, { _id: 1 }],
    [{ x: '$a' }, { _id: 1, a: 2 }, { _id: 1, x: 2 }],
    [
      { x: { $add: ['$a', 1] }, a: 1 },
      { _id: 1, a: 2 },
      { _id: 1, a: 2, x: 3 },
    ],
    [{ 'x.y': '$a' }, { _id: 1, a: 2 }, { _id: 1, x: { y: 2 } }],
    [{ 'a.y': '$z' }, { a: [{ b: 1 }, 2], z: 3 }, { a: [{ y: 3 }, { y: 3 }] }],
    [{ x: '$missing' }, { _id: 1 }, { _id: 1 }],
    [{ x: { $literal: 1 } }, { _id: 1 }, { _id: 1, x: 1 }],
    [{ x: 'text' }, { _id: 1 }, { _id: 1, x: 'text' }],
  ])('%j of %j is %j', (spec, doc, expected) => {
    expect(JSON.stringify(project(spec, doc))).toBe(JSON.stringify(expected))
  })

  it.each<[object, object, object, object]>([
    [{ 'a.$': 1 }, { _id: 1, a: [1, 5, 9] }, { a: { $gt: 3 } }, { _id: 1, a: [5] }],
    [{ 'a.$': 1 }, { a: [{ b: 1 }, { b: 2, c: 3 }] }, { 'a.b': 2 }, { a: [{ b: 2, c: 3 }] }],
    [{ 'a.b.$': 1 }, { a: [{ b: 1 }, { b: 2, c: 3 }] }, { 'a.b': 2 }, { a: [{ b: 2 }] }],
    [{ 'a.$': 1, x: 1 }, { a: [1, 2], x: 1, y: 1 }, { a: { $elemMatch: { $gt: 1 } } }, { a: [2], x: 1 }],
  ])('%j of %j found by %j is %j', (spec, doc, query, expected) => {
    expect(project(spec, doc, query)).toEqual(expected)
  })

  it('puts fields found by $elemMatch after the others', () => {
    const result = project({ a: { $elemMatch: { $gt: 0 } }, z: 1 }, { _id: 1, a: [1], z: 1 })
    expect(Object.keys(result as object)).toEqual(['_id', 'z', 'a'])
  })
})
