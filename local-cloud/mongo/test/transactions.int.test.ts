import { setImmediate as turn } from 'node:timers/promises'
import type { ClientSession } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { failure, ownThings } from './server.ts'

const { own, things } = ownThings()

async function inTransaction(work: (session: ClientSession) => Promise<void>): Promise<void> {
  const session = own.client.startSession()
  session.startTransaction()
  try {
    await work(session)
  } finally {
    if (session.inTransaction()) await session.abortTransaction()
    await session.endSession()
  }
}

/** Starts a command and waits until the server has received it. */
async function received<T>(command: string, start: () => Promise<T>): Promise<{ result: Promise<T> }> {
  const times = async () => (await own.server.control.stats()).commands[command] ?? 0
  const before = await times()
  const result = start()
  while ((await times()) === before) await turn()
  return { result }
}

describe('a snapshot', () => {
  test('does not see what others commit after the first operation', async () => {
    await inTransaction(async (session) => {
      expect(await things().countDocuments({}, { session })).toBe(2)
      await things().insertOne({ _id: 'c' })
      await things().updateOne({ _id: 'a' }, { $set: { n: 5 } })
      await things().deleteOne({ _id: 'b' })
      expect(await things().find({}, { session }).sort({ _id: 1 }).toArray()).toEqual([
        { _id: 'a', n: 1 },
        { _id: 'b', n: 1 },
      ])
    })
    expect(await things().find().sort({ _id: 1 }).toArray()).toEqual([{ _id: 'a', n: 5 }, { _id: 'c' }])
  })

  test('is found through an index by the values it saw', async () => {
    await things().createIndex({ n: 1 })
    await inTransaction(async (session) => {
      await things().findOne({}, { session })
      await things().updateOne({ _id: 'a' }, { $set: { n: 9 } })
      expect(await things().countDocuments({ n: 1 }, { session })).toBe(2)
      expect(await things().countDocuments({ n: 9 }, { session })).toBe(0)
      const order = await things()
        .find({}, { session, hint: { n: 1 } })
        .toArray()
      expect(order.map(({ _id }) => _id)).toEqual(['a', 'b'])
    })
    expect(await own.db.command({ validate: 'things' })).toMatchObject({ valid: true, errors: [] })
  })

  test('sees its own writes, deletions too', async () => {
    await inTransaction(async (session) => {
      await things().deleteOne({ _id: 'a' }, { session })
      await things().insertOne({ _id: 'c', n: 3 }, { session })
      await things().updateOne({ _id: 'c' }, { $inc: { n: 1 } }, { session })
      expect(await things().find({}, { session }).toArray()).toEqual([
        { _id: 'b', n: 1 },
        { _id: 'c', n: 4 },
      ])
    })
    expect(await things().countDocuments()).toBe(2)
    expect(await own.db.command({ validate: 'things' })).toMatchObject({ valid: true, errors: [] })
  })
})

test('a collection that was dropped and made anew cannot be read as of before', async () => {
  await inTransaction(async (session) => {
    await own.db.collection('others').findOne({}, { session })
    await things().drop()
    await things().insertOne({ _id: 'new' })
    const error = await failure(things().find({}, { session }).toArray())
    expect(error.codeName).toBe('SnapshotUnavailable')
    expect(error.hasErrorLabel('TransientTransactionError')).toBe(true)
  })
})

test('a transaction is over after a minute, or when its session ends', async () => {
  const end = {
    'a minute': () => own.server.control.expire(Date.now() + 61_000),
    'its end': ({ id }: ClientSession) => own.db.command({ endSessions: [id] }),
    'its kill': ({ id }: ClientSession) => own.db.command({ killSessions: [id] }),
  }
  for (const [after, ending] of Object.entries(end)) {
    await inTransaction(async (session) => {
      await things().updateOne({ _id: 'a' }, { $set: { n: 2 } }, { session })
      await own.server.control.expire(Date.now() + 59_000)
      expect(await things().countDocuments({ n: 2 }, { session })).toBe(1)
      await ending(session)
      const error = await failure(session.commitTransaction())
      expect({ after, code: error.code }).toEqual({ after, code: 251 })
    })
    expect(await things().countDocuments({ n: 2 })).toBe(0)
  }
})

