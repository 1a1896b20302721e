import { describe, expect, it } from 'vitest'
import { runPipeline } from './aggregate.ts'
import { parseCollation } from './collation.ts'
import { toDoc, toPlain, toValue } from './value.ts'

const run = (docs: object[], stages: object[], others: Record<string, object[]> = {}) =>
  [
    ...runPipeline(
      docs.map(toDoc),
      stages.map((stage) => toValue(stage)),
      { collection: (name) => (others[name] ?? []).map(toDoc) },
    ),
  ].map(toPlain)

describe('a pipeline is refused', () => {
  it.each<[object, number, string]>([
    [{ $foo: 1 }, 40324, "Unrecognized pipeline stage name: '$foo'"],
    [{ $match: {}, $limit: 1 }, 40323, 'must contain exactly one field'],
    [{ $fill: {} }, 238, 'the stage $fill is not supported'],
    [
      { $graphLookup: { from: 'b', as: 'x', startWith: 1, connectFromField: 'a' } },
      40105,
      '$graphLookup requires',
    ],
    [
      {
        $graphLookup: {
          from: 'b',
          as: 'x',
          startWith: 1,
          connectFromField: 'a',
          connectToField: 'b',
          maxDepth: -1,
        },
      },
      40101,
      'nonnegative',
    ],
    [{ $out: 'x' }, 40601, '$out can only be the final stage'],
    [{ $match: 1 }, 15959, 'the match filter must be an expression in an object'],
    [{ $limit: 0 }, 15958, 'the limit must be positive'],
    [{ $skip: -1 }, 5107200, 'invalid argument to $skip stage'],
    [{ $sort: {} }, 15976, '$sort stage must have at least one sort key'],
    [{ $count: '' }, 40156, 'the count field must be a non-empty string'],
    [{ $count: '$x' }, 40158, 'cannot be a $-prefixed path'],
    [{ $unwind: 'a' }, 28818, "should be prefixed with a '$'"],
    [{ $unwind: { path: '$a', foo: 1 } }, 28811, 'unrecognized option to $unwind stage: foo'],
    [{ $group: { a: { $sum: 1 } } }, 15955, 'a group specification must include an _id'],
    [{ $group: { _id: 1, a: 1 } }, 40234, "The field 'a' must be an accumulator object"],
    [{ $group: { _id: 1, a: { $foo: 1 } } }, 15952, "unknown group operator '$foo'"],
    [{ $project: {} }, 51272, 'must have at least one field'],
    [{ $lookup: { from: 'b', as: 'x' } }, 9, "both or neither of 'localField' and 'foreignField'"],
    [{ $lookup: { from: 'b', as: 'x', foo: 1 } }, 9, 'unknown argument to $lookup: foo'],
    [
      { $lookup: { from: 'b', as: 'x', pipeline: [{ $out: 'y' }] } },
      51047,
      '$out is not allowed within a $lookup',
    ],
    [
      { $unionWith: { coll: 'b', pipeline: [{ $merge: 'y' }] } },
      31441,
      '$merge is not allowed within a $unionWith',
    ],
    [{ $facet: { a: [{ $out: 'x' }] } }, 40600, '$out is not allowed to be used within a $facet stage'],
    [{ $replaceWith: '$a' }, 40228, "'replacement document' expression must evaluate to an object"],
    [{ $bucket: { groupBy: '$a', boundaries: [2, 1] } }, 40194, 'must be sorted'],
    [{ $bucketAuto: { groupBy: '$a', buckets: 0 } }, 40243, 'must be greater than 0'],
    [{ $sample: { size: -1 } }, 28747, 'must be a positive integer'],
    [
      { $setWindowFields: { output: { a: { $rank: {} } } } },
      5371602,
      'must be specified with a top level sortBy',
    ],
    [
      { $setWindowFields: { output: { a: { $linearFill: 1 } } } },
      605001,
      '$linearFill must be specified with',
    ],
    [{ $setWindowFields: { output: { a: { $mergeObjects: 1 } } } }, 9, 'Unrecognized window function'],
    [{ $setWindowFields: { output: { a: { $sum: 1 }, 'a.b': { $sum: 1 } } } }, 6307900, 'conflicting paths'],
    [{ $group: { _id: 1, a: { $top: { output: 1 } } } }, 5788005, "Missing 'sortBy' parameter to $top"],
    [
      { $group: { _id: 1, a: { $median: { input: 1, method: 'discrete' } } } },
      2,
      "Currently only 'approximate' can be used",
    ],
    [
      { $bucketAuto: { groupBy: '$_id', buckets: 1, granularity: 'R7' } },
      40257,
      "Unknown rounding granularity 'R7'",
    ],
    [{ $unset: [] }, 31119, 'at least one field'],
    [{ $unset: 'a.' }, 40353, "must not end with a '.'"],
    [{ $addFields: { '': 1 } }, 40352, 'empty string'],
    [{ $unwind: '$$ROOT' }, 16410, "may not start with '$'"],
    [{ $unionWith: { coll: 5 } }, 14, 'wrong type'],
    [{ $lookup: { from: 'b', as: 'x', let: { A: 1 }, pipeline: [] } }, 9, 'invalid character'],
    [{ $addFields: { a: 1, 'a.b': 1 } }, 40176, 'two conflicting paths'],
  ])('%j', (stage, code, message) => {
    expect(() => run([{ _id: 1 }], [stage])).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })
})

