import { mongoHandles } from '@insula/db'
import { onTheLocalCloud } from '@insula/testing'
import { must } from '@insula/testing/must'
import { mongodbAdapter } from 'better-auth/adapters/mongodb'
import { beforeEach, describe, expect, test } from 'vitest'

onTheLocalCloud()

type Adapter = ReturnType<ReturnType<typeof mongodbAdapter>>
type Where = NonNullable<Parameters<Adapter['findMany']>[0]['where']>

let adapter: Adapter
let domain: string
/** Confines a condition to the people of this test, in a database that others use too. */
const here = (): Where => [{ field: 'email', operator: 'ends_with', value: `@${domain}` }]

beforeEach(async () => {
  const { client, db } = mongoHandles()
  adapter = mongodbAdapter(db, { client })({ advanced: { database: { generateId: false } } })
  domain = `${crypto.randomUUID()}.test`
  for (const [index, name] of ['Ann', 'Bob', 'Cid', 'a.b+c'].entries()) {
    await adapter.create({ model: 'user', data: person(name, index) })
  }
})

const person = (name: string, day: number) => ({
  name,
  email: `${name.toLowerCase()}@${domain}`,
  emailVerified: day > 1,
  createdAt: new Date(day * 86_400_000),
  updatedAt: new Date(),
})

async function names(where: Where, more: object = {}): Promise<string[]> {
  const found = await adapter.findMany<{ name: string }>({
    model: 'user',
    where: [...where, ...here()],
    sortBy: { field: 'createdAt', direction: 'asc' },
    ...more,
  })
  return found.map(({ name }) => name)
}

describe("better-auth's adapter", () => {
  test('finds, changes and removes nobody who is not there', async () => {
    const where: Where = [{ field: 'id', value: '0123456789abcdef01234567' }]
    expect(await adapter.findOne({ model: 'user', where })).toBeNull()
    expect(await adapter.update({ model: 'user', where, update: { name: 'x' } })).toBeNull()
    expect(await adapter.deleteMany({ model: 'user', where })).toBe(0)
  })

  const day = new Date(86_400_000)
  test.each<[string, Where, string[]]>([
    ['eq', [{ field: 'name', value: 'Bob' }], ['Bob']],
    ['eq, whatever the case', [{ field: 'name', value: 'bOB', mode: 'insensitive' }], ['Bob']],
    ['ne', [{ field: 'name', operator: 'ne', value: 'Bob' }], ['Ann', 'Cid', 'a.b+c']],
    ['in', [{ field: 'name', operator: 'in', value: ['Bob', 'Ann'] }], ['Ann', 'Bob']],
    ['not_in', [{ field: 'name', operator: 'not_in', value: ['Bob', 'Ann'] }], ['Cid', 'a.b+c']],
    ['gt', [{ field: 'createdAt', operator: 'gt', value: day }], ['Cid', 'a.b+c']],
    ['gte', [{ field: 'createdAt', operator: 'gte', value: day }], ['Bob', 'Cid', 'a.b+c']],
    ['lt', [{ field: 'createdAt', operator: 'lt', value: day }], ['Ann']],
    ['lte', [{ field: 'createdAt', operator: 'lte', value: day }], ['Ann', 'Bob']],
    ['contains, taken literally', [{ field: 'name', operator: 'contains', value: '.b+' }], ['a.b+c']],
    ['starts_with', [{ field: 'name', operator: 'starts_with', value: 'A' }], ['Ann']],
    ['ends_with', [{ field: 'name', operator: 'ends_with', value: 'd' }], ['Cid']],
    [
      'one or the other',
      [
        { field: 'name', value: 'Ann', connector: 'OR' },
        { field: 'name', value: 'Cid', connector: 'OR' },
      ],
      ['Ann', 'Cid'],
    ],
  ])('finds by %s', async (_, where, expected) => {
    expect(await names(where)).toEqual(expected)
    expect(await adapter.count({ model: 'user', where: [...where, ...here()] })).toBe(expected.length)
  })

  test('sorts, skips and limits', async () => {
    const sortBy = { field: 'name', direction: 'desc' }
    expect(await names([], { sortBy, limit: 2, offset: 1 })).toEqual(['Cid', 'Bob'])
  })

  test('joins what belongs together', async () => {
    const [ann] = await adapter.findMany<{ id: string }>({ model: 'user', where: [...here()], limit: 1 })
    const now = new Date()
    const session = { userId: must(ann).id, expiresAt: now, createdAt: now, updatedAt: now, token: domain }
    await adapter.create({ model: 'session', data: session })
    const where: Where = [{ field: 'id', value: must(ann).id }]
    const joined = await adapter.findOne<{ session: { token: string }[] }>({
      model: 'user',
      where,
      join: { session: true },
    })
    expect(joined?.session.map(({ token }) => token)).toEqual([domain])
  })

  test('changes and removes one or many', async () => {
    const where: Where = [{ field: 'name', value: 'Bob' }, ...here()]
    expect(await adapter.update({ model: 'user', where, update: { image: 'x' } })).toMatchObject({
      image: 'x',
    })
    const many = { model: 'user', where: here(), update: { emailVerified: true } }
    expect(await adapter.updateMany(many)).toBe(4)
    await adapter.delete({ model: 'user', where })
    expect(await names([])).toEqual(['Ann', 'Cid', 'a.b+c'])
    expect(await adapter.deleteMany({ model: 'user', where: here() })).toBe(3)
  })

  test('takes a transaction back that fails, and sees its own writes in it', async () => {
    const failing = adapter.transaction(async (inside) => {
      await inside.create({ model: 'user', data: person('Dot', 5) })
      expect(await inside.count({ model: 'user', where: here() })).toBe(5)
      expect(await adapter.count({ model: 'user', where: here() })).toBe(4)
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await names([])).toEqual(['Ann', 'Bob', 'Cid', 'a.b+c'])
  })
})
