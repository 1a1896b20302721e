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

describe('windows', () => {
  const docs = [
    { _id: 1, p: 'a', t: 1, v: 10 },
    { _id: 2, p: 'a', t: 2, v: 20 },
    { _id: 3, p: 'b', t: 1, v: 5 },
    { _id: 4, p: 'a', t: 2, v: 30 },
    { _id: 5, p: 'a', t: 4, v: 40 },
  ]
  const over = (output: object, more: object = { partitionBy: '$p', sortBy: { t: 1 } }) =>
    runStages(docs, [{ $setWindowFields: { ...more, output: { w: output } } }]).map(
      (doc) => (doc as { w: unknown }).w,
    )

  it.each<[object, unknown[]]>([
    [{ $sum: '$v' }, [100, 100, 100, 100, 5]],
    [{ $sum: '$v', window: { documents: ['unbounded', 'current'] } }, [10, 30, 60, 100, 5]],
    [{ $avg: '$v', window: { documents: [-1, 0] } }, [10, 15, 25, 35, 5]],
    [{ $push: '$v', window: { documents: [1, 2] } }, [[20, 30], [30, 40], [40], [], []]],
    [
      { $push: '$v', window: { documents: ['unbounded', 'current'] } },
      [[10], [10, 20], [10, 20, 30], [10, 20, 30, 40], [5]],
    ],
    [{ $sum: '$v', window: { range: [-1, 0] } }, [10, 60, 60, 40, 5]],
    [{ $max: '$v', window: { range: ['current', 'unbounded'] } }, [40, 40, 40, 40, 5]],
    [{ $rank: {} }, [1, 2, 2, 4, 1]],
    [{ $denseRank: {} }, [1, 2, 2, 3, 1]],
    [{ $documentNumber: {} }, [1, 2, 3, 4, 1]],
    [{ $shift: { output: '$v', by: -1, default: 0 } }, [0, 10, 20, 30, 0]],
    [{ $push: '$v', window: { range: ['current', 1] } }, [[10, 20, 30], [20, 30], [30], [40], [5]]],
    [
      { $push: '$v', window: { range: [{ $subtract: [0, 1] }, 'current'] } },
      [[10], [10, 20], [10, 20, 30], [40], [5]],
    ],
    [{ $expMovingAvg: { input: '$v', alpha: 0.5 } }, [10, 15, 22.5, 31.25, 5]],
    [{ $derivative: { input: '$v' }, window: { documents: ['current', 2] } }, [20, 10, 5, null, null]],
    [{ $integral: { input: '$v' }, window: { documents: ['unbounded', 'current'] } }, [0, 15, 15, 85, 0]],
    [{ $covarianceSamp: ['$t', '$v'], window: { documents: [-1, 0] } }, [null, 5, 0, 10, null]],
    [{ $median: { input: '$v', method: 'approximate' } }, [20, 20, 20, 20, 5]],
  ])('%j', (output, expected) => {
    expect(over(output)).toEqual(expected)
  })

  it.each<[object, number, string]>([
    [{ $sum: '$v', window: { range: [1, -1] } }, 5339900, 'Lower bound must not exceed upper bound'],
    [{ $sum: '$v', window: { range: [0, 1], unit: 'day' } }, 5429513, 'to be a Date'],
    [{ $sum: '$v', window: { range: [0.5, 1], unit: 'day' } }, 9, 'must be an integer'],
    [
      { $sum: '$v', window: { documents: [{ $const: 'current' }, 1] } },
      9,
      "'unbounded', 'current', or a number",
    ],
    [{ $derivative: { input: '$v' } }, 9, 'requires explicit window bounds'],
    [{ $derivative: { input: '$v', unit: 'month' }, window: { documents: [0, 1] } }, 5490710, 'week'],
    [{ $derivative: { input: '$v', unit: 'day' }, window: { documents: [0, 1] } }, 5624900, 'to be a Date'],
    [{ $integral: { input: '$p' } }, 5423900, 'must be numeric'],
    [{ $expMovingAvg: { input: '$v', alpha: 1 } }, 9, 'between 0 and 1'],
    [{ $linearFill: '$v' }, 6050106, 'no repeated values'],
    [{ $rank: {}, window: {} }, 5371601, "'window' field is not allowed in $rank"],
  ])('%j is refused', (output, code, message) => {
    expect(() => over(output)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })

  it('fills gaps on the line between what is known, or with what came last', () => {
    const gaps = [null, 1, null, null, 7, null].map((v, at) => ({ t: at === 2 ? 1.5 : at, v }))
    const output = { line: { $linearFill: '$v' }, last: { $locf: '$v' } }
    const filled = runStages(gaps, [{ $setWindowFields: { sortBy: { t: 1 }, output } }]) as {
      line: number
      last: number
    }[]
    expect(filled.map(({ line }) => line)).toEqual([null, 1, 2, 5, 7, null])
    expect(filled.map(({ last }) => last)).toEqual([null, 1, 1, 1, 7, 7])
  })

  it('measures ranges of dates in a unit', () => {
    const days = ['2024-01-31', '2024-02-29', '2024-03-30'].map((day, v) => ({ t: new Date(day), v }))
    const output = { w: { $sum: '$v', window: { range: [-1, 'current'], unit: 'month' } } }
    const results = runStages(days, [{ $setWindowFields: { sortBy: { t: 1 }, output } }])
    expect(results.map((doc) => (doc as { w: number }).w)).toEqual([0, 1, 3])
  })
})
