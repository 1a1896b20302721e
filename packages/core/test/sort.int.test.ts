import { randomUUID } from 'node:crypto'
import { AuditQuery, FileQuery, InvitationQuery, MailQuery, PlatformTenantQuery } from '@insula/contracts'
import { listAudit } from '@insula/core/audit'
import { listFiles } from '@insula/core/files'
import { listMails } from '@insula/core/notifications'
import { listAllTenants, listInvitations } from '@insula/core/tenants'
import { MailModel, mongoHandles, newId } from '@insula/db'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import mongoose from 'mongoose'
import { describe, expect, test } from 'vitest'

onTheLocalCloud()

const subjects = ['beta', 'Älpha', 'beta', 'gamma', 'alphb', 'beta']

async function mailsOf(tenantId: string, given = subjects) {
  const rows = await MailModel.create(
    given.map((subject, index) => ({
      tenantId,
      subject,
      to: `${index}@example.test`,
      template: 'welcome' as const,
      variables: {},
      state: 'sent' as const,
      attempts: [],
      dedupeKey: randomUUID(),
      createdAt: new Date(),
    })),
  )
  return rows.map(({ id }) => String(id))
}

/** Reads a list to its end, `limit` at a time. */
async function readAll<Item>(
  list: (given: { cursor?: string }) => Promise<{ items: Item[]; nextCursor: string | null }>,
) {
  const items: Item[] = []
  let cursor: string | null = null
  do {
    const page: { items: Item[]; nextCursor: string | null } = await list(cursor ? { cursor } : {})
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor)
  return items
}

const forged = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')

describe('a cursor that is not of this list and order is refused', () => {
  const id = newId('mail')
  test.each([
    ['of another order', forged('-subject', 'beta', id)],
    ['of another list', forged('subject', 'beta', newId('file'))],
    ['whose value is an operator', forged('subject', { $ne: 1 }, id)],
    ['whose id is an operator', forged('subject', 'beta', { $ne: 1 })],
    ['with a part too many', forged('subject', 'beta', id, 1)],
    ['of the order by time', id],
    ['that is no cursor', 'e30'],
  ])('one %s', async (_, cursor) => {
    const { actor } = await aTenant()
    const query = MailQuery.parse({ sort: 'subject', cursor })
    await expect(listMails(actor, query)).rejects.toMatchObject({
      code: 'invalid',
      details: { field: 'cursor' },
    })
  })

  test('also one of the order by subject, where the order is by time', async () => {
    const { actor } = await aTenant()
    const query = MailQuery.parse({ cursor: forged('subject', 'beta', id) })
    await expect(listMails(actor, query)).rejects.toMatchObject({ code: 'invalid' })
  })
})

test.each([
  [MailQuery, 'state'],
  [FileQuery, 'secretHash'],
  [AuditQuery, 'actor.name'],
  [InvitationQuery, 'tokenHash'],
  [PlatformTenantQuery, '$natural'],
] as const)('a list is sorted by nothing that it does not name', (query, sort) => {
  expect(query.safeParse({ sort }).error?.issues[0]?.path).toEqual(['sort'])
})

test('another tenant’s cursor shows nothing of that tenant', async () => {
  const [{ actor: ours }, { actor: theirs }] = [await aTenant(), await aTenant()]
  await mailsOf(theirs.tenantId)
  const own = await mailsOf(ours.tenantId, ['zeta'])
  const { nextCursor } = await listMails(theirs, MailQuery.parse({ sort: 'subject', limit: 2 }))
  const query = MailQuery.parse({ sort: 'subject', cursor: nextCursor ?? '' })
  expect((await listMails(ours, query)).items.map(({ id }) => id)).toEqual(own)
})

describe('a list that is read page by page', () => {
  test.each(['subject', '-subject'] as const)(
    'by %s has each row once, in order, however many are alike',
    async (sort) => {
      const { actor } = await aTenant()
      const ids = await mailsOf(actor.tenantId)
      for (const limit of [1, 2, 5]) {
        const read = await readAll((given) => listMails(actor, MailQuery.parse({ ...given, sort, limit })))
        const up = ['Älpha', 'alphb', 'beta', 'beta', 'beta', 'gamma']
        expect(read.map(({ subject }) => subject)).toEqual(sort === 'subject' ? up : up.toReversed())
        expect(read.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
      }
    },
  )

  test.each(['subject', '-subject'] as const)(
    'by %s loses no row that was stored before its field was',
    async (sort) => {
      const { actor } = await aTenant()
      const ids = await mailsOf(actor.tenantId)
      const older = { _id: { $in: ids.slice(0, 3) as never[] } }
      await MailModel.collection.updateMany(older, { $unset: { folded: 1 } })
      const read = await readAll((given) => listMails(actor, MailQuery.parse({ ...given, sort, limit: 2 })))
      expect(read.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    },
  )

  test('by time is oldest first or newest first', async () => {
    const { actor } = await aTenant()
    const ids = await mailsOf(actor.tenantId)
    const read = (sort?: string) =>
      readAll((given) => listMails(actor, MailQuery.parse({ ...given, sort, limit: 2 })))
    expect((await read('created')).map(({ id }) => id)).toEqual(ids)
    expect((await read()).map(({ id }) => id)).toEqual(ids.toReversed())
  })
})

test('every order of every list is read from an index, from its first page and from a later one', async () => {
  const { actor } = await aTenant()
  const lists = [
    [MailQuery, 'mai', (query: never) => listMails(actor, query)],
    [FileQuery, 'fil', (query: never) => listFiles(actor, query)],
    [AuditQuery, 'aud', (query: never) => listAudit(actor, query)],
    [InvitationQuery, 'inv', (query: never) => listInvitations(actor, query)],
    [PlatformTenantQuery, 'ten', (query: never) => listAllTenants(query)],
  ] as const
  const rest = '_01h455vb4pex5vsknk084sn02q'
  const scanned: string[] = []
  for (const [query, prefix, list] of lists) {
    const sorts = query.shape.sort.unwrap().options
    expect(sorts.length).toBeGreaterThan(1)
    for (const sort of sorts) {
      const byTime = /^-?(created|at)$/.test(sort)
      const value = sort.endsWith('size') ? 5 : 'm'
      for (const cursor of [undefined, byTime ? prefix + rest : forged(sort, value, prefix + rest)]) {
        const plan = await planOf(() => list(query.parse({ sort, cursor }) as never))
        if (!plan.includes('"IXSCAN"') || plan.includes('"COLLSCAN"') || (!cursor && plan.includes('"SORT"')))
          scanned.push(`${prefix} ${sort} ${cursor ? 'later' : 'first'}: ${plan}`)
      }
    }
  }
  expect(scanned).toEqual([])
})

/** How MongoDB would reach what the first `find` of a call asks for. */
async function planOf(call: () => Promise<unknown>): Promise<string> {
  const found: { collection: string; filter: object; sort: Record<string, 1 | -1> }[] = []
  mongoose.set('debug', (collection: string, method: string, filter: object, options: { sort?: never }) => {
    if (method === 'find' && options?.sort) found.push({ collection, filter, sort: options.sort })
  })
  try {
    await call()
  } finally {
    mongoose.set('debug', false)
  }
  const [asked] = found
  if (!asked) throw new Error('the call asked for nothing')
  const { db } = mongoHandles()
  const { queryPlanner } = await db
    .collection(asked.collection)
    .find(asked.filter)
    .sort(asked.sort)
    .explain('queryPlanner')
  return JSON.stringify(queryPlanner.winningPlan)
}
