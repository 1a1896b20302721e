import { acrossTenants, FounderModel, newId, QuotaModel, transaction } from '@insula/db'
import { onTheLocalCloud } from '@insula/testing'
import { beforeEach, expect, test } from 'vitest'

onTheLocalCloud()

const tenantId = newId('tenant')
const many = 60

beforeEach(async () => {
  await acrossTenants(QuotaModel.deleteMany({}), 'each test begins with one row')
  await QuotaModel.insertMany([{ tenantId, key: 'seats', used: 0 }])
})

const used = async () => (await QuotaModel.findOne({ tenantId, key: 'seats' }).lean())?.used

test('of many who change one row at once, each who comes too late runs once more, in turn', async () => {
  let runs = 0
  const change = () =>
    transaction(async () => {
      runs += 1
      await QuotaModel.updateOne({ tenantId, key: 'seats' }, { $inc: { used: 1 } })
      // Something beside the row that all want, so that a conflict costs what it costs in earnest.
      await FounderModel.create([{ _id: newId('user'), founded: 1 }])
    })

  await Promise.all(Array.from({ length: many }, change))

  expect(await used()).toBe(many)
  expect(runs).toBeLessThanOrEqual(2 * many)
})

test('one that fails in its turn keeps nobody waiting', async () => {
  let runs = 0
  const change = (index: number) =>
    transaction(async () => {
      runs += 1
      await QuotaModel.updateOne({ tenantId, key: 'seats' }, { $inc: { used: 1 } })
      if (index % 2 === 1 && runs > many) throw new Error('given up')
    })

  const outcomes = await Promise.allSettled(Array.from({ length: many }, (_, index) => change(index)))

  const failed = outcomes.filter(({ status }) => status === 'rejected')
  expect(failed.length).toBeGreaterThan(0)
  expect(await used()).toBe(many - failed.length)
})
