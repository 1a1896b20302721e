import { randomUUID } from 'node:crypto'
import { Binary, Long } from 'mongodb'
import { beforeEach, describe, expect, test } from 'vitest'
import { RawMongo } from './raw.ts'
import { ownSamples } from './server.ts'

const { own, samples } = ownSamples()

describe('the end of a transaction', () => {
  let raw: RawMongo
  const lsid = () => ({
    id: new Binary(Buffer.from(randomUUID().replaceAll('-', ''), 'hex'), Binary.SUBTYPE_UUID),
  })

  beforeEach(async () => {
    raw = await RawMongo.dial(own.server.port)
    return () => raw.close()
  })

  /** One session's statements, as they are or in a transaction. */
  function sessionOf() {
    const id = lsid()
    const own = (number: number) => ({ lsid: id, txnNumber: Long.fromNumber(number) })
    return {
      start: (number: number, command: object) =>
        raw.run({ ...command, $db: 'test', ...own(number), autocommit: false, startTransaction: true }),
      go: (number: number, command: object) =>
        raw.run({ ...command, $db: 'test', ...own(number), autocommit: false }),
      end: (number: number, command: object) =>
        raw.run({ ...command, $db: 'admin', ...own(number), autocommit: false }),
      plain: (number: number, command: object) => raw.run({ ...command, $db: 'test', ...own(number) }),
    }
  }
  const insert = (_id: number) => ({ insert: 'samples', documents: [{ _id }] })

  test('committing twice is one commit, and nothing else may follow', async () => {
    const session = sessionOf()
    expect(await session.start(1, insert(1))).toMatchObject({ ok: 1, n: 1 })
    expect(await session.end(1, { commitTransaction: 1 })).toMatchObject({ ok: 1 })
    expect(await session.end(1, { commitTransaction: 1 })).toMatchObject({ ok: 1 })
    expect(await session.go(1, { find: 'samples' })).toMatchObject({
      ok: 0,
      code: 256,
      codeName: 'TransactionCommitted',
    })
    expect(await session.end(1, { abortTransaction: 1 })).toMatchObject({ ok: 0, code: 256 })
    expect(await samples().countDocuments()).toBe(3)
  })

  test('what was aborted is gone, and cannot be committed', async () => {
    const session = sessionOf()
    await session.start(1, insert(1))
    expect(await session.end(1, { abortTransaction: 1 })).toMatchObject({ ok: 1 })
    expect(await session.end(1, { commitTransaction: 1 })).toMatchObject({
      ok: 0,
      code: 251,
      errorLabels: ['TransientTransactionError'],
    })
    expect(await session.end(1, { abortTransaction: 1 })).toMatchObject({ ok: 0, code: 251 })
    expect(await samples().countDocuments()).toBe(2)
  })

  test('a failed statement ends its transaction', async () => {
    const session = sessionOf()
    await session.start(1, insert(1))
    expect(await session.go(1, insert(1))).toMatchObject({ writeErrors: [{ code: 11000 }] })
    expect(await session.end(1, { commitTransaction: 1 })).toMatchObject({ ok: 0, code: 251 })
    expect(await samples().countDocuments()).toBe(2)
  })

  test('a newer transaction ends the one before it, and an older number is refused', async () => {
    const session = sessionOf()
    await session.start(1, insert(1))
    expect(await session.start(2, insert(2))).toMatchObject({ ok: 1 })
    expect(await session.go(1, insert(3))).toMatchObject({ ok: 0, code: 225, codeName: 'TransactionTooOld' })
    expect(await session.end(2, { commitTransaction: 1 })).toMatchObject({ ok: 1 })
    expect(await samples().distinct('_id')).toEqual(['a', 'b', 2])
  })

  test('a statement of a transaction that never began is refused', async () => {
    expect(await sessionOf().go(1, { find: 'samples' })).toMatchObject({
      ok: 0,
      code: 251,
      errorLabels: ['TransientTransactionError'],
    })
  })

  test.each([{ count: 'samples' }, { drop: 'samples' }, { listCollections: 1 }])(
    '%o may not run inside',
    async (command) => {
      expect(await sessionOf().start(1, command)).toMatchObject({
        ok: 0,
        code: 263,
        codeName: 'OperationNotSupportedInTransaction',
      })
    },
  )

  test('only the first statement may choose a read concern, and none a write concern', async () => {
    const session = sessionOf()
    await session.start(1, { find: 'samples', readConcern: { level: 'snapshot' } })
    expect(await session.go(1, { find: 'samples', readConcern: { level: 'snapshot' } })).toMatchObject({
      code: 72,
    })
    expect(await sessionOf().start(1, { ...insert(9), writeConcern: { w: 1 } })).toMatchObject({ code: 72 })
  })

  test('a collection made inside appears with the commit and vanishes with an abort', async () => {
    for (const end of ['abortTransaction', 'commitTransaction']) {
      const session = sessionOf()
      await session.start(1, { create: 'fresh' })
      await session.go(1, { createIndexes: 'fresh', indexes: [{ key: { k: 1 }, name: 'k_1', unique: true }] })
      await session.go(1, { insert: 'fresh', documents: [{ k: 1 }] })
      expect(await own.db.listCollections({ name: 'fresh' }).toArray()).toEqual([])
      expect(await session.end(1, { [end]: 1 })).toMatchObject({ ok: 1 })
    }
    expect(await own.db.collection('fresh').countDocuments()).toBe(1)
    expect((await own.db.collection('fresh').indexes()).map(({ name }) => name)).toEqual(['_id_', 'k_1'])
  })

  test('a repeated retryable write is answered again and done once', async () => {
    const session = sessionOf()
    const increment = { update: 'samples', updates: [{ q: { _id: 'a' }, u: { $inc: { n: 1 } } }] }
    expect(await session.plain(1, increment)).toMatchObject({ n: 1, nModified: 1 })
    expect(await session.plain(1, increment)).toMatchObject({ n: 1, nModified: 1, retriedStmtIds: [0] })
    const modify = { findAndModify: 'samples', query: { _id: 'a' }, update: { $inc: { n: 1 } }, new: true }
    expect(await session.plain(2, modify)).toMatchObject({ value: { n: 3 } })
    expect(await session.plain(2, modify)).toMatchObject({ value: { n: 3 } })
    expect(await session.plain(1, increment)).toMatchObject({ ok: 0, code: 225 })
    expect(await samples().findOne({ _id: 'a' })).toEqual({ _id: 'a', n: 3 })
  })

  test('a write to many documents cannot be retryable', async () => {
    const many = { update: 'samples', updates: [{ q: {}, u: { $inc: { n: 1 } }, multi: true }] }
    expect(await sessionOf().plain(1, many)).toMatchObject({ ok: 0, code: 72 })
  })
})
