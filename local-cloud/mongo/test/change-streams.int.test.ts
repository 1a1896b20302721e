import { type Document, MongoClient, type MongoServerError, Timestamp } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { changeStreams, kinds } from './change-stream.ts'
import { ownMongo } from './server.ts'

const own = ownMongo()
const samples = () => own.db.collection<Document>('samples')
const { open, more, events } = changeStreams(own)

describe('opening a change stream', () => {
  const bad = { _data: '8265' }
  test.each<[string, Document, Document, number]>([
    ['a specification that is no document', 1 as never, {}, 50808],
    ['an unknown option', { now: 1 }, {}, 40415],
    ['an unknown image', { fullDocument: 'always' }, {}, 2],
    ['showExpandedEvents', { showExpandedEvents: true }, {}, 238],
    ['two tokens', { resumeAfter: bad, startAfter: bad }, {}, 50865],
    ['a token and a time', { resumeAfter: bad, startAtOperationTime: new Timestamp(1n) }, {}, 40674],
    ['a token without data', { resumeAfter: {} }, {}, 40647],
    ['a token that is no hex', { resumeAfter: { _data: 'xy' } }, {}, 9],
    ['a token of somebody else', { resumeAfter: bad }, {}, 260],
    ['a time before there was a log', { startAtOperationTime: new Timestamp({ t: 1, i: 1 }) }, {}, 286],
    ['the whole cluster from a collection', { allChangesForCluster: true }, {}, 72],
    ['the admin database', {}, { on: 1, db: 'admin' }, 73],
    ['a system collection', {}, { on: 'system.views' }, 73],
    ['a stage that waits for an end', {}, { stages: [{ $sort: { a: 1 } }] }, 20],
    ['a stage that writes', {}, { stages: [{ $out: 'a' }] }, 20],
    ['a stage that nobody knows', {}, { stages: [{ $unknown: 1 }] }, 40324],
    ['a second stream', {}, { stages: [{ $changeStream: {} }] }, 40602],
    ['a read concern that is not majority', {}, { readConcern: { level: 'local' } }, 72],
    ['its explanation', {}, { explain: true }, 238],
  ])('is refused with %s', async (_, spec, options, code) => {
    await expect(open(spec, options)).rejects.toMatchObject({ code })
  })

  test('is refused behind other stages and inside transactions', async () => {
    const later = samples().aggregate([{ $match: {} }, { $changeStream: {} }])
    await expect(later.toArray()).rejects.toMatchObject({ code: 40602 })
    const inside = own.client.withSession((session) =>
      session.withTransaction(() =>
        samples()
          .aggregate([{ $changeStream: {} }], { session })
          .toArray(),
      ),
    )
    await expect(inside).rejects.toMatchObject({ code: 263 })
  })

  test('needs no collection, shows nothing of before, and says at once from where to go on', async () => {
    await own.db.collection('others').insertOne({})
    const stream = await open()
    expect(stream).toMatchObject({ firstBatch: [], postBatchResumeToken: { _data: expect.any(String) } })
    await samples().insertOne({ a: 1 })
    await own.db.collection('others').insertOne({})
    expect(kinds(await events(await open({ resumeAfter: stream.postBatchResumeToken })))).toEqual(['insert'])
  })
})

describe('a transaction', () => {
  test('is told when it commits, in its order and with its number; nothing is told when it aborts', async () => {
    await samples().insertOne({ a: 0 })
    const stream = await open()
    await own.client.withSession(async (session) => {
      session.startTransaction()
      await samples().insertOne({ a: 1 }, { session })
      await session.abortTransaction()
      session.startTransaction()
      await samples().insertOne({ a: 1 }, { session })
      await samples().updateOne({ a: 1 }, { $set: { a: 2 } }, { session })
      await samples().insertOne({ a: 9 })
      await samples().deleteOne({ a: 2 }, { session })
      await session.commitTransaction()
    })
    const told = await events(stream)
    expect(kinds(told)).toEqual(['insert', 'insert', 'update', 'delete'])
    expect(told[0]).not.toHaveProperty('lsid')
    expect(new Set(told.slice(1).map(({ clusterTime }) => String(clusterTime))).size).toBe(1)
    for (const event of told.slice(1)) {
      expect(event).toMatchObject({ txnNumber: expect.anything(), lsid: { id: expect.anything() } })
    }
  })
})

