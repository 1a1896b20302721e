import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import {
  connectDb,
  disconnectDb,
  ensureCollections,
  LeaseHeld,
  LeaseLost,
  MigrationsMissing,
  migrate,
  newId,
  requireMigrated,
} from '@insula/db'
import { leaveLease, takeLease } from '@insula/db/migrations/lease'
import { type Migration, renameCollection, rewriteRows } from '@insula/db/migrations/migration'
import { models } from '@insula/db/models'
import { type Older, storeAs0000, turnBackTo0000 } from '@insula/testing/older'
import mongoose from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

const name = '0001-billing-names'
const tenantId = newId('tenant')
const userId = newId('user')

const db = () => mongoose.connection.db ?? expect.unreachable('it is connected')
const rows = (collection: string) => db().collection(collection).find().sort({ _id: 1 }).toArray()
const collections = async () =>
  (await db().listCollections({}, { nameOnly: true }).toArray()).map((one) => one.name)
/** All that is stored, but for the notes of when it was migrated and by whom. */
const everything = async () => {
  const names = (await collections()).filter((one) => !/^(system\.|migration)/.test(one)).sort()
  return Promise.all(names.map(async (one) => [one, await rows(one)]))
}

beforeAll(() => connectDb())
afterAll(() => disconnectDb())

/** A database that the release before 0001 has left, with `count` invoices. */
async function olderDatabase(count = 5): Promise<Older> {
  await requireMigrated()
  await ensureCollections()
  await turnBackTo0000(db())
  return storeAs0000(db(), { tenantId, userId, count })
}

beforeEach(async () => {
  await db().dropDatabase()
})

describe('a process that starts', () => {
  test('on data of an older release is refused, and told what to type', async () => {
    await olderDatabase()
    const before = await everything()
    const refusal = await requireMigrated().catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(MigrationsMissing)
    expect(refusal).toMatchObject({ missing: [name] })
    expect(String(refusal)).toMatch(/node apps\/worker\/dist\/migrate\.js.*docker compose run --rm migrate/)
    expect(await everything()).toEqual(before)
  })

  test('on data of which half is migrated is refused', async () => {
    await olderDatabase()
    const stop = new AbortController()
    const note = (line: string) => line.includes('billing_quotas') && stop.abort()
    await expect(migrate({ note, signal: stop.signal })).rejects.toThrow(/abort/)
    await expect(requireMigrated()).rejects.toThrow(MigrationsMissing)
  })

  test('on a database that holds nothing finds nothing to migrate, however many start at once', async () => {
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        await requireMigrated()
        await ensureCollections()
      }),
    )
    expect(await rows('migrations')).toMatchObject([{ _id: name, finishedAt: expect.any(Date) }])
    await expect(requireMigrated()).resolves.toBeUndefined()
    expect(await migrate()).toEqual([])
  })

  test('on data of a newer release is not refused', async () => {
    await requireMigrated()
    await ensureCollections()
    await db().collection<{ _id: string }>('migrations').insertOne({ _id: '9999-of-tomorrow' })
    await expect(requireMigrated()).resolves.toBeUndefined()
  })
})

