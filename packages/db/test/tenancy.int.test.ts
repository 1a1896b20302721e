import {
  ApiKeyModel,
  AuditEntryModel,
  acrossTenants,
  EventModel,
  MemberModel,
  newId,
  QuotaModel,
  TenancyError,
} from '@insula/db'
import { onTheLocalCloud } from '@insula/testing'
import mongoose, { type PipelineStage } from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

let sent: string[] = []
// Before anything else connects: only a client that was told to from the start tells of its commands.
beforeAll(async () => {
  await mongoose.connect(process.env.MONGODB_URI ?? '', { monitorCommands: true })
  mongoose.connection.getClient().on('commandStarted', ({ commandName, command }) => {
    if (!['ping', 'hello', 'endSessions'].includes(commandName)) {
      sent.push(`${commandName} ${command[commandName]}`)
    }
  })
})
onTheLocalCloud()
afterAll(() => mongoose.connection.getClient().removeAllListeners('commandStarted'))

const ours = newId('tenant')
const theirs = newId('tenant')
const aRow = (tenantId: string) => ({ tenantId, key: 'seats' as const, used: 3 })
const theirRow = () => QuotaModel.findOne({ tenantId: theirs }).lean()

beforeEach(async () => {
  await acrossTenants(QuotaModel.deleteMany({}), 'each test begins with the same two rows')
  await QuotaModel.insertMany([aRow(ours), aRow(theirs)])
  sent = []
})

// What the compiler would refuse is tried all the same: a filter is often put together from what came in.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Loose = any
const Quota = QuotaModel as Loose
const change = { $set: { used: 9 } }
const replacement = { tenantId: ours, key: 'seats', used: 9 }

const verbs: Record<string, (filter: Loose, options?: Loose) => Promise<unknown>> = {
  find: (filter, options) => Quota.find(filter, null, options),
  'find, as a cursor': async (filter, options) => {
    for await (const _ of Quota.find(filter, null, options).cursor()) expect.unreachable('it read a row')
  },
  'find, explained': (filter, options) => Quota.find(filter, null, options).explain(),
  findOne: (filter, options) => Quota.findOne(filter, null, options),
  exists: (filter, options) => Quota.exists(filter, options),
  countDocuments: (filter, options) => Quota.countDocuments(filter, options),
  distinct: (filter, options) => Quota.distinct('used', filter, options),
  updateOne: (filter, options) => Quota.updateOne(filter, change, options),
  updateMany: (filter, options) => Quota.updateMany(filter, change, options),
  replaceOne: (filter, options) => Quota.replaceOne(filter, replacement, options),
  deleteOne: (filter, options) => Quota.deleteOne(filter, options),
  deleteMany: (filter, options) => Quota.deleteMany(filter, options),
  findOneAndUpdate: (filter, options) => Quota.findOneAndUpdate(filter, change, options),
  findOneAndReplace: (filter, options) => Quota.findOneAndReplace(filter, replacement, options),
  findOneAndDelete: (filter, options) => Quota.findOneAndDelete(filter, options),
  aggregate: (filter, options) => Quota.aggregate([{ $match: filter }], options),
  'aggregate, as a cursor': async (filter, options) => {
    for await (const _ of Quota.aggregate([{ $match: filter }], options).cursor()) {
      expect.unreachable('it read a row')
    }
  },
}

const unnamed: Record<string, Loose> = {
  'is missing': {},
  'is undefined': { tenantId: undefined },
  'is null': { tenantId: null },
  'is the empty text': { tenantId: '' },
  'is no tenant’s id': { tenantId: 'usr_01h455vb4pex5vsknk084sn02q' },
  'is a list': { tenantId: [ours] },
  'is a number': { tenantId: 1 },
  'is any': { tenantId: { $exists: true } },
  'is one of some': { tenantId: { $in: [ours, theirs] } },
  'is not another': { tenantId: { $ne: theirs } },
  'is a pattern': { tenantId: /^ten_/ },
  'is one side of an or': { $or: [{ tenantId: ours }, { used: 3 }] },
  'is denied by a nor': { $nor: [{ tenantId: theirs }] },
}

describe.each(Object.entries(verbs))('%s', (_verb, run) => {
  test.each(Object.entries(unnamed))(
    'is refused before it is sent where the tenant %s',
    async (_how, filter) => {
      await expect(run(filter)).rejects.toThrow(TenancyError)
      await expect(run(filter, { middleware: false })).rejects.toThrow(TenancyError)
      expect(sent).toEqual([])
    },
  )
})

