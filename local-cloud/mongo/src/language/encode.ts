import { badValue, MongoError } from './error.ts'
import type { Value } from './value.ts'
import {
  Binary,
  BSONRegExp,
  bsonType,
  Code,
  Decimal128,
  Int32,
  Long,
  ObjectId,
  Timestamp,
  typeNameOf,
} from './value.ts'

/** A document that is BSON already, as a string of bytes: a stored one on its way into a reply is copied as it is. */
export class RawDocument {
  readonly bytes: string

  constructor(bytes: string) {
    this.bytes = bytes
  }
}

export type Encodable = Value | RawDocument | Encodable[] | EncodableDoc
export type EncodableDoc = ReadonlyMap<string, Encodable>

/** MongoDB's own bound on what it sends; what it stores stays well below. */
const maxLevels = 200
const arrayIndexes = Array.from({ length: 256 }, (_, index) => String(index))

class Writer {
  bytes: Buffer = Buffer.allocUnsafeSlow(64 * 1024)
  view: DataView = new DataView(this.bytes.buffer)
  at = 0
  levels = maxLevels

  /** Makes room for `count` bytes and answers where they start. */
  take(count: number): number {
    const start = this.at
    this.at = start + count
    if (this.at > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.at, this.bytes.length * 2))
      larger.set(this.bytes)
      this.bytes = larger
      this.view = new DataView(larger.buffer)
    }
    return start
  }

  byte(value: number): void {
    const at = this.take(1)
    this.bytes[at] = value
  }

  int32(value: number): void {
    const at = this.take(4)
    this.view.setInt32(at, value, true)
  }

  text(value: string): void {
    const length = value.length
    const start = this.take(length * 3)
    if (length < 48) {
      let index = 0
      for (; index < length; index++) {
        const unit = value.charCodeAt(index)
        if (unit > 127) break
        this.bytes[start + index] = unit
      }
      if (index === length) {
        this.at = start + length
        return
      }
    }
    this.at = start + this.bytes.write(value, start, 'utf8')
  }

  cstring(value: string): void {
    if (value.includes('\0')) throw badValue('field names and patterns must not contain null bytes')
    this.text(value)
    this.byte(0)
  }

  string(value: string): void {
    const start = this.take(4)
    this.text(value)
    this.byte(0)
    this.view.setInt32(start, this.at - start - 4, true)
  }

  raw(value: Uint8Array): void {
    const start = this.take(value.length)
    this.bytes.set(value, start)
  }

  document(doc: EncodableDoc, depth: number): void {
    const start = this.open(depth)
    for (const [name, value] of doc) this.element(name, value, depth)
    this.close(start)
  }

  array(values: readonly Encodable[], depth: number): void {
    const start = this.open(depth)
    for (let index = 0; index < values.length; index++) {
      this.element(arrayIndexes[index] ?? String(index), values[index]!, depth)
    }
    this.close(start)
  }

  open(depth: number): number {
    if (depth >= this.levels)
      throw new MongoError(15, `Document exceeds maximum nesting depth of ${this.levels}`)
    return this.take(4)
  }

  close(start: number): void {
    this.byte(0)
    this.view.setInt32(start, this.at - start, true)
  }

  element(name: string, value: Encodable, depth: number): void {
    const at = this.take(1)
    this.cstring(name)
    const type = this.value(value, depth)
    this.bytes[at] = type
  }

  /** Writes a value and answers its type byte. */
  value(value: Encodable, depth: number): number {
    switch (typeof value) {
      case 'string':
        this.string(value)
        return bsonType.string
      case 'number':
        this.double(value)
        return bsonType.double
      case 'boolean':
        this.byte(value ? 1 : 0)
        return bsonType.bool
    }
    if (value === null) return bsonType.null
    if (value instanceof Int32) {
      this.int32(value.value)
      return bsonType.int
    }
    if (value instanceof Map) {
      this.document(value, depth + 1)
      return bsonType.object
    }
    if (Array.isArray(value)) {
      this.array(value, depth + 1)
      return bsonType.array
    }
    if (value instanceof RawDocument) {
      const at = this.take(value.bytes.length)
      this.bytes.write(value.bytes, at, 'latin1')
      return bsonType.object
    }
    return this.scalar(value as Value)
  }

  double(value: number): void {
    const at = this.take(8)
    this.view.setFloat64(at, value, true)
  }

  scalar(value: Value): number {
    const type = bsonType[typeNameOf(value)]
    if (value instanceof ObjectId) this.raw(value.id)
    else if (value instanceof Date) this.date(value.getTime())
    else if (value instanceof Timestamp || value instanceof Long) {
      this.int32(value.low)
      this.int32(value.high)
    } else if (value instanceof Binary) {
      this.int32(value.position)
      this.byte(value.sub_type)
      this.raw(value.buffer.subarray(0, value.position))
    } else if (value instanceof BSONRegExp) {
      this.cstring(value.pattern)
      this.cstring(value.options)
    } else if (value instanceof Decimal128) this.raw(value.bytes)
    else if (value instanceof Code) this.string(String(value.code))
    return type & 0xff
  }

  date(ms: number): void {
    if (Number.isNaN(ms)) throw badValue('a date is not a valid time')
    const high = Math.floor(ms / 4294967296)
    const at = this.take(8)
    this.view.setUint32(at, ms - high * 4294967296, true)
    this.view.setInt32(at + 4, high, true)
  }
}

/** Larger ones are given back after use. */
const keptBytes = 1024 * 1024
let writer = new Writer()

/**
 * Writes a document as BSON (bsonspec.org) into bytes of its own, after as many free bytes as `before` says. Throws
 * Overflow (15) beyond so many levels.
 */
export function encode(doc: EncodableDoc, levels = maxLevels, before = 0): Buffer {
  writer.at = 0
  writer.levels = levels
  writer.document(doc, 0)
  const bytes = Buffer.allocUnsafe(before + writer.at)
  writer.bytes.copy(bytes, before, 0, writer.at)
  if (writer.bytes.length > keptBytes) writer = new Writer()
  return bytes
}
