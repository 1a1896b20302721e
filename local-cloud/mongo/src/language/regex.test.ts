import { describe, expect, it } from 'vitest'
import { compileRegex } from './regex.ts'
import { mayExplode } from './regex-guard.ts'

describe('patterns that JavaScript cannot match as PCRE does', () => {
  it.each([
    'a++',
    '(?>a)',
    'a(?i)b',
    '(a)|\\1',
    '\\G',
    '(?P=x)',
    '(?R)',
    '[[:^alpha:]]',
    '\\p{Greek}',
    '(*ANYCRLF)a',
    'a\\',
  ])('%s is refused', (pattern) => {
    expect(() => compileRegex(pattern, '')).toThrow(expect.objectContaining({ code: 51091 }))
  })
})

describe('patterns mean what they mean to PCRE', () => {
  it.each<[string, string, string, boolean]>([
    ['a$', '', 'a\n', true],
    ['a\\z', '', 'a\n', false],
    ['a\\Z', '', 'a\n', true],
    ['^b', '', 'a\nb', false],
    ['^b', 'm', 'a\nb', true],
    ['^$', 'm', 'a\n', false],
    ['a$', 'm', 'a\nb', true],
    ['a.b', '', 'a\u2028b', true],
    ['a.b', '', 'a\nb', false],
    ['\\R{2}', '', 'a\r\nb', false],
    ['\\w', '', 'é', false],
    ['é', 'i', 'É', true],
    ['^\\w$', 'i', '\u017f', false],
    ['^[\\w.-]$', 'i', '\u212a', false],
    ['^[\\w.-]+$', 'i', 'A.b-c', true],
    ['^[^\\w-]$', 'i', '\u017f', true],
    ['^[^\\w-]$', 'i', 'S', false],
    ['^[\\w-a]$', 'i', '-', true],
    ['\\bx', 'i', '\u017fx', true],
    ['[]a]', '', ']', true],
    ['[^]a]', '', ']', false],
    ['[\\w-]', '', '-', true],
    ['a{,2}', '', 'a{,2}', true],
    ['\\Qa.b\\E', '', 'a.b', true],
    ['\\x{1F600}', '', '😀', true],
    ['^.$', '', '😀', true],
    ['(?<name>a)\\k<name>', '', 'aa', true],
    ['a b', 'x', 'ab', true],
    ['a\\ b', 'x', 'a b', true],
    ['[a ]', 'x', ' ', true],
    ['a(?#why)b', '', 'ab', true],
  ])('%s with "%s" on %j: %s', (pattern, flags, text, matches) => {
    expect(compileRegex(pattern, flags).test(text)).toBe(matches)
  })
})

describe('a pattern that can try exponentially many ways', () => {
  it('is given up after a while instead of standing still', () => {
    const regex = compileRegex('^(\\w+\\s?)*$', '')
    expect(regex.test('one two three')).toBe(true)
    expect(() => regex.test(`${'a'.repeat(60)}!`)).toThrow(expect.objectContaining({ code: 51156 }))
    expect(regex.test('one two three four five six seven')).toBe(true)
  })

  it.each<[string, boolean]>([
    ['(a+)+', true],
    ['(a|b)*', true],
    ['((a?)b*)+', true],
    ['(?:x{2,}y){3,9}', true],
    ['a+b*c', false],
    ['(a+)b', false],
    ['([+*]|x)', false],
    ['(\\+)+', false],
    ['^.*a.*$', false],
  ])('is told by its form: %s %s', (pattern, explodes) => {
    expect(mayExplode(pattern)).toBe(explodes)
  })
})
