import type { Socket } from 'node:net'
import type { CursorReply } from './command.ts'
import { answer, type Client } from './dispatch.ts'
import type { Engine } from './engine.ts'
import { Cut } from './faults.ts'
import { encode } from './language/codec.ts'
import type { Doc } from './language/value.ts'
import { Framing, ProtocolViolation, parseRequest, type Request, replyHeader } from './wire.ts'

/** Answers the requests of one connection in the order in which they come. */
export function serve(engine: Engine, socket: Socket): void {
  const framing = new Framing()
  const client: Client = { appName: undefined }
  const waiting: Request[] = []
  let busy = false
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    try {
      for (const message of framing.push(chunk)) waiting.push(parseRequest(message))
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error
      socket.destroy()
      return
    }
    if (!busy) work()
  })

  async function work(): Promise<void> {
    busy = true
    for (let request = waiting.shift(); request && !socket.destroyed; request = waiting.shift()) {
      try {
        const { reply, cursor } = await answer(engine, client, request)
        if (request.silent) continue
        const body = cursor ? cursorBody(reply, cursor) : encode(reply)
        socket.write(Buffer.concat([replyHeader(request, body.length, reply.get('ok') !== 1), body]))
      } catch (error) {
        // A cut is a fault switch at work; anything else is a disk that no longer takes writes.
        if (!(error instanceof Cut)) console.error(error)
        socket.destroy()
      }
    }
    busy = false
  }
}

/** The BSON of `{ cursor: { batch, id, ns }, ...rest }`, with the batch's documents copied as they are stored. */
function cursorBody(
  rest: Doc,
  { batchName, batch, cursorId, namespace, atClusterTime }: CursorReply,
): Buffer {
  const tail = encode(rest)
  const indexes = batch.map((_, at) => String(at))
  let batchBytes = 5
  for (let at = 0; at < batch.length; at++) batchBytes += 2 + indexes[at]!.length + batch[at]!.length
  const namespaceBytes = Buffer.byteLength(namespace)
  const timeBytes = atClusterTime ? 1 + 'atClusterTime\0'.length + 8 : 0
  const cursorBytes =
    4 + (2 + batchName.length + batchBytes) + (4 + 8) + (4 + 4 + namespaceBytes + 1) + timeBytes + 1
  const body = Buffer.allocUnsafe(4 + 8 + cursorBytes + tail.length - 4)
  let at = body.writeInt32LE(body.length, 0)
  at += body.write('\x03cursor\0', at, 'latin1')
  at = body.writeInt32LE(cursorBytes, at)
  at += body.write(`\x04${batchName}\0`, at, 'latin1')
  at = body.writeInt32LE(batchBytes, at)
  for (let item = 0; item < batch.length; item++) {
    at += body.write(`\x03${indexes[item]}\0`, at, 'latin1')
    at += body.write(batch[item]!, at, 'latin1')
  }
  body[at++] = 0
  at += body.write('\x12id\0', at, 'latin1')
  at = body.writeBigInt64LE(cursorId, at)
  at += body.write('\x02ns\0', at, 'latin1')
  at = body.writeInt32LE(namespaceBytes + 1, at)
  at += body.write(namespace, at)
  body[at++] = 0
  if (atClusterTime) {
    at += body.write('\x11atClusterTime\0', at, 'latin1')
    at = body.writeBigUInt64LE(atClusterTime.toBigInt(), at)
  }
  body[at++] = 0
  body.set(tail.subarray(4), at)
  return body
}