describe('what takes no filter, or hides it', () => {
  const row = () => ({ ...aRow(newId('tenant')), tenantId: undefined })
  const hidden: [string, () => unknown][] = [
    ['findById', () => Quota.findById('x')],
    ['findByIdAndUpdate', () => Quota.findByIdAndUpdate('x', change)],
    ['findByIdAndDelete', () => Quota.findByIdAndDelete('x')],
    ['estimatedDocumentCount', () => Quota.estimatedDocumentCount()],
    ['watch', async () => Quota.watch().next()],
    ['bulkWrite', () => Quota.bulkWrite([{ deleteMany: { filter: { tenantId: ours } } }])],
    [
      'bulkWrite without hooks',
      () => Quota.bulkWrite([{ insertOne: { document: aRow(ours) } }], { middleware: false }),
    ],
    ['bulkSave', () => Quota.bulkSave([new Quota(aRow(newId('tenant')))])],
    ['insertMany without a tenant', () => Quota.insertMany([aRow(newId('tenant')), row()])],
    ['insertMany without checks', () => Quota.insertMany([row()], { middleware: false, lean: true })],
    ['create without checks', () => Quota.create([row()], { validateBeforeSave: false })],
    ['save without checks', () => new Quota(row()).save({ validateBeforeSave: false, middleware: false })],
    ['an aggregation without stages', () => Quota.aggregate([])],
    [
      'an aggregation that matches later',
      () => Quota.aggregate([{ $sort: { _id: 1 } }, { $match: { tenantId: ours } }]),
    ],
    ['an aggregation over the plan of its words', () => Quota.aggregate([{ $collStats: { count: {} } }])],
  ]
  test.each(hidden)('%s is refused before it is sent', async (_what, run) => {
    await expect((async () => run())()).rejects.toThrow(TenancyError)
    expect(sent).toEqual([])
  })
})

describe('an aggregation that names its tenant', () => {
  const match: PipelineStage = { $match: { tenantId: ours } }
  const elsewhere: [string, Loose][] = [
    ['$lookup', { $lookup: { from: 'billing_quotas', localField: 'key', foreignField: 'key', as: 'all' } }],
    ['$lookup with a pipeline', { $lookup: { from: 'billing_quotas', pipeline: [], as: 'all' } }],
    [
      '$graphLookup',
      {
        $graphLookup: {
          from: 'billing_quotas',
          startWith: '$key',
          connectFromField: 'key',
          connectToField: 'key',
          as: 'all',
        },
      },
    ],
    ['$unionWith', { $unionWith: 'billing_quotas' }],
    ['$unionWith inside a $facet', { $facet: { all: [{ $unionWith: { coll: 'billing_quotas' } }] } }],
    [
      '$lookup inside a $lookup',
      {
        $facet: { a: [{ $facet: { b: [{ $lookup: { from: 'billing_quotas', pipeline: [], as: 'c' } }] } }] },
      },
    ],
    ['$out', { $out: 'elsewhere' }],
    ['$merge', { $merge: 'billing_quotas' }],
  ]
  test.each(elsewhere)('is refused where it reaches beyond by %s', async (_stage, stage) => {
    await expect(Quota.aggregate([match, stage])).rejects.toThrow(TenancyError)
    expect(sent).toEqual([])
  })

  test.each(elsewhere)('also in a collection that no guard stands before, by %s', async (_stage, stage) => {
    await expect(EventModel.aggregate([{ $match: {} }, stage])).rejects.toThrow(TenancyError)
    expect(sent).toEqual([])
  })

  test('reads its own rows', async () => {
    expect(await Quota.aggregate([match, { $group: { _id: null, used: { $sum: '$used' } } }])).toEqual([
      { _id: null, used: 3 },
    ])
  })
})

