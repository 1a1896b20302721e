import { expect, it } from 'vitest'
import { readViews, withView } from './saved-views.ts'

it.each([undefined, '', 'x', 'null', '{}', '[null,1,"a",{"name":1,"query":"x"},{"name":"a"}]'])(
  'what another release kept is passed over: %s',
  (text) => {
    expect(readViews(text)).toEqual([])
  },
)

it('a view saved under a name that there is takes its place', () => {
  const views = [
    { name: 'a', query: 'x=1' },
    { name: 'b', query: 'x=2' },
  ]
  expect(withView(views, { name: 'a', query: 'x=3' })).toEqual([
    { name: 'b', query: 'x=2' },
    { name: 'a', query: 'x=3' },
  ])
  expect(readViews(JSON.stringify(views))).toEqual(views)
})
