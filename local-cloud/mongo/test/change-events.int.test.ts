import { type Document, Timestamp } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { changeStreams } from './change-stream.ts'
import { ownMongo } from './server.ts'

const own = ownMongo()
const samples = () => own.db.collection<Document>('samples')
const { open, more, events } = changeStreams(own)

describe('an event', () => {
  test('tells what was inserted, replaced and deleted', async () => {
    const stream = await open()
    await samples().insertOne({ _id: 1 as never, a: 1 })
    await samples().replaceOne({ a: 1 }, { b: 2 })
    await samples().deleteOne({ b: 2 })
    const common = {
      _id: { _data: expect.stringMatching(/^82[0-9A-F]+$/) },
      clusterTime: expect.any(Timestamp),
      wallTime: expect.any(Date),
      ns: { db: 'test', coll: 'samples' },
      documentKey: { _id: 1 },
    }
    const told = await events(stream)
    expect(told).toEqual([
      { ...common, operationType: 'insert', fullDocument: { _id: 1, a: 1 } },
      { ...common, operationType: 'replace', fullDocument: { _id: 1, b: 2 } },
      { ...common, operationType: 'delete' },
    ])
    expect(told.map(({ _id }) => _id._data)).toEqual(told.map(({ _id }) => _id._data).sort())
  })

  const long = 'x'.repeat(99)
  const whole = { a: { b: 1, long }, list: [1, long, { d: 3 }], long }
  test.each<[string, Document | Document[], Document, Document?]>([
    ['a path set', { $set: { 'a.b': 5 } }, { 'a.b': 5 }],
    ['a document set as a whole', { $set: { a: { b: 5, long } } }, { a: { b: 5, long } }],
    ['a path made', { $set: { 'n.o.p': 1 } }, { n: { o: { p: 1 } } }],
    ['fields unset', { $unset: { 'a.b': 1, long: 1 } }, {}, { removedFields: ['long', 'a.b'] }],
    ['an array element unset', { $unset: { 'list.0': 1 } }, { 'list.0': null }],
    ['a field renamed', { $rename: { long: 'l' } }, { l: long }, { removedFields: ['long'] }],
    ['elements appended', { $push: { list: { $each: [8, 9] } } }, { 'list.3': 8, 'list.4': 9 }],
    [
      'elements before others',
      { $push: { list: { $each: [0], $position: 0 } } },
      { list: [0, 1, long, { d: 3 }] },
    ],
    ['an element popped', { $pop: { list: 1 } }, { list: [1, long] }],
    ['elements that a filter chooses', { $inc: { 'list.$[n]': 1 } }, { 'list.0': 2 }],
    ['a pipeline', [{ $set: { 'a.b': 5 } }], { 'a.b': 5 }],
    [
      'a pipeline that shortens',
      [{ $set: { list: [1, long] } }],
      {},
      { truncatedArrays: [{ field: 'list', newSize: 2 }] },
    ],
    ['a pipeline that removes', [{ $unset: 'long' }], {}, { removedFields: ['long'] }],
  ])('tells what an update changed: %s', async (_, update, updatedFields, rest) => {
    await samples().insertOne({ ...whole })
    const stream = await open()
    const arrayFilters = JSON.stringify(update).includes('$[n]')
      ? { arrayFilters: [{ n: { $type: 'int' } }] }
      : {}
    await samples().updateOne({}, update, arrayFilters)
    const [event] = await events(stream)
    expect(event).toMatchObject({ operationType: 'update' })
    expect(event).not.toHaveProperty('fullDocument')
    expect(event!.updateDescription).toEqual({
      updatedFields,
      removedFields: [],
      truncatedArrays: [],
      ...rest,
    })
  })

  test('is a replacement when a pipeline leaves little of the document, and none where nothing changed', async () => {
    await samples().insertOne({ a: 1 })
    const stream = await open()
    await samples().updateOne({}, { $set: { a: 1 } })
    await samples().updateOne({}, [{ $replaceWith: { _id: '$_id', b: 2 } }])
    const told = await events(stream)
    expect(told).toMatchObject([{ operationType: 'replace', fullDocument: { b: 2 } }])
  })

  test('brings the document as it is now when asked to, or null when it is gone', async () => {
    await samples().insertMany([{ a: 1 }, { a: 2 }])
    const stream = await open({ fullDocument: 'updateLookup' })
    await samples().updateMany({}, { $inc: { b: 1 } })
    await samples().updateMany({ a: 1 }, { $inc: { b: 1 } })
    await samples().deleteOne({ a: 2 })
    const told = await events(stream)
    expect(told.map(({ fullDocument }) => fullDocument?.b ?? fullDocument)).toEqual([2, null, 2, undefined])
  })

  test('has no images of its moment: null where they are welcome, 47 where they are required', async () => {
    await samples().insertOne({ a: 1 })
    const stream = await open({ fullDocument: 'whenAvailable', fullDocumentBeforeChange: 'whenAvailable' })
    const needy = [
      await open({ fullDocument: 'required' }),
      await open({ fullDocumentBeforeChange: 'required' }),
    ]
    await samples().updateOne({}, { $set: { a: 2 } })
    expect(await events(stream)).toMatchObject([{ fullDocument: null, fullDocumentBeforeChange: null }])
    for (const one of needy) await expect(more(one)).rejects.toMatchObject({ code: 47 })
  })

  test('passes through the pipeline, which must leave its _id alone', async () => {
    const stages = [{ $match: { 'fullDocument.a': 2 } }, { $project: { a: '$fullDocument.a' } }]
    const stream = await open({}, { stages })
    const without = await open({}, { stages: [{ $project: { _id: 0 } }] })
    await samples().insertMany([{ a: 1 }, { a: 2 }])
    expect(await events(stream)).toEqual([{ _id: { _data: expect.any(String) }, a: 2 }])
    await expect(more(without)).rejects.toMatchObject({ code: 280 })
    await expect(more(without)).rejects.toMatchObject({ code: 43 })
  })
})