describe('stages on single documents', () => {
  it.each<[object[], object[], unknown[]]>([
    [[{ a: 1 }, { a: 2 }], [{ $match: { a: 2 } }], [{ a: 2 }]],
    [[{ a: 1 }, { a: 2 }, { a: 3 }], [{ $skip: 1 }, { $limit: 1 }], [{ a: 2 }]],
    [[{ a: 2 }, { a: 1 }], [{ $sort: { a: 1 } }], [{ a: 1 }, { a: 2 }]],
    [[{ a: 1 }, {}], [{ $count: 'n' }], [{ n: 2 }]],
    [[], [{ $count: 'n' }], []],
    [[{ a: 1, b: 2 }], [{ $set: { c: { $add: ['$a', '$b'] } } }], [{ a: 1, b: 2, c: 3 }]],
    [[{ a: { b: 1 } }], [{ $addFields: { 'a.c': 2 } }], [{ a: { b: 1, c: 2 } }]],
    [[{ a: { b: 1 } }], [{ $addFields: { a: { c: 2 } } }], [{ a: { b: 1, c: 2 } }]],
    [[{ a: { b: 1 } }], [{ $addFields: { a: {}, d: { e: {} } } }], [{ a: {}, d: { e: {} } }]],
    [[{ a: [{ b: 1 }, 2] }], [{ $addFields: { 'a.c': 3 } }], [{ a: [{ b: 1, c: 3 }, { c: 3 }] }]],
    [[{ a: 1, b: 1 }], [{ $addFields: { a: '$$REMOVE' } }], [{ b: 1 }]],
    [[{ a: 1, b: { c: 1, d: 1 } }], [{ $unset: ['a', 'b.c'] }], [{ b: { d: 1 } }]],
    [[{ _id: 1, a: { b: 2 } }], [{ $replaceRoot: { newRoot: '$a' } }], [{ b: 2 }]],
    [[{ _id: 1, a: 2 }], [{ $replaceWith: { x: '$a' } }], [{ x: 2 }]],
    [[{ _id: 1, a: 2 }], [{ $project: { b: '$a', _id: 0 } }], [{ b: 2 }]],
    [
      [{ _id: 1, a: [1, 2] }],
      [{ $unwind: '$a' }],
      [
        { _id: 1, a: 1 },
        { _id: 1, a: 2 },
      ],
    ],
    [[{ a: [] }, { b: 1 }, { a: null }, { a: 5 }], [{ $unwind: '$a' }], [{ a: 5 }]],
    [
      [{ a: [] }, { b: 1 }, { a: null }],
      [{ $unwind: { path: '$a', preserveNullAndEmptyArrays: true } }],
      [{}, { b: 1 }, { a: null }],
    ],
    [
      [{ a: { b: ['x'] }, c: 1 }],
      [{ $unwind: { path: '$a.b', includeArrayIndex: 'i' } }, { $project: { i: { $toInt: '$i' }, a: 1 } }],
      [{ a: { b: 'x' }, i: 0 }],
    ],
    [[{ a: 5 }], [{ $unwind: { path: '$a', includeArrayIndex: 'i' } }], [{ a: 5, i: null }]],
  ])('%j through %j gives %j', (docs, stages, expected) => {
    expect(run(docs, stages)).toEqual(expected)
  })

  it('samples without repeating', () => {
    const docs = Array.from({ length: 20 }, (_, n) => ({ n }))
    const sampled = run(docs, [{ $sample: { size: 15 } }]).map((doc) => (doc as { n: number }).n)
    expect(new Set(sampled).size).toBe(15)
  })
})

