import type { Document } from 'mongodb'
import { beforeEach, describe, expect, test } from 'vitest'
import { ownMongo } from './server.ts'

const own = ownMongo()
const samples = () => own.db.collection<Document>('samples')

describe('explain', () => {
  const planOf = async (filter: Document, sort?: Document, hint?: Document) => {
    const options = { ...(sort && { sort }), ...(hint && { hint }) }
    return (await samples().find(filter, options).explain('queryPlanner')).queryPlanner.winningPlan
  }

  beforeEach(async () => {
    await samples().createIndex({ tenant: 1, at: -1 })
    await samples().insertMany(
      Array.from({ length: 50 }, (_, n) => ({ tenant: `t${n % 5}`, at: n, kind: n % 2 })),
    )
  })

  test('tells that an index serves equality, range and order at once', async () => {
    expect(await planOf({ tenant: 't1', at: { $gt: 5 } }, { at: -1 })).toMatchObject({
      stage: 'FETCH',
      inputStage: { stage: 'IXSCAN', indexName: 'tenant_1_at_-1', direction: 'forward' },
    })
    expect(await planOf({ tenant: 't1' }, { at: 1 })).toMatchObject({ inputStage: { direction: 'backward' } })
  })

  test('tells when documents must be sorted, or read all', async () => {
    expect(await planOf({ tenant: 't1' }, { kind: 1 })).toMatchObject({
      stage: 'SORT',
      inputStage: { stage: 'FETCH' },
    })
    expect(await planOf({ kind: 1 })).toMatchObject({ stage: 'COLLSCAN' })
  })

  test('tells the plan of an aggregate that asks for it itself, without a cursor', async () => {
    const pipeline = [{ $match: { tenant: 't1' } }, { $count: 'n' }]
    const plan = await own.db.command({ aggregate: 'samples', pipeline, explain: true })
    expect(plan).toMatchObject({ queryPlanner: { winningPlan: { inputStage: { stage: 'IXSCAN' } } } })
    expect(plan).not.toHaveProperty('executionStats')
  })

  test('counts what was looked at', async () => {
    const { executionStats } = await samples()
      .find({ tenant: 't1', at: { $lt: 20 } })
      .explain('executionStats')
    expect(executionStats).toMatchObject({ nReturned: 4, totalKeysExamined: 4, totalDocsExamined: 4 })
  })

  test('a hint is followed, and a wrong one refused', async () => {
    expect(await planOf({ tenant: 't1' }, undefined, { $natural: 1 })).toMatchObject({ stage: 'COLLSCAN' })
    expect(await planOf({ kind: 1 }, undefined, { tenant: 1, at: -1 })).toMatchObject({
      inputStage: { stage: 'IXSCAN' },
    })
    await expect(
      samples()
        .find({}, { hint: { nope: 1 } })
        .toArray(),
    ).rejects.toMatchObject({ code: 2 })
  })
})

test.each<[string, Document]>([
  ['find', { filter: { b: 1 } }],
  ['count', { query: { b: 1 } }],
  ['distinct', { key: 'a', query: { b: 1 } }],
  ['aggregate', { pipeline: [{ $match: { b: 1 } }], cursor: {} }],
  ['findAndModify', { query: { b: 1 }, remove: true }],
  ['update', { updates: [{ q: { b: 1 }, u: { $set: { c: 1 } } }] }],
  ['delete', { deletes: [{ q: { b: 1 }, limit: 1 }] }],
])('%s refuses a hint at no index, and follows one at any', async (name, fields) => {
  await samples().createIndex({ a: 1 })
  const list = { update: 'updates', delete: 'deletes' }[name]
  const hinted = (hint: unknown) =>
    list
      ? { [name]: 'samples', [list]: [{ ...fields[list][0], hint }] }
      : { [name]: 'samples', ...fields, hint }
  const refused = await own.db.command(hinted('b_1')).catch((error: unknown) => error)
  expect(list ? (refused as Document).writeErrors[0] : refused).toMatchObject({ code: 2 })
  for (const hint of ['a_1', { a: 1 }]) {
    const { queryPlanner } = await own.db.command({ explain: hinted(hint), verbosity: 'queryPlanner' })
    expect(queryPlanner.winningPlan.inputStage).toMatchObject({ stage: 'IXSCAN', indexName: 'a_1' })
  }
})

test('an alternative by two indexes reads neither twice nor all', async () => {
  await samples().createIndex({ a: 1 })
  await samples().createIndex({ b: 1 })
  await samples().insertMany(Array.from({ length: 50 }, (_, n) => ({ n, a: n % 10, b: n % 7 })))
  const either = { $or: [{ a: 3 }, { b: 3 }] }
  const plan = await samples().find(either).explain('executionStats')
  expect(plan.queryPlanner.winningPlan).toMatchObject({ inputStage: { stage: 'OR' } })
  const scanned = await samples()
    .find(either, { hint: { $natural: 1 } })
    .sort({ _id: 1 })
    .toArray()
  expect(await samples().find(either).sort({ _id: 1 }).toArray()).toEqual(scanned)
  expect(plan.executionStats).toMatchObject({ nReturned: scanned.length, totalDocsExamined: scanned.length })
})
