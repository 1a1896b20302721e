import { describe, expect, it } from 'vitest'
import { runPipeline } from './aggregate.ts'
import { toDoc, toPlain, toValue } from './value.ts'

const runStages = (docs: object[], stages: object[], others: Record<string, object[]> = {}) =>
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
    expect(() => runStages([{ _id: 1 }], [stage])).toThrow(
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
    expect(runStages(docs, stages)).toEqual(expected)
  })

  it('samples without repeating', () => {
    const docs = Array.from({ length: 20 }, (_, n) => ({ n }))
    const sampled = runStages(docs, [{ $sample: { size: 15 } }]).map((doc) => (doc as { n: number }).n)
    expect(new Set(sampled).size).toBe(15)
  })
})
