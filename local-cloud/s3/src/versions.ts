import { randomBytes } from 'node:crypto'
import { S3Error } from './error.ts'
import {
  findObject,
  insertObject,
  type ObjectAttributes,
  type ObjectRow,
  removeObject,
  type StoredObject,
  storedObject,
} from './object.ts'
import { type Store, wholeSeconds } from './store.ts'
import { versioningOf } from './versioning.ts'

/**
 * What a key was before, and delete markers. The catalogue's `objects` hold what each key is now; a key that is deleted
 * by a marker has no row there, and the newest of its rows here is the marker.
 */
interface VersionRow extends Omit<ObjectRow, 'content'> {
  id: string
  /** Grows from version to version of a key. */
  place: number
  /** Null for a delete marker. */
  content: string | null
}

/** What became of a deletion; nothing where there was nothing to delete. */
export interface Deletion {
  versionId?: string
  /** Whether a delete marker was made or, where a version was named, removed. */
  deleteMarker?: boolean
  event?: 'ObjectRemoved:Delete' | 'ObjectRemoved:DeleteMarkerCreated'
}

const nullVersion = 'null'

/** An object by key, as it is now or was in one version. @throws S3Error NoSuchKey, NoSuchVersion, MethodNotAllowed */
export function readObject(store: Store, bucket: string, key: string, versionId?: string): StoredObject {
  const object = findReadable(store, bucket, key, versionId)
  if (object) return object
  const row =
    versionId === undefined ? newest(store, bucket, key) : findVersion(store, bucket, key, versionId)
  const headers = row && { 'x-amz-delete-marker': 'true', 'x-amz-version-id': row.id }
  if (versionId === undefined) throw new S3Error('NoSuchKey', { details: { Key: key }, headers })
  if (!row) throw new S3Error('NoSuchVersion', { details: { Key: key, VersionId: versionId } })
  throw new S3Error('MethodNotAllowed', {
    details: { Method: 'GET', ResourceType: 'DeleteMarker' },
    headers: { ...headers, allow: 'DELETE', 'last-modified': new Date(row.modified).toUTCString() },
  })
}

/** An object by key, and by version where one is named, if it is there. @throws S3Error InvalidArgument */
export function findReadable(
  store: Store,
  bucket: string,
  key: string,
  versionId?: string,
): StoredObject | undefined {
  checkVersionId(versionId)
  const current = findObject(store, bucket, key)
  if (versionId === undefined || (current && versionId === idOf(current))) return current
  const row = findVersion(store, bucket, key, versionId)
  return row && row.content !== null ? storedObject({ ...row, content: row.content }) : undefined
}

/** Makes an object what its key is now; to be called inside a commit. What was there is kept if the bucket does so. */
export function replaceObject(store: Store, object: StoredObject): void {
  const { bucket, key, content } = object
  const versioning = versioningOf(store, bucket)
  store.catalogue.mention(content.pieces)
  setAside(store, bucket, key)
  if (versioning === 'Enabled') content.versionId = newVersionId()
  insertObject(store, object)
}

/** Deletes a key, or one version of it for good; to be called inside a commit. */
export function deleteVersion(store: Store, bucket: string, key: string, versionId?: string): Deletion {
  checkVersionId(versionId)
  if (versionId === undefined) return deleteKey(store, bucket, key)
  const current = findObject(store, bucket, key)
  const row = findVersion(store, bucket, key, versionId)
  if (current && idOf(current) === versionId) removeObject(store, bucket, key)
  else if (row) removeVersion(store, row)
  else return { versionId }
  promoteNewest(store, bucket, key)
  return { versionId, deleteMarker: row?.content === null ? true : undefined, event: 'ObjectRemoved:Delete' }
}

/** Changes what is said of an object, in whichever version; to be called inside a commit. */
export function writeAttributes(
  { catalogue }: Store,
  object: StoredObject,
  attributes: ObjectAttributes,
): void {
  const text = JSON.stringify(attributes)
  const { bucket, key } = object
  const id = idOf(object)
  const earlier = 'UPDATE versions SET attributes = ? WHERE bucket = ? AND key = ? AND id = ?'
  if (catalogue.run(earlier, text, bucket, key, id) > 0) return
  catalogue.run('UPDATE objects SET attributes = ? WHERE bucket = ? AND key = ?', text, bucket, key)
}

