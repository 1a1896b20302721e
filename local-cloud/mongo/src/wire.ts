import { type EncodableDoc, encode } from './language/codec.ts'
import { MongoError } from './language/error.ts'

/**
 * The MongoDB wire protocol: OP_MSG with both section kinds, and the legacy OP_QUERY that some drivers still
 * open a connection with. Input is untrusted: nothing is read before its length has been checked.
 * https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */

export const maxMessageBytes = 48_000_000
const headerBytes = 16
const opReply = 1
const opQuery = 2004
const opMsg = 2013

const checksumPresent = 1
const moreToCome = 2
const knownRequiredFlags = checksumPresent | moreToCome

/** A message that cannot be answered because its framing is not to be trusted; the connection must close. */
export class ProtocolViolation extends Error {}

export interface Request {
  id: number
  /** True for the legacy OP_QUERY, which is answered with an OP_REPLY. */
  legacy: boolean
  /** The namespace an OP_QUERY was sent to. */
  queryNamespace?: string
  /** The command's BSON. */
  body: Uint8Array
  /** Document sequences (section kind 1) by the field they stand for. */
  sequences: Map<string, Uint8Array[]>
  /** The client asked for no answer (an unacknowledged write). */
  silent: boolean
}

/** Cuts a socket's stream into whole messages. */
export class Framing {
  #chunks: Buffer[] = []
  #held = 0
  #wanted = headerBytes

  /** Takes what the socket gave and answers the messages that are complete. Throws ProtocolViolation. */
  push(chunk: Buffer): Buffer[] {
    const messages: Buffer[] = []
    this.#chunks.push(chunk)
    this.#held += chunk.length
    while (this.#held >= this.#wanted) {
      const held = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#held)
      const length = held.readInt32LE(0)
      if (length < headerBytes || length > maxMessageBytes) {
        throw new ProtocolViolation(`a message claims a length of ${length} bytes`)
      }
      this.#chunks = [held]
      this.#wanted = length
      if (this.#held < length) break
      const rest = held.subarray(length)
      this.#chunks = rest.length > 0 ? [rest] : []
      this.#held = rest.length
      this.#wanted = headerBytes
      messages.push(held.subarray(0, length))
    }
    return messages
  }
}

/** Reads one whole message. Throws ProtocolViolation when its parts do not fill it exactly. */
export function parseRequest(message: Buffer): Request {
  const opCode = message.readInt32LE(12)
  if (opCode === opMsg) return parseMsg(message)
  if (opCode === opQuery) return parseQuery(message)
  throw new ProtocolViolation(`operation code ${opCode} is not supported`)
}

function parseMsg(message: Buffer): Request {
  let end = message.length
  if (end < headerBytes + 4 + 1 + 5) throw new ProtocolViolation('an OP_MSG is cut short')
  const flags = message.readUInt32LE(headerBytes)
  if ((flags & 0xffff & ~knownRequiredFlags) !== 0) {
    throw new ProtocolViolation(`an OP_MSG has unknown required flags ${flags}`)
  }
  if (flags & checksumPresent) {
    end -= 4
    if (crc32c(message.subarray(0, end)) !== message.readUInt32LE(end)) {
      throw new ProtocolViolation('an OP_MSG does not match its checksum')
    }
  }
  let body: Buffer | undefined
  const sequences = new Map<string, Uint8Array[]>()
  let at = headerBytes + 4
  while (at < end) {
    const kind = message[at++]!
    if (kind === 0) {
      if (body) throw new ProtocolViolation('an OP_MSG has two bodies')
      body = sized(message, at, end)
      at += body.length
    } else if (kind === 1) {
      const section = sized(message, at, end)
      const nameEnd = section.indexOf(0, 4)
      if (nameEnd < 0) throw new ProtocolViolation('a document sequence has no name')
      const name = section.toString('utf8', 4, nameEnd)
      if (sequences.has(name)) throw new ProtocolViolation(`two document sequences are called ${name}`)
      const documents: Uint8Array[] = []
      for (let from = nameEnd + 1; from < section.length; from += documents.at(-1)!.length) {
        documents.push(sized(section, from, section.length))
      }
      sequences.set(name, documents)
      at += section.length
    } else {
      throw new ProtocolViolation(`an OP_MSG has a section of unknown kind ${kind}`)
    }
  }
  if (!body) throw new ProtocolViolation('an OP_MSG has no body')
  return { id: message.readInt32LE(4), legacy: false, body, sequences, silent: (flags & moreToCome) !== 0 }
}

function parseQuery(message: Buffer): Request {
  const nameEnd = message.indexOf(0, headerBytes + 4)
  if (nameEnd < 0 || nameEnd + 9 > message.length) throw new ProtocolViolation('an OP_QUERY is cut short')
  return {
    id: message.readInt32LE(4),
    legacy: true,
    queryNamespace: message.toString('utf8', headerBytes + 4, nameEnd),
    body: sized(message, nameEnd + 9, message.length),
    sequences: new Map(),
    silent: false,
  }
}

/** The part of `bytes` whose own first four bytes say how long it is. */
function sized(bytes: Buffer, at: number, end: number): Buffer {
  const length = at + 5 <= end ? bytes.readInt32LE(at) : -1
  if (length < 5 || at + length > end)
    throw new ProtocolViolation(`a section claims a length of ${length} bytes`)
  return bytes.subarray(at, at + length)
}

let lastReplyId = 0

/** The message that carries a reply. */
export function replyMessage(request: Request, reply: EncodableDoc): Buffer {
  const message = encode(reply, undefined, request.legacy ? headerBytes + 20 : headerBytes + 5)
  lastReplyId = (lastReplyId + 1) & 0x7fffffff
  message.writeInt32LE(message.length, 0)
  message.writeInt32LE(lastReplyId, 4)
  message.writeInt32LE(request.id, 8)
  message.writeInt32LE(request.legacy ? opReply : opMsg, 12)
  if (request.legacy) {
    const queryFailure = 2
    const awaitCapable = 8
    message.writeInt32LE(reply.get('ok') === 1 ? awaitCapable : queryFailure | awaitCapable, 16)
    // Cursor id and starting position are zero, and one document follows.
    message.fill(0, 20, 32)
    message.writeInt32LE(1, 32)
  } else {
    // No flags, and a section of kind 0.
    message.fill(0, 16, 21)
  }
  return message
}

/** Legacy queries serve only the first handshake; anything else must come as OP_MSG. */
export function refuseLegacyCommand(name: string): never {
  throw new MongoError(
    352,
    `Unsupported OP_QUERY command: ${name}. The client driver may require an upgrade. For more details see ` +
      'https://dochub.mongodb.org/core/legacy-opcode-removal',
  )
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc
})

/** CRC-32C (Castagnoli), the checksum of OP_MSG; Node's zlib has only CRC-32. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}