describe('a change cannot hand a row to another tenant', () => {
  const mine = { tenantId: ours }
  const ways: [string, () => unknown][] = [
    ['$set', () => Quota.updateOne(mine, { $set: { tenantId: theirs } }, { overwriteImmutable: true })],
    ['no operator', () => Quota.updateOne(mine, { tenantId: theirs }, { overwriteImmutable: true })],
    [
      '$setOnInsert',
      () => Quota.updateOne({ ...mine, used: 77 }, { $setOnInsert: { tenantId: theirs } }, { upsert: true }),
    ],
    ['$unset', () => Quota.updateMany(mine, { $unset: { tenantId: ours } }, { strict: false })],
    ['$rename', () => Quota.updateMany(mine, { $rename: { key: 'tenantId' } }, { strict: false })],
    ['a pipeline', () => Quota.updateOne(mine, [{ $set: { tenantId: theirs } }], { updatePipeline: true })],
    [
      'a pipeline that replaces',
      () => Quota.updateOne(mine, [{ $replaceWith: { tenantId: theirs } }], { updatePipeline: true }),
    ],
    [
      'a pipeline that removes',
      () => Quota.updateOne(mine, [{ $unset: ['tenantId'] }], { updatePipeline: true }),
    ],
    [
      'findOneAndUpdate',
      () => Quota.findOneAndUpdate(mine, { $set: { tenantId: theirs } }, { overwriteImmutable: true }),
    ],
    ['replaceOne', () => Quota.replaceOne(mine, { ...replacement, tenantId: theirs })],
    ['replaceOne without a tenant', () => Quota.replaceOne(mine, { key: 'seats', used: 1 })],
    [
      'an upsert by replaceOne',
      () => Quota.replaceOne({ ...mine, used: 77 }, { ...replacement, tenantId: theirs }, { upsert: true }),
    ],
    ['findOneAndReplace', () => Quota.findOneAndReplace(mine, { ...replacement, tenantId: theirs })],
    [
      'a change that crosses tenants',
      () =>
        acrossTenants(
          Quota.updateMany({ used: 3 }, { $set: { tenantId: theirs } }, { overwriteImmutable: true }),
          'a test',
        ),
    ],
  ]
  test.each(ways)('by %s', async (_way, run) => {
    await expect((async () => run())()).rejects.toThrow(/tenant/i)
    expect(sent).toEqual([])
    expect(await acrossTenants(Quota.countDocuments({ tenantId: theirs }), 'a test counts')).toBe(1)
  })

  test('by saving a document that says whose it is wrongly', async () => {
    const row = await theirRow()
    const stolen = QuotaModel.hydrate({ ...row, tenantId: ours })
    stolen.used = 1_000
    await expect(stolen.save()).rejects.toThrow(mongoose.Error.DocumentNotFoundError)
    expect((await theirRow())?.used).toBe(3)
  })

  test('by a document’s own deleteOne and updateOne', async () => {
    const row = await theirRow()
    const stolen = QuotaModel.hydrate({ ...row, tenantId: ours }) as Loose
    await stolen.deleteOne().catch(() => {})
    await stolen.updateOne({ used: 1_000 }).catch(() => {})
    expect((await theirRow())?.used).toBe(3)
  })
})

describe('what names its tenant goes through, and touches its own rows alone', () => {
  test.each(['updateOne', 'updateMany', 'findOneAndUpdate', 'replaceOne', 'findOneAndReplace'])(
    '%s',
    async (verb) => {
      await verbs[verb]?.({ tenantId: ours })
      expect((await QuotaModel.findOne({ tenantId: ours }).lean())?.used).toBe(9)
      expect((await theirRow())?.used).toBe(3)
    },
  )

  test.each(['deleteOne', 'deleteMany', 'findOneAndDelete'])('%s', async (verb) => {
    await verbs[verb]?.({ tenantId: ours })
    expect(await QuotaModel.countDocuments({ tenantId: ours })).toBe(0)
    expect(await theirRow()).toMatchObject({ used: 3 })
  })

  test('a condition beside the tenant narrows it, whatever it says', async () => {
    const either = { tenantId: ours, $or: [{ tenantId: theirs }, { used: 3 }] }
    expect(await QuotaModel.find(either).lean()).toMatchObject([{ tenantId: ours }])
  })

  test('a document that was read is saved and deleted in its own tenant', async () => {
    const doc = await QuotaModel.findOne({ tenantId: ours })
    if (!doc) return expect.unreachable('the row is there')
    doc.used = 4
    await doc.save()
    expect((await QuotaModel.findOne({ tenantId: ours }).lean())?.used).toBe(4)
  })
})

describe('acrossTenants', () => {
  test('lets the one query it is given pass, and no other', async () => {
    expect(await acrossTenants(QuotaModel.find({}), 'a test').lean()).toHaveLength(2)
    await expect(QuotaModel.find({})).rejects.toThrow(TenancyError)
  })

  test('lets an aggregation pass', async () => {
    const counted = QuotaModel.aggregate([{ $group: { _id: null, count: { $sum: 1 } } }])
    expect(await acrossTenants(counted, 'a test')).toEqual([{ _id: null, count: 2 }])
  })
})

test('what is filed under no tenant may be written so, where the collection knows such rows', async () => {
  const entry = { tenantId: null, action: 'user.signed-in', actor: {}, target: {}, at: new Date() } as const
  await AuditEntryModel.create(entry)
  await expect(
    MemberModel.create({ tenantId: null as Loose, userId: 'usr_1', role: 'owner' }),
  ).rejects.toThrow(/tenantId/)
})

test('the guard stands before every collection whose rows carry a tenant, save the outbox', () => {
  const carrying = Object.values(mongoose.models).filter((model) => model.schema.path('tenantId'))
  const open = carrying.filter((model) => !model.schema.statics.watch).map((model) => model.modelName)
  expect(open).toEqual(['Event'])
  expect(carrying.map((model) => model.modelName)).toContain(ApiKeyModel.modelName)
})
