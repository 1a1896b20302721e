import { beforeEach, describe, expect, it, vi } from 'vitest'
import { draftKey, drafts } from './drafts.ts'

const storage = () => {
  const kept = new Map<string, string>()
  const methods = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
  return new Proxy(methods, {
    ownKeys: () => [...kept.keys()],
    getOwnPropertyDescriptor: (_, key) =>
      kept.has(String(key))
        ? { configurable: true, enumerable: true, value: kept.get(String(key)) }
        : undefined,
  })
}

const key = draftKey('usr_1', 'ten_1', 'invite')

describe('drafts of what was typed', () => {
  beforeEach(() => vi.stubGlobal('sessionStorage', storage()))

  it.each(['password', 'currentPassword', 'newPassword', 'secret', 'token'])('%s is never kept', (field) => {
    drafts.keep(key, { [field]: 'a sentence that only Ada knows' })
    expect(drafts.read(key)).toBeNull()
    drafts.keep(key, { [field]: 'a sentence that only Ada knows', name: 'Ada' })
    expect(drafts.read(key)).toEqual({ name: 'Ada' })
  })

  it.each([
    ['another person', draftKey('usr_2', 'ten_1', 'invite')],
    ['another tenant', draftKey('usr_1', 'ten_2', 'invite')],
    ['another form', draftKey('usr_1', 'ten_1', 'profile')],
    ['nobody', draftKey(null, null, 'invite')],
  ])('%s does not find it', (_, other) => {
    drafts.keep(key, { email: 'bob@example.test' })
    expect(drafts.read(other)).toBeNull()
    expect(drafts.read(key)).toEqual({ email: 'bob@example.test' })
  })

  it('one that is empty is removed, and all are at sign-out, while what is not a draft stays', () => {
    sessionStorage.setItem('other', 'stays')
    drafts.keep(key, { email: 'bob@example.test' })
    drafts.keep(key, {})
    expect(drafts.read(key)).toBeNull()
    drafts.keep(key, { email: 'bob@example.test' })
    drafts.removeAll()
    expect(drafts.read(key)).toBeNull()
    expect(sessionStorage.getItem('other')).toBe('stays')
  })

  it.each(['[1]', '"text"', 'null', '{broken'])('what is stored as %s is no draft', (text) => {
    sessionStorage.setItem(key, text)
    expect(drafts.read(key)).toBeNull()
  })

  it('a browser that keeps nothing for sites breaks no form', () => {
    const denied = () => {
      throw new DOMException('denied', 'SecurityError')
    }
    vi.stubGlobal('sessionStorage', { getItem: denied, setItem: denied, removeItem: denied })
    expect(() => drafts.keep(key, { name: 'Ada' })).not.toThrow()
    expect(drafts.read(key)).toBeNull()
  })
})
