import { describe, expect, it } from 'vitest'
import { runPipeline } from '../aggregate.ts'
import { toDoc, toPlain, toValue } from '../value.ts'

const runStages = (docs: object[], stages: object[], others: Record<string, object[]> = {}) =>
  [
    ...runPipeline(
      docs.map(toDoc),
      stages.map((stage) => toValue(stage)),
      { collection: (name) => (others[name] ?? []).map(toDoc) },
    ),
  ].map(toPlain)

describe('following a graph', () => {
  const people = [
    { _id: 1, name: 'a', boss: null },
    { _id: 2, name: 'b', boss: 'a' },
    { _id: 3, name: 'c', boss: 'b' },
    { _id: 4, name: null, boss: 'c' },
    { _id: 5, boss: 'c' },
  ]
  const follow = (start: unknown, spec: object = {}) => {
    const stage = {
      from: 'f',
      startWith: start,
      connectFromField: 'boss',
      connectToField: 'name',
      as: 'm',
      ...spec,
    }
    const [doc] = runStages([{}], [{ $graphLookup: stage }], { f: people }) as [
      { m: { _id: number; d?: unknown }[] },
    ]
    return doc.m
  }
  const ids = (found: { _id: number }[]) => found.map(({ _id }) => _id)

  it('gathers each document once, as deep as it may', () => {
    expect(ids(follow('c'))).toEqual([3, 2, 1, 4])
    expect(ids(follow(['c', 'b'], { maxDepth: 0 }))).toEqual([2, 3])
    expect(follow('b', { depthField: 'd' }).map(({ d }) => String(d))).toEqual(['0', '1', '2', '3'])
  })

  it('goes from null to null, but never to what is missing', () => {
    expect(ids(follow(null, { maxDepth: 0 }))).toEqual([4])
    expect(ids(follow('$nothing'))).toEqual([])
  })

  it('passes over what the search is kept from', () => {
    expect(ids(follow('c', { restrictSearchWithMatch: { _id: { $ne: 2 } } }))).toEqual([3])
  })
})

describe('joining', () => {
  const join = (local: object, foreign: object[], spec: object = {}) => {
    const lookup = { from: 'f', localField: 'a', foreignField: 'b', as: 'm', ...spec }
    const [doc] = runStages([local], [{ $lookup: lookup }], { f: foreign }) as [{ m: { _id: number }[] }]
    return doc.m.map(({ _id }) => _id)
  }
  const values = [
    { _id: 0 },
    { _id: 1, b: null },
    { _id: 2, b: [null, 1] },
    { _id: 3, b: [] },
    { _id: 4, b: 1 },
    { _id: 5, b: 'x' },
  ]

  it.each<[object, number[]]>([
    [{ a: 1 }, [2, 4]],
    [{ a: null }, [0, 1, 2]],
    [{}, [0, 1, 2]],
    [{ a: [] }, [0, 1, 2]],
    [{ a: ['x', 1] }, [2, 4, 5]],
    [{ a: 'y' }, []],
  ])('%j finds %j', (local, expected) => {
    expect(join(local, values)).toEqual(expected)
  })

  it('follows paths into arrays on both sides', () => {
    const spec = { localField: 'a.x', foreignField: 'b.y' }
    expect(
      join(
        { a: [{ x: 1 }, { x: 2 }] },
        [
          { _id: 1, b: [{ y: 2 }] },
          { _id: 2, b: { y: 3 } },
        ],
        spec,
      ),
    ).toEqual([1])
  })

  it('takes the end of a path inside an array for null where it is no document', () => {
    const spec = { localField: 'a', foreignField: 'b.y' }
    const ends = [
      { _id: 1, b: [1] },
      { _id: 2, b: [] },
      { _id: 3, b: [[{ y: 1 }]] },
      { _id: 4, b: [{ y: 1 }] },
      { _id: 5, b: { y: [] } },
    ]
    expect(join({}, ends, spec)).toEqual([1, 2, 3])
    expect(join({}, ends, { ...spec, pipeline: [] })).toEqual([])
  })

  it('hands variables down through pipelines inside pipelines', () => {
    const inner = { from: 'f', as: 'q', pipeline: [{ $project: { v: ['$$n', '$_id'] } }] }
    const stages = [{ $lookup: { from: 'f', let: { n: '$n' }, as: 'p', pipeline: [{ $lookup: inner }] } }]
    expect(runStages([{ n: 7 }, { n: 8 }], stages, { f: [{ _id: 1 }] })).toEqual([
      { n: 7, p: [{ _id: 1, q: [{ _id: 1, v: [7, 1] }] }] },
      { n: 8, p: [{ _id: 1, q: [{ _id: 1, v: [8, 1] }] }] },
    ])
  })

  it('runs a pipeline with variables of the outer document', () => {
    const stages = [
      {
        $lookup: {
          from: 'f',
          let: { min: '$n' },
          pipeline: [{ $match: { $expr: { $gt: ['$v', '$$min'] } } }, { $project: { _id: 0, v: 1 } }],
          as: 'm',
        },
      },
    ]
    const foreign = {
      f: [
        { _id: 1, v: 1 },
        { _id: 2, v: 3 },
      ],
    }
    expect(runStages([{ n: 2 }, { n: 0 }], stages, foreign)).toEqual([
      { n: 2, m: [{ v: 3 }] },
      { n: 0, m: [{ v: 1 }, { v: 3 }] },
    ])
  })

  it('joins by fields before it runs the pipeline', () => {
    const spec = { pipeline: [{ $limit: 1 }] }
    expect(join({ a: 1 }, values, spec)).toEqual([2])
  })

  it('appends another collection', () => {
    const stages = [{ $unionWith: { coll: 'f', pipeline: [{ $match: { v: 2 } }] } }, { $unionWith: 'f' }]
    expect(runStages([{ v: 0 }], stages, { f: [{ v: 1 }, { v: 2 }] })).toEqual([
      { v: 0 },
      { v: 2 },
      { v: 1 },
      { v: 2 },
    ])
  })

  it('answers several pipelines over the same documents', () => {
    const facets = {
      n: [{ $count: 'n' }],
      first: [{ $sort: { v: 1 } }, { $limit: 1 }],
      none: [{ $match: { v: 9 } }],
    }
    expect(runStages([{ v: 2 }, { v: 1 }], [{ $facet: facets }])).toEqual([
      { n: [{ n: 2 }], first: [{ v: 1 }], none: [] },
    ])
  })
})
