import { describe, expect, it } from 'vitest'
import { toDoc, toPlain, toValue } from '../value.ts'
import { compileExpression, evaluate } from './compile.ts'

const result = (expression: unknown) => evaluate(compileExpression(toValue(expression)), toDoc({}))

describe('strings', () => {
  it.each<[unknown, unknown]>([
    [{ $concat: ['a', 'b'] }, 'ab'],
    [{ $concat: ['a', null] }, null],
    [{ $toUpper: 'aé' }, 'Aé'],
    [{ $toLower: null }, ''],
    [{ $toUpper: 1.5 }, '1.5'],
    [{ $strLenCP: 'é😀' }, 2],
    [{ $strLenBytes: 'é😀' }, 6],
    [{ $substrCP: ['héllo', 1, 3] }, 'éll'],
    [{ $substrBytes: ['hello', 1, -1] }, 'ello'],
    [{ $substr: ['hello', 9, 2] }, ''],
    [{ $trim: { input: '  x\t' } }, 'x'],
    [{ $ltrim: { input: 'xxa', chars: 'x' } }, 'a'],
    [{ $rtrim: { input: 'axx', chars: 'x' } }, 'a'],
    [{ $split: ['a-b-c', '-'] }, ['a', 'b', 'c']],
    [{ $indexOfCP: ['é😀x', 'x'] }, 2],
    [{ $indexOfBytes: ['éx', 'x'] }, 2],
    [{ $indexOfCP: ['abcabc', 'c', 3] }, 5],
    [{ $indexOfCP: ['abc', 'c', 0, 2] }, -1],
    [{ $indexOfCP: ['abc', '', 5] }, -1],
    [{ $strcasecmp: ['é', 'É'] }, 1],
    [{ $regexMatch: { input: 'Abc', regex: 'b', options: 'i' } }, true],
    [
      { $regexFind: { input: 'xabab', regex: '(a)(b)(z)?' } },
      { match: 'ab', idx: 1, captures: ['a', 'b', null] },
    ],
    [
      { $regexFindAll: { input: 'aa', regex: 'a' } },
      [
        { match: 'a', idx: 0, captures: [] },
        { match: 'a', idx: 1, captures: [] },
      ],
    ],
    [{ $regexFind: { input: null, regex: 'a' } }, null],
    [{ $replaceOne: { input: 'aa', find: 'a', replacement: { $literal: '$&' } } }, '$&a'],
    [{ $replaceAll: { input: 'aa', find: 'a', replacement: 'b' } }, 'bb'],
    [{ $strcasecmp: ['ab', 'AC'] }, -1],
    [{ $binarySize: 'é' }, 2],
  ])('%j is %j', (expression, expected) => {
    expect(toPlain(result(expression))).toEqual(expected)
  })
})