describe('conflicts', () => {
  test('the second transaction to change a document fails at once and may try again', async () => {
    await inTransaction(async (first) => {
      await things().updateOne({ _id: 'a' }, { $set: { n: 2 } }, { session: first })
      await inTransaction(async (second) => {
        const error = await failure(things().updateOne({ _id: 'a' }, { $set: { n: 3 } }, { session: second }))
        expect(error.code).toBe(112)
        expect(error.codeName).toBe('WriteConflict')
        expect(error.hasErrorLabel('TransientTransactionError')).toBe(true)
        const after = await failure(things().findOne({}, { session: second }))
        expect(after.code).toBe(251)
        expect(after.hasErrorLabel('TransientTransactionError')).toBe(true)
      })
    })
  })

  test('a change committed after the snapshot is a conflict', async () => {
    await inTransaction(async (session) => {
      await things().findOne({ _id: 'a' }, { session })
      await things().updateOne({ _id: 'a' }, { $set: { n: 2 } })
      await expect(things().deleteOne({ _id: 'a' }, { session })).rejects.toMatchObject({ code: 112 })
    })
  })

  test('a plain write waits for the transaction that holds its document', async () => {
    const session = own.client.startSession()
    session.startTransaction()
    await things().updateOne({ _id: 'a' }, { $inc: { n: 10 } }, { session })
    const plain = await received('findAndModify', () =>
      things().findOneAndUpdate({ _id: 'a' }, { $inc: { n: 100 } }, { returnDocument: 'after' }),
    )
    await session.commitTransaction()
    expect(await plain.result).toEqual({ _id: 'a', n: 111 })
    await session.endSession()
  })

  test('a plain write that may not wait so long gives up', async () => {
    await inTransaction(async (session) => {
      await things().updateOne({ _id: 'a' }, { $inc: { n: 10 } }, { session })
      const error = await failure(things().updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { maxTimeMS: 30 }))
      expect(error.code).toBe(50)
    })
    expect(await things().findOne({ _id: 'a' })).toEqual({ _id: 'a', n: 1 })
  })

  test('two open transactions cannot take the same unique key', async () => {
    await things().createIndex(
      { key: 1 },
      { unique: true, partialFilterExpression: { key: { $exists: true } } },
    )
    await inTransaction(async (first) => {
      await things().insertOne({ _id: 1, key: 'x' }, { session: first })
      await inTransaction(async (second) => {
        const error = await failure(things().insertOne({ _id: 2, key: 'x' }, { session: second }))
        expect(error.code).toBe(112)
        expect(error.hasErrorLabel('TransientTransactionError')).toBe(true)
      })
    })
  })

  test('a plain insert waits to learn whether a unique key is free', async () => {
    await things().createIndex({ key: 1 }, { unique: true, sparse: true })
    const session = own.client.startSession()
    session.startTransaction()
    await things().insertOne({ _id: 1, key: 'x' }, { session })
    await things().insertOne({ _id: 2, key: 'y' }, { session })
    const [taken, free] = [
      failure(things().insertOne({ _id: 3, key: 'x' })),
      things().insertOne({ _id: 4, key: 'z' }),
    ]
    await free
    await session.commitTransaction()
    expect((await taken).code).toBe(11000)
    session.startTransaction()
    await things().insertOne({ _id: 5, key: 'w' }, { session })
    const freed = await received('insert', () => things().insertOne({ _id: 6, key: 'w' }))
    await session.abortTransaction()
    expect((await freed.result).insertedId).toBe(6)
    await session.endSession()
  })

  test('a key that another transaction is about to free is not free yet', async () => {
    await things().createIndex({ key: 1 }, { unique: true, sparse: true })
    await things().insertOne({ _id: 1, key: 'x' })
    await inTransaction(async (session) => {
      await things().deleteOne({ _id: 1 }, { session })
      await things().insertOne({ _id: 2, key: 'x' }, { session })
      await expect(things().insertOne({ _id: 3, key: 'x' }, { maxTimeMS: 30 })).rejects.toMatchObject({
        code: 50,
      })
    })
    await expect(things().insertOne({ _id: 3, key: 'x' })).rejects.toMatchObject({ code: 11000 })
    expect(await own.db.command({ validate: 'things' })).toMatchObject({ valid: true, errors: [] })
  })
})
