import { setImmediate as turn } from 'node:timers/promises'
import type { ClientSession } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { failure, ownSamples } from './server.ts'

const { own, samples } = ownSamples()

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
      expect(await samples().countDocuments({}, { session })).toBe(2)
      await samples().insertOne({ _id: 'c' })
      await samples().updateOne({ _id: 'a' }, { $set: { n: 5 } })
      await samples().deleteOne({ _id: 'b' })
      expect(await samples().find({}, { session }).sort({ _id: 1 }).toArray()).toEqual([
        { _id: 'a', n: 1 },
        { _id: 'b', n: 1 },
      ])
    })
    expect(await samples().find().sort({ _id: 1 }).toArray()).toEqual([{ _id: 'a', n: 5 }, { _id: 'c' }])
  })

  test('is found through an index by the values it saw', async () => {
    await samples().createIndex({ n: 1 })
    await inTransaction(async (session) => {
      await samples().findOne({}, { session })
      await samples().updateOne({ _id: 'a' }, { $set: { n: 9 } })
      expect(await samples().countDocuments({ n: 1 }, { session })).toBe(2)
      expect(await samples().countDocuments({ n: 9 }, { session })).toBe(0)
      const order = await samples()
        .find({}, { session, hint: { n: 1 } })
        .toArray()
      expect(order.map(({ _id }) => _id)).toEqual(['a', 'b'])
    })
    expect(await own.db.command({ validate: 'samples' })).toMatchObject({ valid: true, errors: [] })
  })

  test('sees its own writes, deletions too', async () => {
    await inTransaction(async (session) => {
      await samples().deleteOne({ _id: 'a' }, { session })
      await samples().insertOne({ _id: 'c', n: 3 }, { session })
      await samples().updateOne({ _id: 'c' }, { $inc: { n: 1 } }, { session })
      expect(await samples().find({}, { session }).toArray()).toEqual([
        { _id: 'b', n: 1 },
        { _id: 'c', n: 4 },
      ])
    })
    expect(await samples().countDocuments()).toBe(2)
    expect(await own.db.command({ validate: 'samples' })).toMatchObject({ valid: true, errors: [] })
  })
})

test('a collection that was dropped and made anew cannot be read as of before', async () => {
  await inTransaction(async (session) => {
    await own.db.collection('others').findOne({}, { session })
    await samples().drop()
    await samples().insertOne({ _id: 'new' })
    const error = await failure(samples().find({}, { session }).toArray())
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
      await samples().updateOne({ _id: 'a' }, { $set: { n: 2 } }, { session })
      await own.server.control.expire(Date.now() + 59_000)
      expect(await samples().countDocuments({ n: 2 }, { session })).toBe(1)
      await ending(session)
      const error = await failure(session.commitTransaction())
      expect({ after, code: error.code }).toEqual({ after, code: 251 })
    })
    expect(await samples().countDocuments({ n: 2 })).toBe(0)
  }
})

describe('conflicts', () => {
  test('the second transaction to change a document fails at once and may try again', async () => {
    await inTransaction(async (first) => {
      await samples().updateOne({ _id: 'a' }, { $set: { n: 2 } }, { session: first })
      await inTransaction(async (second) => {
        const error = await failure(
          samples().updateOne({ _id: 'a' }, { $set: { n: 3 } }, { session: second }),
        )
        expect(error.code).toBe(112)
        expect(error.codeName).toBe('WriteConflict')
        expect(error.hasErrorLabel('TransientTransactionError')).toBe(true)
        const after = await failure(samples().findOne({}, { session: second }))
        expect(after.code).toBe(251)
        expect(after.hasErrorLabel('TransientTransactionError')).toBe(true)
      })
    })
  })

  test('a change committed after the snapshot is a conflict', async () => {
    await inTransaction(async (session) => {
      await samples().findOne({ _id: 'a' }, { session })
      await samples().updateOne({ _id: 'a' }, { $set: { n: 2 } })
      await expect(samples().deleteOne({ _id: 'a' }, { session })).rejects.toMatchObject({ code: 112 })
    })
  })

  test('a plain write waits for the transaction that holds its document', async () => {
    const session = own.client.startSession()
    session.startTransaction()
    await samples().updateOne({ _id: 'a' }, { $inc: { n: 10 } }, { session })
    const plain = await received('findAndModify', () =>
      samples().findOneAndUpdate({ _id: 'a' }, { $inc: { n: 100 } }, { returnDocument: 'after' }),
    )
    await session.commitTransaction()
    expect(await plain.result).toEqual({ _id: 'a', n: 111 })
    await session.endSession()
  })

  test('a plain write that may not wait so long gives up', async () => {
    await inTransaction(async (session) => {
      await samples().updateOne({ _id: 'a' }, { $inc: { n: 10 } }, { session })
      const error = await failure(samples().updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { maxTimeMS: 30 }))
      expect(error.code).toBe(50)
    })
    expect(await samples().findOne({ _id: 'a' })).toEqual({ _id: 'a', n: 1 })
  })

  test('two open transactions cannot take the same unique key', async () => {
    await samples().createIndex(
      { key: 1 },
      { unique: true, partialFilterExpression: { key: { $exists: true } } },
    )
    await inTransaction(async (first) => {
      await samples().insertOne({ _id: 1, key: 'x' }, { session: first })
      await inTransaction(async (second) => {
        const error = await failure(samples().insertOne({ _id: 2, key: 'x' }, { session: second }))
        expect(error.code).toBe(112)
        expect(error.hasErrorLabel('TransientTransactionError')).toBe(true)
      })
    })
  })

  test('a plain insert waits to learn whether a unique key is free', async () => {
    await samples().createIndex({ key: 1 }, { unique: true, sparse: true })
    const session = own.client.startSession()
    session.startTransaction()
    await samples().insertOne({ _id: 1, key: 'x' }, { session })
    await samples().insertOne({ _id: 2, key: 'y' }, { session })
    const [taken, free] = [
      failure(samples().insertOne({ _id: 3, key: 'x' })),
      samples().insertOne({ _id: 4, key: 'z' }),
    ]
    await free
    await session.commitTransaction()
    expect((await taken).code).toBe(11000)
    session.startTransaction()
    await samples().insertOne({ _id: 5, key: 'w' }, { session })
    const freed = await received('insert', () => samples().insertOne({ _id: 6, key: 'w' }))
    await session.abortTransaction()
    expect((await freed.result).insertedId).toBe(6)
    await session.endSession()
  })

  test('a key that another transaction is about to free is not free yet', async () => {
    await samples().createIndex({ key: 1 }, { unique: true, sparse: true })
    await samples().insertOne({ _id: 1, key: 'x' })
    await inTransaction(async (session) => {
      await samples().deleteOne({ _id: 1 }, { session })
      await samples().insertOne({ _id: 2, key: 'x' }, { session })
      await expect(samples().insertOne({ _id: 3, key: 'x' }, { maxTimeMS: 30 })).rejects.toMatchObject({
        code: 50,
      })
    })
    await expect(samples().insertOne({ _id: 3, key: 'x' })).rejects.toMatchObject({ code: 11000 })
    expect(await own.db.command({ validate: 'samples' })).toMatchObject({ valid: true, errors: [] })
  })
})
