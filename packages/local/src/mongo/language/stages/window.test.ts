import { describe, expect, it } from 'vitest'
import { runPipeline } from '../aggregate.ts'
import { toDoc, toPlain, toValue } from '../value.ts'

const run = (docs: object[], stages: object[]) =>
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
    run(docs, [{ $setWindowFields: { ...more, output: { w: output } } }]).map(
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
  ])('%j', (output, expected) => {
    expect(over(output)).toEqual(expected)
  })

  it('measures ranges of dates in a unit', () => {
    const days = ['2024-01-31', '2024-02-29', '2024-03-30'].map((day, v) => ({ t: new Date(day), v }))
    const output = { w: { $sum: '$v', window: { range: [-1, 'current'], unit: 'month' } } }
    const results = run(days, [{ $setWindowFields: { sortBy: { t: 1 }, output } }])
    expect(results.map((doc) => (doc as { w: number }).w)).toEqual([0, 1, 3])
  })
})
