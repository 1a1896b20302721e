import { describe, expect, it } from 'vitest'
import { changed, nextSort, readChoice, viewOf } from './list-address.ts'

const shape = { filters: ['search', 'state'], sorts: ['created', 'name'] } as const
const read = (query: string) => readChoice(new URLSearchParams(query), shape)

describe('a list’s choice in the address', () => {
  it.each(['sort=secret', 'sort=--name', 'sort=', 'size=1000', 'size=-25', 'size=25.5', 'size=x', ''])(
    'counts what it does not know as left out: %s',
    (query) => {
      expect(read(query)).toEqual({
        values: { search: '', state: '' },
        sort: '-created',
        size: 50,
        columns: null,
      })
    },
  )

  it('is read from its own names alone', () => {
    expect(read('search=a+b&state=sent&sort=name&size=25&columns=to,,at&mail=mai_1')).toEqual({
      values: { search: 'a b', state: 'sent' },
      sort: 'name',
      size: 25,
      columns: ['to', 'at'],
    })
  })

  it('with no column but the fixed ones is not one with all', () => {
    expect(read('columns=none').columns).toEqual(['none'])
    expect(read('').columns).toBeNull()
  })
})

describe('a saved view', () => {
  it('keeps the list’s own names, not what is open beside it, and is the same in whatever order they stood', () => {
    const names = ['search', 'state', 'sort']
    const view = viewOf(new URLSearchParams('sort=name&mail=mai_1&state=sent&search='), names)
    expect(view).toBe('sort=name&state=sent')
    expect(viewOf(new URLSearchParams('state=sent&sort=name'), names)).toBe(view)
  })
})

describe('a change of the address', () => {
  it('leaves the other names alone, and takes out what is emptied', () => {
    expect(changed('?tab=a&state=sent&search=x', { state: null, search: '', mail: 'mai_1' })).toBe(
      'tab=a&mail=mai_1',
    )
  })
})

describe('the head of a column', () => {
  it('turns the order that it has, and else begins with its own', () => {
    expect(nextSort('-created', 'name', false)).toBe('name')
    expect(nextSort('name', 'name', false)).toBe('-name')
    expect(nextSort('-name', 'name', false)).toBe('name')
    expect(nextSort('name', 'created', true)).toBe('-created')
  })
})
