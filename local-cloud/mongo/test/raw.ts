import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Document, deserialize, serialize } from 'bson'

/** A connection that sends exactly the bytes a test wants, where a driver would not. */
export class RawMongo {
  readonly socket: Socket

  constructor(socket: Socket) {
    this.socket = socket
  }

  static async dial(port: number): Promise<RawMongo> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new RawMongo(socket)
  }

  /** The document of the next reply, an OP_MSG or an OP_REPLY. */
  async reply(): Promise<Document> {
    let held = Buffer.alloc(0)
    for (;;) {
      const [chunk] = (await once(this.socket, 'data')) as [Buffer]
      held = Buffer.concat([held, chunk])
      if (held.length < 4 || held.length < held.readInt32LE(0)) continue
      const opReply = held.readInt32LE(12) === 1
      if (held.readInt32LE(8) !== requestId) throw new Error('the reply is to another request')
      return deserialize(held.subarray(opReply ? 36 : 21), { bsonRegExp: true })
    }
  }

  async ask(bytes: Buffer): Promise<Document> {
    this.socket.write(bytes)
    return await this.reply()
  }

  run(command: Document): Promise<Document> {
    return this.ask(message(body(command)))
  }

  close(): void {
    this.socket.destroy()
  }
}

const requestId = 7

interface Shape {
  opCode?: number
  flags?: number
  /** What the header claims, if not the truth. */
  length?: number
}

export function message(sections: Buffer, { opCode = 2013, flags = 0, length }: Shape = {}): Buffer {
  const header = Buffer.alloc(20)
  header.writeInt32LE(length ?? 20 + sections.length, 0)
  header.writeInt32LE(requestId, 4)
  header.writeInt32LE(opCode, 12)
  header.writeUInt32LE(flags, 16)
  return Buffer.concat([header, sections])
}

/** A section of kind 0. */
export const body = (command: Document): Buffer => Buffer.concat([Buffer.from([0]), serialize(command)])
