import { MongoError } from './error.ts'

/** MongoDB stores at most 100 levels; commands wrap documents in a few more. */
const maxDepth = 200

export const invalid = (why: string): MongoError => new MongoError(22, `invalid BSON: ${why}`)
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Names recur in every document, so equal names share one string: faster to read and far less to keep. */
const internedNames: string[] = new Array(4096).fill('')

/** Walks through BSON, checking every length and terminator before it relies on it. */
export class ByteReader {
  readonly bytes: Buffer
  at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  int32(at: number): number {
    const { bytes } = this
    return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
  }

  /** Reads the length of a document and answers where its closing zero must stand. */
  open(limit: number, depth: number): number {
    if (depth > maxDepth) throw new MongoError(15, `documents are nested deeper than ${maxDepth} levels`)
    if (this.at + 5 > limit) throw invalid('a document is cut short')
    const length = this.int32(this.at)
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
    const length = this.int32(this.need(4, end))
    if (length < 1) throw invalid(`a string claims a length of ${length} bytes`)
    const start = this.need(length, end)
    if (this.bytes[this.at - 1] !== 0) throw invalid('a string is not terminated')
    return this.text(start, this.at - 1)
  }
}
