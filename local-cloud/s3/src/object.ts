import type { Piece } from './blobs.ts'
import type { Checksum } from './checksums.ts'
import type { Store } from './store.ts'

export interface StoredObject {
  bucket: string
  key: string
  /** Without quotes: the MD5 of the bytes, or of the parts' MD5s with `-N` after a multipart upload. */
  etag: string
  bytes: number
  /** Milliseconds since 1970, cut to whole seconds as HTTP dates are. */
  modified: number
  checksum?: Checksum
  attributes: ObjectAttributes
  content: Content
}

interface Content {
  pieces: Piece[]
  /** Only after a multipart upload. */
  parts?: PartSummary[]
  uploadId?: string
  /** Absent from the version `null`, which is all that buckets without versions have. */
  versionId?: string
}

interface PartSummary {
  number: number
  bytes: number
  checksum?: string
}

/** What the sender said about an object, kept and given back. */
export interface ObjectAttributes {
  /** Standard HTTP headers by lower-case name. */
  headers: Record<string, string>
  /** `x-amz-meta-` fields without their prefix. */
  metadata: Record<string, string>
  tags: Record<string, string>
}

export interface ObjectRow {
  bucket: string
  key: string
  etag: string
  bytes: number
  modified: number
  checksum: string | null
  attributes: string
  content: string
}

export function findObject({ catalogue }: Store, bucket: string, key: string): StoredObject | undefined {
  const row = catalogue.one<ObjectRow>('SELECT * FROM objects WHERE bucket = ? AND key = ?', bucket, key)
  return row && storedObject(row)
}

export function storedObject({ checksum, attributes, content, ...row }: ObjectRow): StoredObject {
  return {
    ...row,
    checksum: checksum === null ? undefined : (JSON.parse(checksum) as Checksum),
    attributes: JSON.parse(attributes) as ObjectAttributes,
    content: JSON.parse(content) as Content,
  }
}

/** Puts a row where there is none; to be called inside a commit. */
export function insertObject({ catalogue }: Store, object: StoredObject): void {
  catalogue.run(
    'INSERT INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    object.bucket,
    object.key,
    object.etag,
    object.bytes,
    object.modified,
    object.checksum ? JSON.stringify(object.checksum) : null,
    JSON.stringify(object.attributes),
    JSON.stringify(object.content),
  )
}

/** Removes an object if it is there; to be called inside a commit. */
export function removeObject({ catalogue }: Store, bucket: string, key: string): boolean {
  const row = catalogue.one<{ content: string }>(
    'SELECT content FROM objects WHERE bucket = ? AND key = ?',
    bucket,
    key,
  )
  if (!row) return false
  catalogue.forget((JSON.parse(row.content) as Content).pieces)
  catalogue.run('DELETE FROM objects WHERE bucket = ? AND key = ?', bucket, key)
  return true
}
