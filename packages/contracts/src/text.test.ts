import { describe, expect, it, test } from 'vitest'
import { z } from 'zod'
import { fileNameText, fold, lengthOf, nameText, SearchText, visible } from './text.ts'

const Name = nameText('Give it a name', 5)
const FileName = fileNameText('The file needs a name', 20)
const messageOf = (schema: z.ZodType, text: unknown) => schema.safeParse(text).error?.issues[0]?.message

describe('a name of a person, tenant or key', () => {
  it.each(['', '  ', '\u200b', '\u3164', '\ufeff \u2060', '\u2800'])('%j has nothing to be seen', (text) => {
    expect(messageOf(Name, text)).toBe('Give it a name')
  })

  it.each([
    'a\u0000',
    'a\nb',
    'a\u0085b',
    'a\u2028b',
    'a\u2029b',
    'a\ud800b',
    'a\u202eb',
    'a\u2066b',
    'a\u007fb',
  ])('%j is refused', (text) => {
    expect(messageOf(Name, text)).toMatch(/may not hold/)
  })

  test('is counted in characters, not in halves of them', () => {
    expect(Name.parse('😀😀😀😀😀')).toBe('😀😀😀😀😀')
    expect(messageOf(Name, '😀😀😀😀😀😀')).toBe('Use at most 5 characters')
  })

  test('is stored composed and trimmed', () => {
    expect(Name.parse('  u\u0308ber ')).toBe('über')
  })

  test('may be written from right to left, and with a joined emoji', () => {
    for (const text of ['שלום', 'مرحبا', '👩‍🚀']) expect(Name.parse(text)).toBe(text)
  })

  test('tells its length in the API’s document', () => {
    expect(z.toJSONSchema(z.object({ name: Name }), { io: 'input' })).toMatchObject({
      properties: { name: { type: 'string', minLength: 1, maxLength: 5 } },
    })
  })
})

describe('a name of a file', () => {
  it.each(['a/b', 'a\\b', 'a\u0000b', 'a\nb', 'a\u2028b', 'a\udc00'])('%j is refused', (text) => {
    expect(messageOf(FileName, text)).toMatch(/may not hold/)
  })

  test('may turn the writing direction, since it has that name on a disk, and is shown as what it is', () => {
    const name = FileName.parse('photo\u202egpj.exe')
    expect(name).toBe('photo\u202egpj.exe')
    expect(visible(name)).toBe('photo[U+202E]gpj.exe')
    expect(visible('Straße שלום 👩‍🚀.jpg')).toBe('Straße שלום 👩‍🚀.jpg')
  })
})

describe('what is searched for', () => {
  test('may not hold what a database refuses', () => {
    expect(messageOf(SearchText, 'a\u0000')).toBe('A search may not hold control characters')
    expect(messageOf(SearchText, '\ud800')).toBe('A search may not hold control characters')
  })

  test('may be pasted with breaks and tabs in it', () => {
    expect(SearchText.parse(' a\r\n\tb ')).toBe('a b')
  })
})

describe('texts compared', () => {
  it.each([
    ['u\u0308ber', 'über'],
    ['Über', 'uber'],
    ['STRASSE', 'straße'],
    ['ﬁne', 'FINE'],
    ['ＡＢＣ', 'abc'],
    ['İstanbul', 'istanbul'],
    ['ΟΔΟΣ', 'οδος'],
    ['Łódź', 'lodz'],
    ['Smørrebrød', 'smorrebrod'],
    ['a\u00a0 b', 'A B'],
    ['a\u200bb', 'ab'],
    ['ко\u0306т', 'кот'],
    ['が', 'か\u3099'],
    ['한', '\u1112\u1161\u11ab'],
  ])('%j and %j are the same', (one, other) => {
    expect(fold(one)).toBe(fold(other))
  })

  it.each([
    ['か', 'が'],
    ['कि', 'क'],
    ['a', 'b'],
  ])('%j and %j are not', (one, other) => {
    expect(fold(one)).not.toBe(fold(other))
  })

  test('stay what they are when folded again, for every character there is', () => {
    const changed: string[] = []
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const once = fold(String.fromCodePoint(code))
      if (fold(once) !== once) changed.push(code.toString(16))
    }
    expect(changed).toEqual([])
  })
})

test('characters are counted as code points', () => {
  expect(lengthOf('aß😀')).toBe(3)
})
