import { once } from 'node:events'
import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  type Document,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { body, message, RawMongo } from './raw.ts'
import { ownMongo } from './server.ts'

const own = ownMongo()
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const lsid = { id: new UUID() }

/** Right commands, one of each kind at least, with something of every part that they may have. */
const commands: Document[] = [
  {
    find: 'c',
    filter: { a: { $gt: 1 }, l: { $elemMatch: { x: 1 } }, $or: [{ b: { $in: [1, /x/] } }, { b: null }] },
    sort: { a: 1, b: -1 },
    projection: { a: 1, l: { $slice: 2 }, n: { $concat: ['$s', 'x'] } },
    skip: 1,
    limit: 3,
    batchSize: 2,
    hint: { a: 1 },
    collation: { locale: 'en', strength: 2 },
    let: { v: 1 },
    readConcern: { level: 'local' },
    $readPreference: { mode: 'primary' },
    maxTimeMS: 1000,
  },
  { find: 'c', filter: { $jsonSchema: { required: ['a'], properties: { a: { bsonType: 'int' } } } } },
  { insert: 'c', documents: [{ a: 1, l: [1, { x: 2 }] }], ordered: false, writeConcern: { w: 1 } },
  { insert: 'c', documents: [{ a: 1 }], lsid, txnNumber: Long.fromNumber(1) },
  {
    update: 'c',
    updates: [
      {
        q: { a: { $gte: 0 }, 'l.x': 2 },
        u: { $set: { 'l.$.x': 3, 'l.$[e].y': 9 }, $push: { p: { $each: [3, 1], $sort: 1, $slice: -3 } } },
        arrayFilters: [{ 'e.x': { $gt: 1 } }],
        upsert: true,
      },
      { q: {}, u: [{ $set: { n: { $cond: [{ $gt: ['$a', 1] }, 'x', '$$v'] } } }], c: { v: 2 }, multi: true },
    ],
  },
  { delete: 'c', deletes: [{ q: { a: 5 }, limit: 1, collation: { locale: 'en' } }] },
  {
    findAndModify: 'c',
    query: { a: 1 },
    update: { $inc: { b: 1 } },
    new: true,
    fields: { a: 1 },
    sort: { a: 1 },
  },
  {
    bulkWrite: 1,
    ops: [
      { insert: 0, document: { a: 1 } },
      { update: 0, filter: { a: 1 }, updateMods: { $set: { z: 1 } }, multi: true },
      { delete: 1, filter: { a: 1 } },
    ],
    nsInfo: [{ ns: 'm.c' }, { ns: 'm.d' }],
    $db: 'admin',
  },
  {
    aggregate: 'c',
    pipeline: [
      { $match: { a: { $exists: true } } },
      {
        $lookup: {
          from: 'd',
          let: { a: '$a' },
          pipeline: [{ $match: { $expr: { $eq: ['$x', '$$a'] } } }],
          as: 'j',
        },
      },
      { $unwind: { path: '$j', preserveNullAndEmptyArrays: true } },
      { $group: { _id: '$a', n: { $sum: 1 }, top: { $topN: { n: 2, sortBy: { a: 1 }, output: '$a' } } } },
      {
        $setWindowFields: {
          sortBy: { n: 1 },
          output: { r: { $rank: {} }, s: { $sum: '$n', window: { range: [-1, 0] } } },
        },
      },
      { $merge: { into: 'd', on: '_id', whenMatched: 'merge' } },
    ],
    cursor: { batchSize: 2 },
  },
  { count: 'c', query: { a: 1 }, limit: 2 },
  { distinct: 'c', key: 'l.x', query: { a: { $ne: 3 } } },
  { getMore: Long.fromNumber(3), collection: 'c', batchSize: 2 },
  { killCursors: 'c', cursors: [Long.fromNumber(1)] },
  { explain: { aggregate: 'c', pipeline: [{ $match: { a: 1 } }], cursor: {} }, verbosity: 'executionStats' },
  { explain: { update: 'c', updates: [{ q: { a: 1 }, u: { $set: { a: 1 } } }] } },
  {
    createIndexes: 'd',
    indexes: [
      { key: { a: 1, b: -1 }, name: 'n', partialFilterExpression: { a: { $gt: 1 } }, expireAfterSeconds: 9 },
    ],
  },
  { dropIndexes: 'd', index: 'n' },
  {
    create: 'e',
    capped: true,
    size: 4096,
    max: 3,
    validator: { a: { $type: 'int' } },
    collation: { locale: 'en' },
  },
  { collMod: 'd', index: { name: 'n', hidden: true }, validator: { a: 1 }, validationAction: 'error' },
  { listCollections: 1, filter: { name: 'c' }, nameOnly: true, cursor: {} },
  { listIndexes: 'c', cursor: { batchSize: 1 } },
  { renameCollection: 'm.e', to: 'm.f', dropTarget: true, $db: 'admin' },
  { collStats: 'c', scale: 2 },
  { validate: 'c', full: true },
  { endSessions: [lsid], $db: 'admin' },
  { commitTransaction: 1, lsid, txnNumber: Long.fromNumber(2), autocommit: false, $db: 'admin' },
  { hello: 1, client: { application: { name: 'x' } }, compression: ['none'], $db: 'admin' },
]

