import { describe, expect, it } from 'vitest'
import { initialsOf } from './initials.ts'

describe('the letters that stand for a person', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['Ada', 'A'],
    ['Ada King, Countess of Lovelace', 'AL'],
    ['👩‍👩‍👧‍👦 Família', 'F'],
    ['e\u0301lodie (she) dupont', 'E\u0301D'],
    ['𝒜da 𝓑', '𝒜𝓑'],
    ['李小龍', '李'],
    ['👩‍👩‍👧‍👦', ''],
    ['', ''],
  ])('%j is %j', (name, letters) => {
    expect(initialsOf(name)).toBe(letters)
  })
})