/** What is stored after 0001, whoever brought it there and however often they died. */
async function expectMigrated(older: Older): Promise<void> {
  const ids = older.invoiceIds.map((id) => id.replace('ivc_', 'bin_'))
  expect((await rows('billing_invoices')).map(({ _id }) => String(_id))).toEqual(ids.toSorted())
  expect(await rows('audit_entries')).toMatchObject(
    ids.map((id) => ({ action: 'billing-invoice.payment-failed', target: { kind: 'billing-invoice', id } })),
  )
  expect((await rows('events')).map(({ type, payload }) => [type, payload])).toEqual(
    ids.map((id) => ['billing-invoice.payment-failed', { billingInvoiceId: id, attempt: 1 }]),
  )
  expect((await rows('mails')).map(({ dedupeKey }) => dedupeKey)).toEqual(
    ids.map((id) => `payment-failed:${id}:1:${userId}`),
  )
  const names = await collections()
  for (const former of [
    'invoices',
    'quotas',
    'subscriptions',
    'checkouts',
    'stripe_events',
    'stripe_reads',
  ]) {
    expect(names).not.toContain(former)
    expect(names).toContain(`billing_${former}`)
  }
  // Nothing of what was stored is left with a former name or id, wherever it stands.
  expect(JSON.stringify(await everything())).not.toMatch(/ivc_|"invoice\.|"kind":"invoice"|"invoiceId"/)
}

describe('0001', () => {
  test('renames what is stored, and changes nothing else of it', async () => {
    const older = await olderDatabase()
    const before = await rows('invoices')
    expect(await migrate()).toEqual([name])
    await expectMigrated(older)
    const after = await rows('billing_invoices')
    const rest = (list: { _id: unknown }[]) => list.map(({ _id, ...fields }) => fields)
    expect(rest(after)).toEqual(rest(before))
    await expect(requireMigrated()).resolves.toBeUndefined()
  })

  test('keeps the unique indexes, so that no invoice comes twice', async () => {
    await olderDatabase()
    await migrate()
    await ensureCollections()
    const [first] = await rows('billing_invoices')
    const twin = { ...first, _id: newId('billingInvoice') as never }
    await expect(db().collection('billing_invoices').insertOne(twin)).rejects.toMatchObject({ code: 11000 })
    for (const model of models()) {
      const { toCreate, toDrop } = await model.diffIndexes()
      expect([model.modelName, toCreate, toDrop]).toEqual([model.modelName, [], []])
    }
  })

  test('leaves words of others that look alike', async () => {
    await olderDatabase(1)
    const entry = {
      tenantId,
      action: 'file.renamed',
      target: { kind: 'file', id: 'ivc_1', name: 'invoice.paid' },
    }
    const mail = { tenantId, dedupeKey: 'invitation:ivc_1', subject: 'invoice.paid' }
    await db()
      .collection('audit_entries')
      .insertOne({ ...entry })
    await db()
      .collection('mails')
      .insertOne({ ...mail })
    await db().collection('stripe_events').insertOne({ type: 'invoice.paid', objectId: 'in_1' })
    await migrate()
    expect(await db().collection('audit_entries').findOne({ action: 'file.renamed' })).toMatchObject(entry)
    expect(await db().collection('mails').findOne({ subject: 'invoice.paid' })).toMatchObject(mail)
    expect(await rows('billing_stripe_events')).toMatchObject([{ type: 'invoice.paid', objectId: 'in_1' }])
  })

  test('a second run changes nothing', async () => {
    await olderDatabase()
    await migrate()
    const [before, notes] = [await everything(), await rows('migrations')]
    expect(await migrate()).toEqual([])
    expect(await everything()).toEqual(before)
    expect(await rows('migrations')).toEqual(notes)
  })

  test('that runs on what it has done already, as after notes were lost, changes nothing', async () => {
    await olderDatabase()
    await migrate()
    const before = await everything()
    await db().collection('migrations').drop()
    expect(await migrate()).toEqual([name])
    expect(await everything()).toEqual(before)
  })

  test('takes the place of empty collections that a process has made too early, and of none that hold rows', async () => {
    const older = await olderDatabase()
    await ensureCollections()
    expect(await migrate()).toEqual([name])
    await expectMigrated(older)

    await turnBackTo0000(db())
    await db().collection('billing_quotas').insertOne({ tenantId, key: 'seats', used: 1 })
    await db().collection('quotas').insertOne({ tenantId, key: 'seats', used: 2 })
    await expect(migrate()).rejects.toThrow(/Both quotas and billing_quotas hold documents/)
    expect(await rows('quotas')).toMatchObject([{ used: 2 }])
    expect(await rows('billing_quotas')).toMatchObject([{ used: 1 }])
  })
})

/** Migrates in a process of its own, which is killed as soon as it has said `lines` lines. Returns whether it was. */
async function migrateAndDie(lines: number): Promise<boolean> {
  const script = fileURLToPath(new URL('migrating-child.ts', import.meta.url))
  const child = spawn(process.execPath, [script], { env: process.env, stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  let said = 0
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith(name)) said += 1
    if (said >= lines) child.kill('SIGKILL')
  }
  const [, signal] = await gone
  return signal === 'SIGKILL'
}

test('killed again and again after each batch, the next goes on, and all comes out as if nobody had died', async () => {
  const older = await olderDatabase(5)
  const isMigrated = () =>
    requireMigrated().then(
      () => true,
      (error: unknown) => {
        expect(error).toBeInstanceOf(MigrationsMissing)
        return false
      },
    )
  let deaths = 0
  // It begins and dies after its first batch; the next goes on with the second and dies; and so on.
  while (!(await isMigrated())) {
    const died = await migrateAndDie(2)
    if (died) deaths += 1
    if (deaths > 40) expect.unreachable('it does not come further')
  }
  // Seven collections, and four kinds of rows in batches of two; a kill may come a batch late.
  expect(deaths).toBeGreaterThan(5)
  await expectMigrated(older)
}, 120_000)

describe('of two at once', () => {
  test('one works, and the other waits and finds all done', async () => {
    const older = await olderDatabase(20)
    const notes: string[] = []
    const runs = [1, 2, 3].map(() => migrate({ batch: 2, leaseMs: 2_000, note: (line) => notes.push(line) }))
    expect((await Promise.all(runs)).flat()).toEqual([name])
    expect(notes.filter((line) => line.endsWith(': begins'))).toHaveLength(1)
    await expectMigrated(older)
  })

  test('one that has waited for long enough says who holds it, and changes nothing', async () => {
    await olderDatabase()
    const before = await everything()
    expect(await takeLease(db(), 'somebody on another machine', 60_000)).toBeNull()
    const notes: string[] = []
    const refused = migrate({ waitMs: 0, note: (line) => notes.push(line) })
    await expect(refused).rejects.toThrow(LeaseHeld)
    await expect(refused).rejects.toThrow(/somebody on another machine/)
    expect(await everything()).toEqual(before)
  })

  test('a lease that is over is anybody’s; one that is not is its holder’s alone', async () => {
    expect(await takeLease(db(), 'one', 60_000)).toBeNull()
    expect(await takeLease(db(), 'one', 60_000)).toBeNull()
    expect(await takeLease(db(), 'two', 60_000)).toBe('one')
    await leaveLease(db(), 'two')
    expect(await takeLease(db(), 'two', 60_000)).toBe('one')
    expect(await takeLease(db(), 'one', 0)).toBeNull()
    expect(await takeLease(db(), 'two', 60_000)).toBeNull()
    expect(await takeLease(db(), 'one', 60_000)).toBe('two')
  })

  test('one that was silent for too long commits nothing any more of what it had begun', async () => {
    await db().collection<{ _id: string; n: number }>('samples').insertOne({ _id: 'a', n: 1 })
    const reached = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const slow = (wait: boolean): readonly Migration[] => [
      {
        name: '0000-slow',
        steps: [
          {
            name: 'rows of samples',
            async batch(database, place) {
              const added = rewriteRows('samples', {}, (row) => ({ ...row, n: row.n + 1 }))
              const after = 'batch' in added ? await added.batch(database, place) : null
              if (wait) {
                reached.resolve()
                await goOn.promise
              }
              return after
            },
          },
        ],
      },
    ]
    const silent = migrate({ all: slow(true) })
    const ended = expect(silent).rejects.toThrow(LeaseLost)
    await reached.promise
    // As if its lease had run out: another has taken over by its note, and not come to the rows.
    await db()
      .collection<{ _id: string }>('migrations')
      .updateOne({ _id: '0000-slow' }, { $set: { owner: 'another' } })
    goOn.resolve()
    await ended
    expect(await rows('samples')).toEqual([{ _id: 'a', n: 1 }])
    expect(await migrate({ all: slow(false) })).toEqual(['0000-slow'])
    expect(await rows('samples')).toEqual([{ _id: 'a', n: 2 }])
  })
})

test('what somebody who died had under way is ended by the next, and keeps nobody waiting', async () => {
  const older = await olderDatabase(3)
  const dead = mongoose.connection.getClient().startSession()
  dead.startTransaction()
  const [id] = older.mailIds
  await db()
    .collection<{ _id: string }>('mails')
    .updateOne({ _id: id ?? '' }, { $set: { subject: 'never committed' } }, { session: dead })
  const note = { owner: 'the dead', session: dead.id, step: 0, after: null, finishedAt: null }
  await db()
    .collection<{ _id: string }>('migrations')
    .insertOne({ _id: name, ...note })
  expect(await migrate({ waitMs: 0 })).toEqual([name])
  await expectMigrated(older)
  expect(await db().collection('mails').countDocuments({ subject: 'never committed' })).toBe(0)
  await expect(dead.commitTransaction()).rejects.toMatchObject({ codeName: 'NoSuchTransaction' })
  await dead.endSession()
}, 20_000)

test('one that is asked to stop stops after its batch, leaves the lease, and the next goes on from there', async () => {
  const older = await olderDatabase(6)
  const stop = new AbortController()
  const note = (line: string) => {
    if (line.includes('up to')) stop.abort()
  }
  await expect(migrate({ batch: 2, note, signal: stop.signal })).rejects.toThrow(/abort/)
  expect(await rows('migration_leases')).toEqual([])
  const half = (await rows('billing_invoices')).map(({ _id }) => String(_id).slice(0, 4))
  expect(half.toSorted()).toEqual(['bin_', 'bin_', 'ivc_', 'ivc_', 'ivc_', 'ivc_'])
  expect(await migrate({ batch: 2, waitMs: 0 })).toEqual([name])
  await expectMigrated(older)
})

test('a migration that fails is not noted as done, and says why', async () => {
  await db().collection<{ _id: string }>('one').insertOne({ _id: 'a' })
  await db().collection<{ _id: string }>('two').insertOne({ _id: 'b' })
  const all = [{ name: '0000-clash', steps: [renameCollection('one', 'two')] }]
  await expect(migrate({ all })).rejects.toThrow(/Both one and two hold documents/)
  expect(await rows('migrations')).toMatchObject([{ _id: '0000-clash', step: 0, finishedAt: null }])
  await db().collection('two').deleteMany({})
  expect(await migrate({ all })).toEqual(['0000-clash'])
  expect(await rows('two')).toEqual([{ _id: 'a' }])
})
