import { decodeString, encode } from '../language/codec.ts'
import { MongoError } from '../language/error.ts'
import type { Doc } from '../language/value.ts'
import type { Snapshot, Writer } from './writer.ts'

/**
 * A document's BSON as a string of bytes. Node keeps such a string at one byte a character and 16 bytes
 * of header and frees it singly; a Buffer per document costs some 200 bytes more, or pins the slab it was cut from.
 */
export type Stored = string

export const stored = (bson: Uint8Array): Stored =>
  Buffer.from(bson.buffer, bson.byteOffset, bson.byteLength).toString('latin1')

/** One state of a document: written by an open transaction (`writer`), or committed at `at`. */
export interface Version {
  /** Undefined says that the document was deleted. */
  bson: Stored | undefined
  writer: Writer | undefined
  at: number
  older: Version | undefined
}

/** A document's place in its collection, through all of its versions. */
export interface Record {
  /** Rises with insertion, across all collections; also the row on disk. */
  readonly id: number
  newest: Version
}

/** The version that a reader sees: a transaction its own writes and its snapshot, anyone else what was committed. */
export function visible(record: Record, reader: Snapshot | undefined): Version | undefined {
  let version: Version | undefined = record.newest
  if (reader === undefined) while (version?.writer) version = version.older
  else {
    while (version && version.writer !== reader && (version.writer || version.at > reader.snapshot)) {
      version = version.older
    }
  }
  return version?.bson === undefined ? undefined : version
}

/**
 * Takes off a record the versions that are neither its newest nor seen at one of `moments`, which come latest first.
 * `gone` says that nothing is left of it but that it was deleted.
 */
export function forget(record: Record, moments: number[]): { dropped: Version[]; gone: boolean } {
  const { newest } = record
  const dropped: Version[] = []
  const waiting = [...moments]
  let last = newest
  for (let version: Version | undefined = newest; version; version = version.older) {
    const seen = !version.writer && waiting[0] !== undefined && version.at <= waiting[0]
    if (seen) while (waiting[0] !== undefined && version.at <= waiting[0]) waiting.shift()
    if (version === newest) continue
    if (seen) {
      last.older = version
      last = version
    } else dropped.push(version)
  }
  last.older = undefined
  return { dropped, gone: last === newest && newest.bson === undefined && !newest.writer }
}

/** A version's document, decoded: whole, or of its top level only the fields that are asked for. */
export function documentOf(version: Version, only?: ReadonlySet<string>): Doc {
  return decodeString(version.bson!, only)
}

export const maxDocumentBytes = 16 * 1024 * 1024
const maxDocumentLevels = 180

/** A document as it is kept or sent. Throws BSONObjectTooLarge (10334). */
export function storedDocument(doc: Doc, mostLevels?: number): Stored {
  const bson = stored(encode(doc, mostLevels))
  if (bson.length <= maxDocumentBytes) return bson
  const size = `${bson.length}(0x${bson.length.toString(16).toUpperCase()})`
  throw new MongoError(10334, `BSONObj size: ${size} is invalid. Size must be between 0 and 16793600(16MB)`)
}

/** A version to be written. Throws BSONObjectTooLarge (10334). */
export function newVersion(doc: Doc, older: Version | undefined): Version {
  return { bson: storedDocument(doc, maxDocumentLevels), writer: undefined, at: 0, older }
}
