import { uploadsByDay } from '@insula/core/files'
import { FileModel, TenantModel } from '@insula/db'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { expect, test } from 'vitest'

onTheLocalCloud()

async function uploaded(tenantId: string, ...at: string[]) {
  const rows = at.map((createdAt, index) => ({
    _id: `fil_${tenantId.slice(4)}${index}`,
    tenantId,
    createdAt: new Date(createdAt),
  }))
  await FileModel.collection.insertMany(rows as never)
}
const counts = ({ days }: Awaited<ReturnType<typeof uploadsByDay>>) =>
  Object.fromEntries(days.map(({ day, uploads }) => [day, uploads]))

test('uploads of another tenant, and older ones, are not counted', async () => {
  const [{ actor }, { actor: other }] = [await aTenant(), await aTenant()]
  await uploaded(other.tenantId, '2026-11-21T09:00:00Z')
  await uploaded(actor.tenantId, '2026-11-18T23:59:59Z')
  const counted = await uploadsByDay(actor, 3, new Date('2026-11-21T10:00:00Z'))
  expect(counts(counted)).toEqual({ '2026-11-19': 0, '2026-11-20': 0, '2026-11-21': 0 })
})

test('a day is the tenant’s own, and there is no most', async () => {
  const { actor } = await aTenant()
  await TenantModel.updateOne({ _id: actor.tenantId }, { timeZone: 'Pacific/Auckland' })
  const evening = Array.from({ length: 150 }, () => '2026-11-20T12:30:00Z')
  await uploaded(actor.tenantId, '2026-11-20T10:30:00Z', ...evening)
  const counted = await uploadsByDay(actor, 2, new Date('2026-11-21T05:00:00Z'))
  expect(counts(counted)).toEqual({ '2026-11-20': 1, '2026-11-21': 150 })
})

test('the day on which the clock is put back is one day', async () => {
  const { actor } = await aTenant()
  await TenantModel.updateOne({ _id: actor.tenantId }, { timeZone: 'Europe/Berlin' })
  await uploaded(actor.tenantId, '2026-10-25T22:30:00Z')
  const { days } = await uploadsByDay(actor, 3, new Date('2026-10-26T22:59:00Z'))
  expect(days.map(({ day, uploads }) => `${day} ${uploads}`)).toEqual([
    '2026-10-24 0',
    '2026-10-25 1',
    '2026-10-26 0',
  ])
})
