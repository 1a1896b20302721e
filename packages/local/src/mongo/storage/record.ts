import { decode } from '../language/codec.ts'
import type { Doc } from '../language/value.ts'
import type { Transaction } from '../transaction.ts'

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
  /** Kept for as long as the decoding cache has room. */
  doc: Doc | undefined
  writer: Transaction | undefined
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
export function visible(record: Record, reader: Transaction | undefined): Version | undefined {
  let version: Version | undefined = record.newest
  if (reader === undefined) while (version?.writer) version = version.older
  else {
    while (version && version.writer !== reader && (version.writer || version.at > reader.snapshot)) {
      version = version.older
    }
  }
  return version?.bson === undefined ? undefined : version
}

/** BSON bytes whose decoded form is kept: the documents in use now. Decoded ones take about ten times their BSON. */
const decodedBytes = 2 * 1024 * 1024
let decoded: Version[] = []
let oldest = 0
let held = 0

/** A version's document, which the caller must not change. */
export function documentOf(version: Version): Doc {
  if (version.doc) return version.doc
  const doc = decodeOnce(version)
  keepDecoded(version, doc)
  return doc
}

/** As `documentOf`, without keeping it: for walks through everything, which would only displace what is in use. */
export function decodeOnce(version: Version): Doc {
  return version.doc ?? decode(Buffer.from(version.bson!, 'latin1'))
}

/** Remembers a version's decoded form, forgetting those that were decoded longest ago. */
export function keepDecoded(version: Version, doc: Doc): void {
  version.doc = doc
  decoded.push(version)
  held += version.bson!.length
  while (held > decodedBytes && oldest < decoded.length - 1) {
    const victim = decoded[oldest++]!
    victim.doc = undefined
    held -= victim.bson!.length
  }
  if (oldest > 4096) {
    decoded = decoded.slice(oldest)
    oldest = 0
  }
}
