import { describe, expect, it } from 'vitest'
import { difference } from './difference.ts'

describe('what changed between two records', () => {
  it('leaves out what stayed the same', () => {
    expect(difference({ role: 'member', name: 'Ada' }, { role: 'admin', name: 'Ada' })).toEqual([
      { field: 'role', before: 'member', after: 'admin' },
    ])
  })

  it('tells a thing made from a thing gone', () => {
    expect(difference(null, { bytes: 5 })).toEqual([{ field: 'bytes', before: null, after: '5' }])
    expect(difference({ tags: ['a'] }, null)).toEqual([{ field: 'tags', before: '["a"]', after: null }])
  })

  it('tells null from absent', () => {
    expect(difference({ until: null }, {})).toEqual([{ field: 'until', before: 'null', after: null }])
  })
})
