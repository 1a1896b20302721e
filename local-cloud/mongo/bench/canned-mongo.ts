/**
 * A server that answers every find with one and the same document at once, and everything else with an empty success.
 * What mongoose reaches with it is the most that it could reach with any server.
 */
import { createServer, type Socket } from 'node:net'
import { Long, ObjectId, serialize } from 'bson'

const host = '127.0.0.1'
const document = {
  _id: new ObjectId(),
  tenantId: 'ten_1',
  name: 'item 1',
  n: 1,
  text: 'lorem ipsum dolor sit amet '.repeat(6),
}
const found = reply({ cursor: { firstBatch: [document], id: Long.ZERO, ns: 'bench.larges' }, ok: 1 })
const empty = reply({ ok: 1 })

/** An OP_MSG, or with `legacy` an OP_REPLY, whose request is filled in later. */
function reply(doc: object, legacy = false): Buffer {
  const body = serialize(doc)
  const message = Buffer.alloc((legacy ? 36 : 21) + body.length)
  message.writeInt32LE(message.length, 0)
  message.writeInt32LE(legacy ? 1 : 2013, 12)
  if (legacy) message.writeInt32LE(1, 32)
  message.set(body, message.length - body.length)
  return message
}

function hello(port: number) {
  const me = `${host}:${port}`
  const limits = { maxBsonObjectSize: 16_777_216, maxMessageSizeBytes: 48_000_000, maxWriteBatchSize: 1000 }
  const set = { setName: 'rs0', setVersion: 1, hosts: [me], primary: me, me, isWritablePrimary: true }
  return { ...limits, ...set, helloOk: true, minWireVersion: 0, maxWireVersion: 25, ok: 1 }
}

function serve(socket: Socket, port: number): void {
  socket.setNoDelay(true).on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    for (let at = 0; at + 16 <= chunk.length; at += chunk.readInt32LE(at)) {
      const legacy = chunk.readInt32LE(at + 12) === 2004
      const command = chunk.toString('latin1', at + 26, chunk.indexOf(0, at + 26))
      const greeting = legacy || /^(hello|ismaster)$/i.test(command)
      const message = greeting ? reply(hello(port), legacy) : Buffer.from(command === 'find' ? found : empty)
      message.writeInt32LE(chunk.readInt32LE(at + 4), 8)
      socket.write(message)
    }
  })
}

const server = createServer((socket) => serve(socket, port))
let port = 0
server.listen(0, host, () => {
  port = (server.address() as { port: number }).port
  process.send!({ url: `mongodb://${host}:${port}/?replicaSet=rs0`, port })
})
