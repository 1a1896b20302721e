import { once } from 'node:events'
import { type Document, serialize, UUID } from 'bson'
import { expect, test } from 'vitest'
import { crc32c } from '../src/wire.ts'
import { body, message, RawMongo } from './raw.ts'
import { ownMongo } from './server.ts'

const own = ownMongo()

async function ask(bytes: Buffer): Promise<Document> {
  const raw = await RawMongo.dial(own.server.port)
  const answer = await raw.ask(bytes)
  raw.close()
  return answer
}

async function expectCut(bytes: Buffer): Promise<void> {
  const { socket } = await RawMongo.dial(own.server.port)
  socket.on('error', () => {})
  socket.write(bytes)
  await once(socket, 'close')
}

const ping = { ping: 1, $db: 'admin' }
const sessionOne = { lsid: { id: new UUID() } }

test.each([0, -1, 15, 48_000_001, 0x7fffffff])(
  'a message that claims %i bytes closes its connection',
  async (length) => {
    await expectCut(message(body(ping), { length }))
    expect((await ask(message(body(ping)))).ok).toBe(1)
  },
)

test.each([
  ['an unknown operation code', message(body(ping), { opCode: 2012 })],
  ['an unknown required flag', message(body(ping), { flags: 4 })],
  ['a body longer than its message', message(Buffer.from([0, 200, 0, 0, 0, 0]))],
  ['an unknown section kind', message(Buffer.concat([Buffer.from([9]), serialize(ping)]))],
  ['two bodies', message(Buffer.concat([body(ping), body(ping)]))],
  ['a document sequence without a body', message(Buffer.from([1, 9, 0, 0, 0, 97, 98, 99, 100, 0]))],
  ['a wrong checksum', message(Buffer.concat([body(ping), Buffer.alloc(4)]), { flags: 1 })],
])('%s closes the connection', async (_, bytes) => {
  await expectCut(bytes)
})

test('a message may come byte by byte, and two may come at once', async () => {
  const raw = await RawMongo.dial(own.server.port)
  const bytes = message(body(ping))
  for (const byte of bytes.subarray(0, 30)) raw.socket.write(Buffer.from([byte]))
  expect((await raw.ask(bytes.subarray(30))).ok).toBe(1)
  raw.close()
})

test('a right checksum is accepted', async () => {
  const whole = message(Buffer.concat([body(ping), Buffer.alloc(4)]), { flags: 1 })
  whole.writeUInt32LE(crc32c(whole.subarray(0, -4)), whole.length - 4)
  expect((await ask(whole)).ok).toBe(1)
})

test('documents may come as a sequence beside the body', async () => {
  const documents = Buffer.concat([serialize({ _id: 1 }), serialize({ _id: 2 })])
  const section = Buffer.alloc(5)
  section[0] = 1
  section.writeInt32LE(4 + 10 + documents.length, 1)
  const sequence = Buffer.concat([section, Buffer.from('documents\0'), documents])
  expect(
    await ask(message(Buffer.concat([body({ insert: 'sequence', $db: 'wire' }), sequence]))),
  ).toMatchObject({ n: 2, ok: 1 })
})

test('an unacknowledged write is done and not answered', async () => {
  const raw = await RawMongo.dial(own.server.port)
  raw.socket.write(message(body({ insert: 'silent', documents: [{ _id: 1 }], $db: 'wire' }), { flags: 2 }))
  expect(await raw.run({ count: 'silent', $db: 'wire' })).toMatchObject({ n: 1, ok: 1 })
  raw.close()
})

test('a legacy hello introduces the one member of the replica set', async () => {
  const query = Buffer.concat([
    Buffer.from('admin.$cmd\0'),
    Buffer.alloc(8),
    serialize({ isMaster: 1, helloOk: true }),
  ])
  expect(await ask(message(query, { opCode: 2004 }))).toMatchObject({
    ok: 1,
    ismaster: true,
    helloOk: true,
    setName: 'rs0',
    hosts: [`127.0.0.1:${own.server.port}`],
    maxWireVersion: 25,
  })
})

test('any other legacy command is refused', async () => {
  const query = Buffer.concat([Buffer.from('admin.$cmd\0'), Buffer.alloc(8), serialize({ ping: 1 })])
  expect(await ask(message(query, { opCode: 2004 }))).toMatchObject({ ok: 0, code: 352 })
})

