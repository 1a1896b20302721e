import { createApiKey } from '@insula/core/access'
import { shutDown, startUp } from '@insula/core/wiring/start-up'
import { connectDb, MailModel, MigrationsMissing, migrate, mongoHandles } from '@insula/db'
import { aTenant } from '@insula/testing'
import { type Older, storeAs0000, turnBackTo0000 } from '@insula/testing/older'
import { tellOf } from '@insula/testing/telling'
import mongoose from 'mongoose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { request } from './http.ts'

let ours: Awaited<ReturnType<typeof aTenant>>
let other: Awaited<ReturnType<typeof aTenant>>
let older: Older
let key: string
let overviewBefore: unknown

const get = async (path: string, as: { key?: string; cookie?: string } = { key }) => {
  const response = await request(`/api/v1${path}`, as)
  return { status: response.status, body: await response.json() }
}

/** Two tenants in a database that the release before 0001 has left, and that was migrated since. */
beforeAll(async () => {
  await startUp()
  ours = await aTenant({ planId: 'pro' })
  other = await aTenant()
  const made = await createApiKey(ours.actor, {
    name: 'reader',
    scopes: ['billing:read', 'audit:read'],
    expiresInDays: null,
  })
  key = made.secret
  overviewBefore = (await get('/billing')).body
  const db = mongoose.connection.db ?? expect.unreachable('it is connected')
  await turnBackTo0000(db)
  older = await storeAs0000(db, { tenantId: ours.tenant.id, userId: ours.owner.user.id, count: 5 })
  await shutDown()

  await expect(startUp()).rejects.toThrow(MigrationsMissing)
  await connectDb()
  expect(await migrate({ batch: 2 })).toEqual(['0001-billing-names'])
  await startUp()
})
afterAll(() => shutDown())

const migratedIds = () => older.invoiceIds.map((id) => id.replace('ivc_', 'bin_')).toReversed()

test('invoices of before are listed under their new ids, page after page', async () => {
  const ids: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { status, body } = await get(`/billing/invoices?limit=2${cursor && `&cursor=${cursor}`}`)
    expect(status).toBe(200)
    ids.push(...body.items.map(({ id }: { id: string }) => id))
    cursor = body.nextCursor
  }
  expect(ids).toEqual(migratedIds())
})

test('a former id is the place of nothing in a list, as any that is none', async () => {
  expect(await get(`/billing/invoices?cursor=${older.invoiceIds[0]}`)).toMatchObject({
    status: 400,
    body: { code: 'invalid' },
  })
})

test('invoices of another tenant are not among them', async () => {
  const theirs = await createApiKey(other.actor, {
    name: 'reader',
    scopes: ['billing:read'],
    expiresInDays: null,
  })
  expect(await get('/billing/invoices', { key: theirs.secret })).toMatchObject({
    status: 200,
    body: { items: [] },
  })
})

test('what is used of the plan is what it was', async () => {
  expect((await get('/billing')).body).toEqual(overviewBefore)
})

test('the log finds what was done to an invoice, by the action and by the invoice', async () => {
  const [newest] = migratedIds()
  const byAction = await get('/audit?action=billing-invoice.payment-failed')
  expect(byAction.body.items).toHaveLength(5)
  const byTarget = await get(`/audit?targetId=${newest}`)
  expect(byTarget.body.items).toMatchObject([
    { action: 'billing-invoice.payment-failed', target: { kind: 'billing-invoice', id: newest } },
  ])
})

test('an event that was not told yet is told now, and who had its mail gets none again', async () => {
  const { tenantId } = older
  const before = await MailModel.countDocuments({ tenantId })
  for (const eventId of older.eventIds) await tellOf(eventId)
  expect(await MailModel.countDocuments({ tenantId })).toBe(before)
  const events = mongoHandles().db.collection('events')
  expect(await events.countDocuments({ tenantId, type: /payment-failed/, dispatchedAt: null })).toBe(0)

  // Somebody who had not been told is: the invoice is found by the event's id.
  await MailModel.deleteOne({ tenantId, _id: older.mailIds[0] })
  await events.updateOne({ _id: older.eventIds[0] as never }, { $set: { dispatchedAt: null, reached: [] } })
  await tellOf(older.eventIds[0] ?? '')
  expect(
    await MailModel.find({ tenantId }, { dedupeKey: 1, variables: 1 }).sort({ _id: -1 }).limit(1),
  ).toMatchObject([
    {
      dedupeKey: `payment-failed:${migratedIds().at(-1)}:1:${ours.owner.user.id}`,
      variables: { number: 'INS-0001', payUrl: 'https://invoice.example.test/0' },
    },
  ])
})
