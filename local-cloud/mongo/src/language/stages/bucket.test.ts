import { describe, expect, it } from 'vitest'
import { runPipeline } from '../aggregate.ts'
import { toDoc, toPlain, toValue } from '../value.ts'

const runStages = (docs: object[], stages: object[]) =>
  [
    ...runPipeline(
      docs.map(toDoc),
      stages.map((stage) => toValue(stage)),
      {},
    ),
  ].map(toPlain)

describe('buckets', () => {
  it('puts values into buckets', () => {
    const docs = [{ v: 1 }, { v: 5 }, { v: 10 }, { v: 99 }]
    expect(
      runStages(docs, [{ $bucket: { groupBy: '$v', boundaries: [0, 5, 20], default: 'other' } }]),
    ).toEqual([
      { _id: 0, count: 1 },
      { _id: 5, count: 2 },
      { _id: 'other', count: 1 },
    ])
    expect(
      runStages(docs, [{ $bucketAuto: { groupBy: '$v', buckets: 2, output: { vs: { $push: '$v' } } } }]),
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
      expect(runStages(docs, [{ $bucketAuto: { groupBy: '$v', buckets, granularity } }])).toEqual(
        expected.map(([min, max, count]) => ({ _id: { min, max }, count })),
      )
    },
  )

  it('keeps equal values in one automatic bucket', () => {
    const docs = [1, 1, 1, 2].map((v) => ({ v }))
    expect(runStages(docs, [{ $bucketAuto: { groupBy: '$v', buckets: 2 } }])).toEqual([
      { _id: { min: 1, max: 2 }, count: 3 },
      { _id: { min: 2, max: 2 }, count: 1 },
    ])
  })
})
