import type { Piece } from './blobs.ts'
import type { Checksum, ChecksumAlgorithm, ChecksumType } from './checksums.ts'
import { S3Error } from './error.ts'
import type { ObjectAttributes } from './object.ts'
import type { Store } from './store.ts'

/** A multipart upload that is neither completed nor aborted. */
export interface Upload {
  id: string
  bucket: string
  key: string
  /** Milliseconds since 1970. */
  initiated: number
  attributes: UploadAttributes
}

export interface UploadAttributes extends ObjectAttributes {
  checksum?: { algorithm: ChecksumAlgorithm; type: ChecksumType }
}

export interface Part {
  number: number
  etag: string
  bytes: number
  modified: number
  checksum?: Checksum
  pieces: Piece[]
}

interface PartRow {
  number: number
  etag: string
  bytes: number
  modified: number
  checksum: string | null
  content: string
}

/** @throws S3Error NoSuchUpload */
export function readUpload(
  { catalogue }: Store,
  bucket: string,
  key: string,
  id: string | undefined,
): Upload {
  const row = catalogue.one<Omit<Upload, 'attributes'> & { attributes: string }>(
    'SELECT * FROM uploads WHERE id = ? AND bucket = ? AND key = ?',
    id ?? '',
    bucket,
    key,
  )
  if (!row) throw new S3Error('NoSuchUpload', { details: { UploadId: id ?? '' } })
  return { ...row, attributes: JSON.parse(row.attributes) as UploadAttributes }
}

/** Up to `most` parts with numbers above `after`, in their order. */
export function readParts({ catalogue }: Store, upload: string, after = 0, most = 10_000): Part[] {
  return catalogue
    .all<PartRow>(
      'SELECT * FROM parts WHERE upload = ? AND number > ? ORDER BY number LIMIT ?',
      upload,
      after,
      most,
    )
    .map(({ number, etag, bytes, modified, checksum, content }) => ({
      number,
      etag,
      bytes,
      modified,
      checksum: checksum === null ? undefined : (JSON.parse(checksum) as Checksum),
      pieces: JSON.parse(content) as Piece[],
    }))
}

/** Puts a part in the place of an earlier one of its number; to be called inside a commit. */
export function replacePart({ catalogue }: Store, upload: string, part: Part): void {
  catalogue.mention(part.pieces)
  const earlier = catalogue.one<{ content: string }>(
    'SELECT content FROM parts WHERE upload = ? AND number = ?',
    upload,
    part.number,
  )
  if (earlier) catalogue.forget(JSON.parse(earlier.content) as Piece[])
  catalogue.run(
    'INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)',
    upload,
    part.number,
    part.etag,
    part.bytes,
    part.modified,
    part.checksum ? JSON.stringify(part.checksum) : null,
    JSON.stringify(part.pieces),
  )
}

/** Removes an upload and its parts; to be called inside a commit. */
export function forgetUpload(store: Store, id: string): void {
  for (const { pieces } of readParts(store, id)) store.catalogue.forget(pieces)
  store.catalogue.run('DELETE FROM parts WHERE upload = ?', id)
  store.catalogue.run('DELETE FROM uploads WHERE id = ?', id)
}
