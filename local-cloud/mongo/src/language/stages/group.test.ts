import { describe, expect, it } from 'vitest'
import { runPipeline } from '../aggregate.ts'
import { parseCollation } from '../collation.ts'
import { toDoc, toPlain, toValue } from '../value.ts'

const runStages = (docs: object[], stages: object[]) =>
  [
    ...runPipeline(
      docs.map(toDoc),
      stages.map((stage) => toValue(stage)),
      {},
    ),
  ].map(toPlain)

describe('grouping', () => {
  const sales = [
    { _id: 1, item: 'a', n: 2, tags: ['x'] },
    { _id: 2, item: 'b', n: 5 },
    { _id: 3, item: 'a', n: 4, tags: ['x', 'y'] },
    { _id: 4, item: 'a', n: null },
  ]
  const grouped = (fields: object) =>
    runStages(sales, [{ $group: { _id: '$item', ...fields } }, { $sort: { _id: 1 } }])

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
    [{ $stdDevSamp: '$n' }, Math.SQRT2, null],
    [{ $firstN: { input: '$_id', n: 2 } }, [1, 3], [2]],
    [{ $maxN: { input: '$n', n: 1 } }, [4], [5]],
    [{ $top: { sortBy: { n: -1 }, output: '$_id' } }, 3, 2],
    [{ $bottom: { sortBy: { n: -1 }, output: '$_id' } }, 4, 2],
    [{ $topN: { sortBy: { n: -1 }, output: '$_id', n: 2 } }, [3, 1], [2]],
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
    expect(runStages([{ a: null }, {}, { a: 1 }], [{ $group: { _id: '$a', n: { $sum: 1 } } }])).toEqual([
      { _id: null, n: 2 },
      { _id: 1, n: 1 },
    ])
    expect(runStages(sales, [{ $group: { _id: { i: '$item', t: '$x' } } }, { $count: 'n' }])).toEqual([
      { n: 2 },
    ])
    expect(runStages(sales, [{ $group: { _id: null, n: { $sum: '$n' } } }])).toEqual([{ _id: null, n: 11 }])
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
    expect(runStages(sales, [{ $sortByCount: '$item' }])).toEqual([
      { _id: 'a', count: 3 },
      { _id: 'b', count: 1 },
    ])
  })
})
