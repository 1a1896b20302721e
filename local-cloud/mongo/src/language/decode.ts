import { ByteReader, invalid } from './byte-reader.ts'
import { notHere } from './error.ts'
import type { Doc, Value } from './value.ts'
import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from './value.ts'

/**
 * BSON 1.1 (bsonspec.org) to and from the server's own values. Input is untrusted: every length, terminator,
 * boolean and UTF-8 sequence is checked before it is used, and a type that this server does not hold is
 * refused by its name rather than dropped.
 */

const refusedTypes: Record<number, string> = {
  6: 'undefined',
  12: 'dbPointer',
  14: 'symbol',
  15: 'javascriptWithScope',
}

/** Bytes of the values whose type alone tells their size, by type. */
const fixedBytes: (number | undefined)[] = new Array(256).fill(undefined)
for (const [type, bytes] of [
  [1, 8],
  [7, 12],
  [8, 1],
  [9, 8],
  [10, 0],
  [16, 4],
  [17, 8],
  [18, 8],
  [19, 16],
  [127, 0],
  [255, 0],
])
  fixedBytes[type!] = bytes

/** An ObjectId takes its bytes out of here. */
const idBytes = new Uint8Array(12)

class Reader extends ByteReader {
  document(limit: number, depth: number, only?: ReadonlySet<string>): Doc {
    const end = this.open(limit, depth)
    const doc: Doc = new Map()
    let fields = 0
    while (this.at < end) {
      const type = this.bytes[this.at++]!
      const name = this.name(end)
      if (only && !only.has(name)) {
        this.pass(type, end)
        continue
      }
      doc.set(name, this.value(type, end, depth))
      if (doc.size !== ++fields) throw invalid(`the field name '${name}' appears twice in one document`)
    }
    this.close(end)
    return doc
  }

  array(limit: number, depth: number): Value[] {
    const end = this.open(limit, depth)
    const values: Value[] = []
    while (this.at < end) {
      const type = this.bytes[this.at++]!
      while (this.at < end && this.bytes[this.at] !== 0) this.at++
      if (this.at++ >= end) throw invalid('an array index is not terminated')
      values.push(this.value(type, end, depth))
    }
    this.close(end)
    return values
  }

  /** Goes past a value that nobody asked for. */
  pass(type: number, end: number): void {
    const fixed = fixedBytes[type]
    if (fixed !== undefined) this.need(fixed, end)
    else if (type === 11) {
      this.cstring(end)
      this.cstring(end)
    } else if (this.at + 4 > end) throw invalid('a value runs over the end of its document')
    else {
      // The length of a document counts itself, that of a string does not, and a binary has a subtype besides.
      const beside = type === 3 || type === 4 ? 0 : type === 5 ? 5 : 4
      const length = this.int32(this.at)
      if (length < 0) throw invalid(`a value claims a length of ${length} bytes`)
      this.need(beside + length, end)
    }
  }

  value(type: number, end: number, depth: number): Value {
    switch (type) {
      case 1:
        return this.bytes.readDoubleLE(this.need(8, end))
      case 2:
        return this.string(end)
      case 3:
        return this.document(end, depth + 1)
      case 4:
        return this.array(end, depth + 1)
      case 5: {
        const length = this.int32(this.need(4, end))
        if (length < 0) throw invalid(`a binary claims a length of ${length} bytes`)
        const start = this.need(length + 1, end)
        return new Binary(Uint8Array.prototype.slice.call(this.bytes, start + 1, this.at), this.bytes[start])
      }
      case 7: {
        const start = this.need(12, end)
        for (let at = 0; at < 12; at++) idBytes[at] = this.bytes[start + at]!
        return new ObjectId(idBytes)
      }
      case 8: {
        const byte = this.bytes[this.need(1, end)]!
        if (byte > 1) throw invalid(`a boolean is ${byte}`)
        return byte === 1
      }
      case 9: {
        const start = this.need(8, end)
        const ms = this.int32(start + 4) * 4294967296 + (this.int32(start) >>> 0)
        if (Math.abs(ms) > 8.64e15) throw invalid('dates beyond the year 275760 are not supported')
        return new Date(ms)
      }
      case 10:
        return null
      case 11: {
        const pattern = this.cstring(end)
        const flags = this.cstring(end)
        if (/[^ilmsux]/.test(flags)) throw invalid(`a regular expression has the flags '${flags}'`)
        return new BSONRegExp(pattern, flags)
      }
      case 13:
        return new Code(this.string(end))
      case 16:
        return new Int32(this.int32(this.need(4, end)))
      case 17: {
        const start = this.need(8, end)
        return new Timestamp({ t: this.int32(start + 4) >>> 0, i: this.int32(start) >>> 0 })
      }
      case 18: {
        const start = this.need(8, end)
        return new Long(this.int32(start), this.int32(start + 4))
      }
      case 19: {
        const start = this.need(16, end)
        return new Decimal128(Uint8Array.prototype.slice.call(this.bytes, start, start + 16))
      }
      case 127:
        return new MaxKey()
      case 255:
        return new MinKey()
    }
    const name = refusedTypes[type]
    throw name ? notHere(`the BSON type ${name}`) : invalid(`unknown type byte ${type}`)
  }
}

/** Reads one document that fills `bytes` exactly. Throws InvalidBSON (22), or Overflow (15) when nested too deeply. */
export function decode(bytes: Uint8Array): Doc {
  const reader = new Reader(bytes)
  const doc = reader.document(bytes.length, 0)
  if (reader.at !== bytes.length) throw invalid('bytes follow the end of the document')
  return doc
}

const small = new Reader(Buffer.allocUnsafeSlow(64 * 1024))

/**
 * Reads a document that is kept as a string of bytes, and of its top level only the fields that are asked for. What
 * it answers shares nothing with other calls.
 */
export function decodeString(bson: string, only?: ReadonlySet<string>): Doc {
  const { length } = bson
  const reader = length <= small.bytes.length ? small : new Reader(Buffer.allocUnsafeSlow(length))
  reader.bytes.write(bson, 'latin1')
  reader.at = 0
  return reader.document(length, 0, only)
}
