import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SortedEntries } from './sorted.ts'

interface Item {
  id: number
}

const below = (a: readonly [string, Item], b: readonly [string, Item]) =>
  a[0] < b[0] || (a[0] === b[0] && a[1].id < b[1].id) ? -1 : 1

test('entries come back in order of key and id, whatever was added and deleted', () => {
  const change = fc.tuple(
    fc.boolean(),
    fc.string({ maxLength: 2, unit: fc.constantFrom('a', 'b', 'c', '\0', '\xff') }),
    fc.nat(5),
  )
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 300 }),
      fc.string({ maxLength: 1 }),
      fc.string({ maxLength: 1 }),
      (changes, low, high) => {
        const entries = new SortedEntries<Item>()
        const items = Array.from({ length: 6 }, (_, id) => ({ id }))
        let model: [string, Item][] = []
        for (const [adds, key, id] of changes) {
          model = model.filter(([each, item]) => each !== key || item.id !== id)
          if (adds) model.push([key, items[id]!])
          if (adds) entries.add(key, items[id]!)
          else entries.delete(key, items[id]!)
        }
        model.sort(below)
        expect(entries.size).toBe(model.length)
        const within = model.filter(([key]) => key >= low && key < high)
        expect([...entries.ascending(low, high)]).toEqual(within)
        expect([...entries.descending(low, high)]).toEqual(within.toReversed())
        expect(entries.at('a')).toEqual(model.filter(([key]) => key === 'a').map(([, item]) => item))
      },
    ),
  )
})

test('many entries are found through all their chunks', () => {
  const entries = new SortedEntries<Item>()
  const key = (n: number) => String((n * 7919) % 10_007).padStart(5, '0')
  for (let id = 0; id < 10_007; id++) entries.add(key(id), { id })
  expect([...entries.ascending('', 'z')].map(([each]) => Number(each))).toEqual(
    Array.from({ length: 10_007 }, (_, n) => n),
  )
  for (let id = 0; id < 10_007; id += 2) entries.delete(key(id), { id })
  expect(entries.size).toBe(5003)
  expect([...entries.descending('', 'z')]).toHaveLength(5003)
})