test.each([
  [{ frobnicate: 1, $db: 'wire' }, 59, 'CommandNotFound'],
  [{ constructor: 1, $db: 'wire' }, 59, 'CommandNotFound'],
  [{ mapReduce: 'c', $db: 'wire' }, 238, 'NotImplemented'],
  [{ aggregate: 'c', pipeline: [], cursor: { size: 1 }, $db: 'wire' }, 40415, 'Location40415'],
  [{ listCollections: 1, cursor: { batchSize: -1 }, $db: 'wire' }, 51024, 'Location51024'],
  [{ find: 'c', filtr: {}, $db: 'wire' }, 40415, 'Location40415'],
  [{ find: 'c', filter: 1, $db: 'wire' }, 14, 'TypeMismatch'],
  [{ insert: 'c', $db: 'wire' }, 40414, 'Location40414'],
  [{ find: 'c' }, 40414, 'Location40414'],
  [{ find: '', $db: 'wire' }, 73, 'InvalidNamespace'],
  [{ find: 'c', $db: 'a b' }, 73, 'InvalidNamespace'],
  [{ listDatabases: 1, $db: 'wire' }, 13, 'Unauthorized'],
  [{ find: 'c', limit: -1, $db: 'wire' }, 51024, 'Location51024'],
  [{ find: 'c', $readPreference: { mode: 'any' }, $db: 'wire' }, 9, 'FailedToParse'],
  [{ find: 'c', txnNumber: 1n, $db: 'wire' }, 72, 'InvalidOptions'],
  [{ find: 'c', readConcern: { level: 'sure' }, $db: 'wire' }, 9, 'FailedToParse'],
  [{ find: 'c', writeConcern: { w: 1 }, $db: 'wire' }, 72, 'InvalidOptions'],
  [{ find: 'c', ...sessionOne, txnNumber: 1n, startTransaction: true, $db: 'wire' }, 72, 'InvalidOptions'],
  [
    { find: 'c', ...sessionOne, txnNumber: 1n, autocommit: false, startTransaction: false, $db: 'wire' },
    72,
    'InvalidOptions',
  ],
  [{ insert: 'c', documents: [{}], stmtId: 1, $db: 'wire' }, 238, 'NotImplemented'],
  [{ insert: 'c', documents: [{}], writeConcern: { j: true, fsync: true }, $db: 'wire' }, 9, 'FailedToParse'],
  [{ bulkWrite: 1, ops: [3], nsInfo: [{ ns: 'wire.c' }], $db: 'admin' }, 14, 'TypeMismatch'],
  [{ bulkWrite: 1, ops: [{ delete: 0, filter: {} }], nsInfo: ['wire.c'], $db: 'admin' }, 14, 'TypeMismatch'],
  [
    { bulkWrite: 1, ops: [{ delete: 0, filter: {} }], nsInfo: [{ ns: 'wire.c', of: 1 }], $db: 'admin' },
    40415,
    'Location40415',
  ],
  [{ endSessions: [null], $db: 'admin' }, 14, 'TypeMismatch'],
  [{ explain: { insert: 'c', documents: [{}] }, $db: 'wire' }, 20, 'IllegalOperation'],
  [{ explain: { mapReduce: 'c' }, $db: 'wire' }, 238, 'NotImplemented'],
  [{ explain: { update: 'c', updates: [{ q: 1, u: {} }] }, $db: 'wire' }, 14, 'TypeMismatch'],
  [{ explain: { delete: 'c', deletes: [] }, $db: 'wire' }, 16, 'InvalidLength'],
  [{ explain: { aggregate: 'c', pipeline: [1], cursor: {} }, $db: 'wire' }, 14, 'TypeMismatch'],
  [{ dbStats: 1, scale: 0, $db: 'wire' }, 51024, 'Location51024'],
  [{ saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: '', $db: 'admin' }, 18, 'AuthenticationFailed'],
  [{ insert: 'c', documents: [{}], writeConcern: { w: true }, $db: 'wire' }, 9, 'FailedToParse'],
  [{ ping: 1, apiVersion: '2', $db: 'wire' }, 322, 'APIVersionError'],
  [{ collStats: 'c', apiVersion: '1', apiStrict: true, $db: 'wire' }, 323, 'APIStrictError'],
  [
    {
      aggregate: 1,
      pipeline: [{ $listLocalSessions: {} }],
      cursor: {},
      apiVersion: '1',
      apiStrict: true,
      $db: 'wire',
    },
    323,
    'APIStrictError',
  ],
])('%o is refused with %i %s', async (command, code, codeName) => {
  expect(await ask(message(body(command)))).toMatchObject({ ok: 0, code, codeName })
})

test('every answer carries the time of the cluster', async () => {
  const answer = await ask(message(body(ping)))
  expect(answer).toHaveProperty('operationTime')
  expect(answer).toHaveProperty('$clusterTime.clusterTime')
})

test('a client that reads nothing is sent no more than a little ahead, and holds nobody else up', async () => {
  const [slow, other] = [await RawMongo.dial(own.server.port), await RawMongo.dial(own.server.port)]
  const text = 'x'.repeat(1_000_000)
  await slow.run({ insert: 'large', documents: [{ _id: 1, text }], $db: 'wire' })
  const finds = async () => (await own.server.control.stats()).commands.find ?? 0
  const before = await finds()
  slow.socket.pause()
  const asked = 100
  const find = message(body({ find: 'large', $db: 'wire' }))
  for (let sent = 0; sent < asked; sent++) slow.socket.write(find)
  // Whatever the slow client may be answered before it reads has been answered once these are.
  for (let turn = 0; turn < 50; turn++) expect((await other.run(ping)).ok).toBe(1)
  expect((await finds()) - before).toBeLessThan(asked / 2)

  let bytes = 0
  const all = Promise.withResolvers<void>()
  slow.socket.on('data', (chunk) => {
    bytes += chunk.length
    if (bytes > asked * text.length) all.resolve()
  })
  slow.socket.resume()
  await all.promise
  expect((await finds()) - before).toBe(asked)
  slow.close()
  other.close()
})
