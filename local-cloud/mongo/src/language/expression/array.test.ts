import { describe, expect, it } from 'vitest'
import { toDoc, toPlain, toValue } from '../value.ts'
import { compileExpression, evaluate } from './compile.ts'

const result = (expression: unknown) => evaluate(compileExpression(toValue(expression)), toDoc({}))

describe('arrays, objects and sets', () => {
  it.each<[unknown, unknown]>([
    [{ $arrayElemAt: [[1, 2, 3], -1] }, 3],
    [{ $arrayElemAt: [[1], 5] }, undefined],
    [{ $first: [[1, 2]] }, 1],
    [{ $last: [[1, 2]] }, 2],
    [{ $concatArrays: [[1], [2, 3]] }, [1, 2, 3]],
    [{ $size: { $concatArrays: [{ $range: [0, 200_000] }, [1]] } }, 200_001],
    [{ $slice: [[1, 2, 3], -2] }, [2, 3]],
    [{ $slice: [[1, 2, 3], 1, 1] }, [2]],
    [{ $range: [0, 6, 2] }, [0, 2, 4]],
    [{ $range: [3, 0, -1] }, [3, 2, 1]],
    [{ $indexOfArray: [['a', 'b'], 'b'] }, 1],
    [{ $in: [1, [1, 2]] }, true],
    [{ $isArray: [[1]] }, true],
    [{ $size: [[1, 2]] }, 2],
    [{ $reverseArray: [[1, 2]] }, [2, 1]],
    [{ $zip: { inputs: [[1, 2], ['a']] } }, [[1, 'a']]],
    [
      { $zip: { inputs: [[1, 2], ['a']], useLongestLength: true, defaults: [0, 'z'] } },
      [
        [1, 'a'],
        [2, 'z'],
      ],
    ],
    [{ $sortArray: { input: [3, 1, 2], sortBy: 1 } }, [1, 2, 3]],
    [{ $sortArray: { input: [{ a: 1 }, { a: 2 }], sortBy: { a: -1 } } }, [{ a: 2 }, { a: 1 }]],
    [{ $firstN: { input: [1, 2, 3], n: 2 } }, [1, 2]],
    [{ $lastN: { input: [1, 2, 3], n: 2 } }, [2, 3]],
    [{ $maxN: { input: [1, null, 3, 2], n: 2 } }, [3, 2]],
    [{ $minN: { input: [3, 1], n: 5 } }, [1, 3]],
    [{ $mergeObjects: [{ a: 1, b: 1 }, null, { b: 2 }] }, { a: 1, b: 2 }],
    [{ $bsonSize: {} }, 5],
    [{ $objectToArray: { a: 1 } }, [{ k: 'a', v: 1 }]],
    [
      {
        $arrayToObject: [
          [
            ['a', 1],
            ['b', 2],
          ],
        ],
      },
      { a: 1, b: 2 },
    ],
    [{ $arrayToObject: { $literal: [{ k: 'a', v: 1 }] } }, { a: 1 }],
    [
      {
        $setUnion: [
          [2, 1],
          [3, 1],
        ],
      },
      [1, 2, 3],
    ],
    [
      {
        $setIntersection: [
          [1, 2],
          [2, 3],
        ],
      },
      [2],
    ],
    [{ $setDifference: [[1, 2, 2], [1]] }, [2]],
    [
      {
        $setEquals: [
          [1, 2],
          [2, 1, 1],
        ],
      },
      true,
    ],
    [{ $setIsSubset: [[1], [1, 2]] }, true],
    [{ $anyElementTrue: [[0, 1]] }, true],
    [{ $allElementsTrue: [[0, 1]] }, false],
  ])('%j is %j', (expression, expected) => {
    expect(toPlain(result(expression))).toEqual(expected)
  })
})