const scalar = fc.constantFrom<unknown>(
  ...[null, undefined, true, 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 1e300],
  ...['', 'x', '$', '$$', '$a', '$a.b', '$$ROOT', 'a..b', 'a\0b', '__proto__', '\u{1f600}'],
  ...[new Date(Number.NaN), new Date(8.64e15), new ObjectId(), new UUID(), new Binary(Buffer.alloc(3), 2)],
  ...[Long.MIN_VALUE, Decimal128.fromString('NaN'), Decimal128.fromString('1E6144'), new Code('x')],
  ...[
    new MinKey(),
    new MaxKey(),
    new Timestamp({ t: 1, i: 1 }),
    new BSONRegExp('(a'),
    new BSONRegExp('a+', 'imx'),
  ],
)
const anything = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom('a', '', '$eq', '$add', 'a.$', '0'), scalar, { maxKeys: 2 }),
  },
)

const isPlain = (value: unknown): value is Document =>
  Array.isArray(value) || (!!value && Object.getPrototypeOf(value) === Object.prototype)

function copy(value: Document): Document {
  const entries = Object.entries(value).map(([key, inner]) => [key, isPlain(inner) ? copy(inner) : inner])
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
}

/** Every place in a command that holds something, the command's own name and database among them. */
function places(value: Document): [Document, string][] {
  return Object.keys(value).flatMap((key): [Document, string][] => {
    const inner = value[key]
    return [[value, key], ...(isPlain(inner) ? places(inner) : [])]
  })
}

/** The answer to a message, or undefined when the connection was closed over it. */
async function answerTo(bytes: Buffer): Promise<Document | undefined> {
  const raw = await RawMongo.dial(own.server.port)
  raw.socket.on('error', () => {})
  try {
    return await Promise.race([raw.ask(bytes), once(raw.socket, 'close').then(() => undefined)])
  } finally {
    raw.close()
  }
}

function expectNoInnerError(answer: Document | undefined): void {
  if (!answer) return
  for (const { code, errmsg } of [answer, ...(answer.writeErrors ?? [])]) expect(code, errmsg).not.toBe(1)
}

beforeEach(async () => {
  console.info(`SEED=${seed}`)
  await own.client.db('m').collection('c').createIndex({ a: 1 })
})

test('whatever stands in whatever place of a command, the answer is MongoDB’s', async () => {
  const change = fc.record({ place: fc.nat(), value: anything, instead: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...commands),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      async (right, changes) => {
        const command: Document = copy({ ...right, $db: right.$db ?? 'm' })
        for (const { place, value, instead } of changes) {
          const all = places(command)
          const [parent, key] = all[place % all.length]!
          if (instead || parent === command) parent[key] = value
          else delete parent[key]
        }
        const answer = await answerTo(message(body(command)))
        expect(answer).toBeDefined()
        expectNoInnerError(answer)
      },
    ),
    { seed, numRuns: 1500 },
  )
})

test('whatever bytes of a message are changed, it is answered or its connection closed, and the next is answered', async () => {
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255) })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...commands),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      async (right, changes) => {
        const bytes = message(body({ ...right, $db: right.$db ?? 'm' }))
        // The header stays: a longer message would be waited for, and no answer is asked for by a flag.
        for (const { at, byte } of changes) bytes[20 + (at % (bytes.length - 20))] = byte
        expectNoInnerError(await answerTo(bytes))
      },
    ),
    { seed, numRuns: 1000 },
  )
  expect(await answerTo(message(body({ ping: 1, $db: 'admin' })))).toMatchObject({ ok: 1 })
})