/** The header that names an object's version, in buckets that ever had any. */
export function versionHeader(
  store: Store,
  object: Pick<StoredObject, 'bucket' | 'content'>,
  name = 'x-amz-version-id',
): Record<string, string> {
  return versioningOf(store, object.bucket) ? { [name]: idOf(object) } : {}
}

function idOf({ content }: Pick<StoredObject, 'content'>): string {
  return content.versionId ?? nullVersion
}

function deleteKey(store: Store, bucket: string, key: string): Deletion {
  if (!versioningOf(store, bucket)) {
    return removeObject(store, bucket, key) ? { event: 'ObjectRemoved:Delete' } : {}
  }
  const versionId = versioningOf(store, bucket) === 'Enabled' ? newVersionId() : nullVersion
  setAside(store, bucket, key)
  insertVersion(store, {
    ...{ bucket, key, id: versionId, etag: '', bytes: 0, modified: wholeSeconds(store.now()) },
    ...{ checksum: null, attributes: '{"headers":{},"metadata":{},"tags":{}}', content: null },
  })
  return { versionId, deleteMarker: true, event: 'ObjectRemoved:DeleteMarkerCreated' }
}

/** Takes away what a key is now: into its versions, unless the bucket has none or it would be a second `null`. */
function setAside(store: Store, bucket: string, key: string): void {
  const versioning = versioningOf(store, bucket)
  const current = findObject(store, bucket, key)
  if (versioning === 'Suspended') {
    const earlier = findVersion(store, bucket, key, nullVersion)
    if (earlier) removeVersion(store, earlier)
  }
  if (!current) return
  if (!versioning || (versioning === 'Suspended' && idOf(current) === nullVersion)) {
    removeObject(store, bucket, key)
    return
  }
  const row = store.catalogue.one<ObjectRow>(
    'SELECT * FROM objects WHERE bucket = ? AND key = ?',
    bucket,
    key,
  )!
  insertVersion(store, { ...row, id: idOf(current) })
  store.catalogue.run('DELETE FROM objects WHERE bucket = ? AND key = ?', bucket, key)
}

/** After a deletion the newest version left becomes what the key is now, unless it is a marker. */
function promoteNewest(store: Store, bucket: string, key: string): void {
  if (findObject(store, bucket, key)) return
  const row = newest(store, bucket, key)
  if (!row || row.content === null) return
  insertObject(store, storedObject({ ...row, content: row.content }))
  store.catalogue.run('DELETE FROM versions WHERE bucket = ? AND key = ? AND id = ?', bucket, key, row.id)
}

function findVersion(store: Store, bucket: string, key: string, id: string): VersionRow | undefined {
  const sql = 'SELECT * FROM versions WHERE bucket = ? AND key = ? AND id = ?'
  return store.catalogue.one<VersionRow>(sql, bucket, key, id)
}

function newest(store: Store, bucket: string, key: string): VersionRow | undefined {
  const sql = 'SELECT * FROM versions WHERE bucket = ? AND key = ? ORDER BY place DESC LIMIT 1'
  return store.catalogue.one<VersionRow>(sql, bucket, key)
}

function insertVersion(store: Store, row: Omit<VersionRow, 'place'>): void {
  store.catalogue.run(
    'INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    row.bucket,
    row.key,
    (newest(store, row.bucket, row.key)?.place ?? 0) + 1,
    row.id,
    row.etag,
    row.bytes,
    row.modified,
    row.checksum,
    row.attributes,
    row.content,
  )
}

function removeVersion({ catalogue }: Store, { bucket, key, id, content }: VersionRow): void {
  if (content !== null) catalogue.forget((JSON.parse(content) as StoredObject['content']).pieces)
  catalogue.run('DELETE FROM versions WHERE bucket = ? AND key = ? AND id = ?', bucket, key, id)
}

function newVersionId(): string {
  return randomBytes(24).toString('base64url').replaceAll('-', '.')
}

/** @throws S3Error InvalidArgument for what can't be the id of any version */
function checkVersionId(versionId: string | undefined): void {
  if (versionId === undefined || versionId === nullVersion || /^[\w.]{32}$/.test(versionId)) return
  throw new S3Error('InvalidArgument', {
    message: 'Invalid version id specified',
    details: { ArgumentName: 'versionId', ArgumentValue: versionId },
  })
}