describe('grouping', () => {
  const sales = [
    { _id: 1, item: 'a', n: 2, tags: ['x'] },
    { _id: 2, item: 'b', n: 5 },
    { _id: 3, item: 'a', n: 4, tags: ['x', 'y'] },
    { _id: 4, item: 'a', n: null },
  ]
  const grouped = (fields: object) =>
    run(sales, [{ $group: { _id: '$item', ...fields } }, { $sort: { _id: 1 } }])

  it.each<[object, unknown, unknown]>([
    [{ $sum: '$n' }, 6, 5],
    [{ $sum: 1 }, 3, 1],
    [{ $avg: '$n' }, 3, 5],
    [{ $min: '$n' }, 2, 5],
    [{ $max: '$n' }, 4, 5],
    [{ $first: '$n' }, 2, 5],
    [{ $last: '$n' }, null, 5],
    [{ $push: '$tags' }, [['x'], ['x', 'y']], []],
    [{ $addToSet: '$n' }, [2, 4, null], [5]],
    [{ $count: {} }, 3, 1],
    [{ $mergeObjects: { k: '$n' } }, { k: null }, { k: 5 }],
    [{ $stdDevPop: '$n' }, 1, 0],
    [{ $firstN: { input: '$_id', n: 2 } }, [1, 3], [2]],
    [{ $maxN: { input: '$n', n: 1 } }, [4], [5]],
    [{ $top: { sortBy: { n: -1 }, output: '$_id' } }, 3, 2],
    [{ $bottomN: { sortBy: { _id: 1 }, output: '$_id', n: 2 } }, [3, 4], [2]],
    [{ $firstN: { input: '$_id', n: { $cond: [{ $eq: ['$$ROOT', 'a'] }, 1, 2] } } }, [1], [2]],
    [{ $percentile: { input: '$_id', p: [0, 0.5, 1], method: 'approximate' } }, [1, 3, 4], [2, 2, 2]],
    [{ $median: { input: '$n', method: 'approximate' } }, 2, 5],
  ])('%j', (accumulator, a, b) => {
    expect(grouped({ v: accumulator })).toEqual([
      { _id: 'a', v: a },
      { _id: 'b', v: b },
    ])
  })

  it('takes null, missing and composed keys', () => {
    expect(run([{ a: null }, {}, { a: 1 }], [{ $group: { _id: '$a', n: { $sum: 1 } } }])).toEqual([
      { _id: null, n: 2 },
      { _id: 1, n: 1 },
    ])
    expect(run(sales, [{ $group: { _id: { i: '$item', t: '$x' } } }, { $count: 'n' }])).toEqual([{ n: 2 }])
    expect(run(sales, [{ $group: { _id: null, n: { $sum: '$n' } } }])).toEqual([{ _id: null, n: 11 }])
  })

  it('holds equal what the collation holds equal', () => {
    const collation = parseCollation(toDoc({ locale: 'en', strength: 2 }))
    const docs = ['a', 'A', 'b'].map((item) => toDoc({ item }))
    const stages = [toValue({ $group: { _id: '$item', n: { $sum: 1 } } })]
    expect([...runPipeline(docs, stages, { collation })].map(toPlain)).toEqual([
      { _id: 'a', n: 2 },
      { _id: 'b', n: 1 },
    ])
  })

  it('counts by value, most first', () => {
    expect(run(sales, [{ $sortByCount: '$item' }])).toEqual([
      { _id: 'a', count: 3 },
      { _id: 'b', count: 1 },
    ])
  })

  it('puts values into buckets', () => {
    const docs = [{ v: 1 }, { v: 5 }, { v: 10 }, { v: 99 }]
    expect(run(docs, [{ $bucket: { groupBy: '$v', boundaries: [0, 5, 20], default: 'other' } }])).toEqual([
      { _id: 0, count: 1 },
      { _id: 5, count: 2 },
      { _id: 'other', count: 1 },
    ])
    expect(
      run(docs, [{ $bucketAuto: { groupBy: '$v', buckets: 2, output: { vs: { $push: '$v' } } } }]),
    ).toEqual([
      { _id: { min: 1, max: 10 }, vs: [1, 5] },
      { _id: { min: 10, max: 99 }, vs: [10, 99] },
    ])
  })

  it.each<[string, number[], number, [number, number, number][]]>([
    [
      'R5',
      [24, 15, 30, 50, 1],
      2,
      [
        [0.63, 25, 3],
        [25, 63, 2],
      ],
    ],
    [
      'R5',
      [0, 5, 10, 15, 30],
      2,
      [
        [0, 16, 4],
        [16, 40, 1],
      ],
    ],
    [
      'R5',
      [0, 0, 1, 1],
      2,
      [
        [0, 0.63, 2],
        [0.63, 1.6, 2],
      ],
    ],
    [
      '1-2-5',
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      5,
      [
        [0.5, 5, 4],
        [5, 10, 5],
        [10, 20, 1],
      ],
    ],
    [
      'POWERSOF2',
      [0, 1, 2, 3, 4, 5, 6, 7],
      3,
      [
        [0, 4, 4],
        [4, 8, 4],
      ],
    ],
  ])(
    'moves the edges of automatic buckets to the numbers of %s',
    (granularity, values, buckets, expected) => {
      const docs = values.map((v) => ({ v }))
      expect(run(docs, [{ $bucketAuto: { groupBy: '$v', buckets, granularity } }])).toEqual(
        expected.map(([min, max, count]) => ({ _id: { min, max }, count })),
      )
    },
  )

  it('keeps equal values in one automatic bucket', () => {
    const docs = [1, 1, 1, 2].map((v) => ({ v }))
    expect(run(docs, [{ $bucketAuto: { groupBy: '$v', buckets: 2 } }])).toEqual([
      { _id: { min: 1, max: 2 }, count: 3 },
      { _id: { min: 2, max: 2 }, count: 1 },
    ])
  })
})