describe('what is watched', () => {
  test('is a collection, a database or the cluster', async () => {
    const [one, database] = [await open(), await open({}, { on: 1 })]
    const cluster = await open({ allChangesForCluster: true }, { on: 1, db: 'admin' })
    await samples().insertOne({})
    await own.db.collection('others').insertOne({})
    await own.client.db('elsewhere').collection('samples').insertOne({})
    const told = [await events(one), await events(database), await events(cluster)]
    expect(told.map(({ length }) => length)).toEqual([1, 2, 3])
  })

  test.each<[string, () => Promise<unknown>, string, string[]]>([
    ['dropped', () => samples().drop(), 'samples', ['drop', 'invalidate']],
    ['renamed', () => samples().rename('others'), 'samples', ['rename', 'invalidate']],
    [
      'replaced by another',
      () => samples().rename('others', { dropTarget: true }),
      'others',
      ['rename', 'invalidate'],
    ],
  ])('ends the stream when it is %s', async (_, happens, on, expected) => {
    await samples().insertOne({})
    await own.db.collection('others').insertOne({})
    if (expected[0] === 'rename' && on === 'samples') await own.db.collection('others').drop()
    const stream = await open({}, { on })
    await happens()
    const last = await more(stream)
    expect([kinds(last.nextBatch), String(last.id)]).toEqual([expected, '0'])
    const [event, invalidation] = last.nextBatch
    expect(kinds(await events(await open({ resumeAfter: event._id }, { on })))).toEqual(['invalidate'])
    await expect(open({ resumeAfter: invalidation._id }, { on })).rejects.toMatchObject({ code: 260 })
    const again = await open({ startAfter: invalidation._id }, { on })
    await own.db.collection(on).insertOne({})
    expect(kinds(await events(again))).toEqual(['insert'])
  })

  test('is told of the end of a database, which only the cluster outlives', async () => {
    await samples().insertOne({})
    const database = await open({}, { on: 1 })
    const cluster = await open({ allChangesForCluster: true }, { on: 1, db: 'admin' })
    await own.db.dropDatabase()
    expect(kinds(await events(database))).toEqual(['drop', 'dropDatabase', 'invalidate'])
    expect(kinds(await events(cluster))).toEqual(['drop', 'dropDatabase'])
  })
})

describe('going on', () => {
  test('begins after a token, or at a time', async () => {
    const stream = await open()
    await samples().insertMany([{ a: 1 }, { a: 2 }])
    const { operationTime } = await own.db.command({ insert: 'samples', documents: [{ a: 3 }] })
    await samples().insertOne({ a: 4 })
    const told = await events(stream)
    const values = (list: Document[]) => list.map(({ fullDocument }) => fullDocument.a)
    expect(values(told)).toEqual([1, 2, 3, 4])
    expect(values(await events(await open({ resumeAfter: told[1]!._id })))).toEqual([3, 4])
    expect(values(await events(await open({ startAtOperationTime: operationTime })))).toEqual([3, 4])
    const full = await open({ resumeAfter: told[0]!._id }, { cursor: { batchSize: 1 } } as never)
    expect(full.postBatchResumeToken).toEqual(told[1]!._id)
    await expect(open({ resumeAfter: told[1]!._id }, { on: 'others' })).rejects.toMatchObject({ code: 280 })
  })

  test('is refused when the log no longer reaches back, and after a restart', async () => {
    const stream = await open()
    await samples().insertOne({ a: 1 })
    const [{ _id: token } = {} as Document] = (await more(stream)).nextBatch
    for (let n = 0; n < 3; n++) await own.db.collection('others').insertOne({ text: 'x'.repeat(8_000_000) })
    await expect(open({ resumeAfter: token })).rejects.toMatchObject({ code: 286 })
    await expect(more(stream)).rejects.toMatchObject({ code: 286 })
    const fresh = await open()
    await own.restart()
    await samples().findOne()
    await expect(open({ resumeAfter: fresh.postBatchResumeToken })).rejects.toMatchObject({ code: 286 })
  })

  test('wakes a waiting stream at once, and the driver resumes it where it broke off', async () => {
    const client = new MongoClient(own.server.url)
    const stream = client.db('test').collection('samples').watch([], { maxAwaitTimeMS: 20_000 })
    const first = stream.next()
    await expect.poll(async () => (await own.server.control.stats()).openCursors).toBe(1)
    await samples().insertOne({ a: 1 })
    expect(await first).toMatchObject({ fullDocument: { a: 1 } })
    const fail = (data: Document) =>
      own.client.db('admin').command({
        configureFailPoint: 'failGetMoreAfterCursorCheckout',
        mode: { times: 1 },
        data,
      })
    for (const data of [{ errorCode: 11600 }, { closeConnection: true }]) {
      await fail(data)
      await samples().insertOne(data)
      expect(await stream.next()).toMatchObject({ fullDocument: data })
    }
    await fail({ errorCode: 2 })
    await expect(stream.next()).rejects.toMatchObject({ code: 2 })
    await client.close()
  })

  test('is what the label says of an error, on change streams alone', async () => {
    const fail = {
      configureFailPoint: 'failGetMoreAfterCursorCheckout',
      mode: { times: 1 },
      data: { errorCode: 91 },
    }
    const stream = await open()
    await own.client.db('admin').command(fail)
    const resumes = (error: MongoServerError) => error.hasErrorLabel('ResumableChangeStreamError')
    expect(await more(stream).catch(resumes)).toBe(true)
    await samples().insertMany([{}, {}])
    const { cursor } = await own.db.command({ find: 'samples', batchSize: 1 })
    await own.client.db('admin').command(fail)
    const next = own.db.command({ getMore: cursor.id, collection: 'samples' })
    expect(await next.catch(resumes)).toBe(false)
  })
})
