import { describe, expect, it } from 'vitest'
import { splitEffect } from '../aggregate.ts'
import { toValue } from '../value.ts'

describe('a pipeline that writes', () => {
  it.each<[object, unknown]>([
    [{ $out: 'x' }, { kind: 'out', db: undefined, collection: 'x' }],
    [{ $out: { db: 'd', coll: 'x' } }, { kind: 'out', db: 'd', collection: 'x' }],
    [
      { $merge: 'x' },
      {
        kind: 'merge',
        collection: 'x',
        db: undefined,
        on: undefined,
        let: undefined,
        whenMatched: 'merge',
        whenNotMatched: 'insert',
      },
    ],
    [
      {
        $merge: { into: { db: 'd', coll: 'x' }, on: 'k', whenMatched: 'replace', whenNotMatched: 'discard' },
      },
      {
        kind: 'merge',
        collection: 'x',
        db: 'd',
        on: ['k'],
        let: undefined,
        whenMatched: 'replace',
        whenNotMatched: 'discard',
      },
    ],
  ])('%j is told to the caller', (stage, expected) => {
    const { stages, effect } = splitEffect([toValue({ $match: {} }), toValue(stage)])
    expect(stages).toHaveLength(1)
    expect(effect).toEqual(expected)
  })

  it.each([
    [{ $merge: { into: 'x', whenMatched: 'explode' } }, 9],
    [{ $merge: { into: 'x', foo: 1 } }, 40415],
    [{ $merge: {} }, 40414],
    [{ $merge: { into: 'x', whenMatched: 'fail', whenNotMatched: 'discard' } }, 51181],
    [{ $merge: { into: 'x', on: ['a', 1] } }, 51134],
    [{ $merge: { into: 'x', on: 1 } }, 51186],
    [{ $out: 1 }, 16990],
  ])('%j is refused', (stage, code) => {
    expect(() => splitEffect([toValue(stage)])).toThrow(expect.objectContaining({ code }))
  })
})
