import { MongoError, notHere } from './error.ts'
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

/** MongoDB stores at most 100 levels; commands wrap documents in a few more. */
const maxDepth = 200

const refusedTypes: Record<number, string> = {
  6: 'undefined',
  12: 'dbPointer',
  14: 'symbol',
  15: 'javascriptWithScope',
}

const invalid = (why: string): MongoError => new MongoError(22, `invalid BSON: ${why}`)
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Names recur in every document, so equal names share one string: faster to read and far less to keep. */
const internedNames: string[] = new Array(4096).fill('')

class Reader {
  readonly bytes: Buffer
  readonly view: DataView
  at: number

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = at
  }

  document(limit: number, depth: number): Doc {
    const end = this.open(limit, depth)
    const doc: Doc = new Map()
    let fields = 0
    while (this.at < end) {
      const type = this.bytes[this.at++]!
      const name = this.name(end)
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

  /** Reads the length of a document and answers where its closing zero must stand. */
  open(limit: number, depth: number): number {
    if (depth > maxDepth) throw new MongoError(15, `documents are nested deeper than ${maxDepth} levels`)
    if (this.at + 5 > limit) throw invalid('a document is cut short')
    const length = this.view.getInt32(this.at, true)
    if (length < 5 || this.at + length > limit) throw invalid(`a document claims a length of ${length} bytes`)
    const end = this.at + length - 1
    if (this.bytes[end] !== 0) throw invalid('a document is not terminated')
    this.at += 4
    return end
  }

  close(end: number): void {
    if (this.at !== end) throw invalid('a value runs over the end of its document')
    this.at++
  }

  need(count: number, end: number): number {
    const start = this.at
    if (start + count > end) throw invalid('a value runs over the end of its document')
    this.at = start + count
    return start
  }

  name(end: number): string {
    const start = this.at
    const bytes = this.bytes
    let hash = 0
    let at = start
    let byte = bytes[at]!
    let ascii = true
    while (byte !== 0) {
      if (byte > 127) ascii = false
      hash = (hash * 31 + byte) & 0xfff
      byte = bytes[++at]!
    }
    if (at >= end) throw invalid('a field name is not terminated')
    this.at = at + 1
    if (!ascii) return this.text(start, at)
    const known = internedNames[hash]!
    if (known.length === at - start) {
      let same = 0
      while (same < known.length && known.charCodeAt(same) === bytes[start + same]) same++
      if (same === known.length) return known
    }
    const name = this.text(start, at)
    if (name.length <= 64) internedNames[hash] = name
    return name
  }

  text(start: number, end: number): string {
    const { bytes } = this
    let at = start
    while (at < end && bytes[at]! < 128) at++
    if (at === end)
      return end - start > 40 ? bytes.toString('latin1', start, end) : this.shortAscii(start, end)
    try {
      return utf8.decode(bytes.subarray(start, end))
    } catch {
      throw invalid('a string is not valid UTF-8')
    }
  }

  /** Flat at once, where appending one character after another would leave a chain of them in memory. */
  shortAscii(start: number, end: number): string {
    const codes = new Array<number>(end - start)
    for (let at = start; at < end; at++) codes[at - start] = this.bytes[at]!
    return String.fromCharCode.apply(null, codes)
  }

  cstring(end: number): string {
    const start = this.at
    while (this.at < end && this.bytes[this.at] !== 0) this.at++
    if (this.at >= end) throw invalid('a regular expression is not terminated')
    return this.text(start, this.at++)
  }

  string(end: number): string {
    const length = this.view.getInt32(this.need(4, end), true)
    if (length < 1) throw invalid(`a string claims a length of ${length} bytes`)
    const start = this.need(length, end)
    if (this.bytes[this.at - 1] !== 0) throw invalid('a string is not terminated')
    return this.text(start, this.at - 1)
  }

  value(type: number, end: number, depth: number): Value {
    const view = this.view
    switch (type) {
      case 1:
        return view.getFloat64(this.need(8, end), true)
      case 2:
        return this.string(end)
      case 3:
        return this.document(end, depth + 1)
      case 4:
        return this.array(end, depth + 1)
      case 5: {
        const length = view.getInt32(this.need(4, end), true)
        if (length < 0) throw invalid(`a binary claims a length of ${length} bytes`)
        const start = this.need(length + 1, end)
        return new Binary(Uint8Array.prototype.slice.call(this.bytes, start + 1, this.at), this.bytes[start])
      }
      case 7: {
        const start = this.need(12, end)
        return new ObjectId(this.bytes.subarray(start, start + 12))
      }
      case 8: {
        const byte = this.bytes[this.need(1, end)]!
        if (byte > 1) throw invalid(`a boolean is ${byte}`)
        return byte === 1
      }
      case 9: {
        const start = this.need(8, end)
        const ms = view.getInt32(start + 4, true) * 4294967296 + view.getUint32(start, true)
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
        return new Int32(view.getInt32(this.need(4, end), true))
      case 17: {
        const start = this.need(8, end)
        return new Timestamp({ t: view.getUint32(start + 4, true), i: view.getUint32(start, true) })
      }
      case 18: {
        const start = this.need(8, end)
        return new Long(view.getInt32(start, true), view.getInt32(start + 4, true))
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
  const reader = new Reader(bytes, 0)
  const doc = reader.document(bytes.length, 0)
  if (reader.at !== bytes.length) throw invalid('bytes follow the end of the document')
  return doc
}
