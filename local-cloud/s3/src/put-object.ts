import { checkWriteConditions } from './conditions.ts'
import { expirationHeader } from './lifecycle.ts'
import { findObject, type StoredObject } from './object.ts'
import { checksumHeaders, readAttributes } from './object-headers.ts'
import { openPayload } from './payload.ts'
import type { Payload } from './payload-digest.ts'
import { type Call, commit, type Reply, readBucket, type Store, target, wholeSeconds } from './store.ts'
import { deleteVersion, findReadable, replaceObject, versionHeader } from './versions.ts'

export async function putObject(call: Call): Promise<Reply> {
  const { store, request, authorization } = call
  const { bucket, key } = target(call)
  const attributes = readAttributes(request.headers)
  const payload = openPayload(request, authorization)
  // Asked twice: before the bytes, to spare the sender a hopeless upload, and again where it commits.
  checkWriteConditions(request.headers, findObject(store, bucket, key), key)
  const object = await storeObject(
    store,
    { bucket, key, attributes },
    payload,
    'ObjectCreated:Put',
    (existing) => checkWriteConditions(request.headers, existing, key),
  )
  return {
    status: 200,
    headers: {
      etag: `"${object.etag}"`,
      ...checksumHeaders(object),
      ...versionHeader(store, object),
      'x-amz-expiration': expirationHeader(store, object),
      'x-amz-server-side-encryption': attributes.headers['x-amz-server-side-encryption'],
    },
  }
}

/** Writes the bytes, then lets the object appear at once: readers see the old or the new one, never a mixture. */
export async function storeObject(
  store: Store,
  { bucket, key, attributes }: Pick<StoredObject, 'bucket' | 'key' | 'attributes'>,
  payload: Payload,
  event: string,
  check: (existing: StoredObject | undefined) => void = () => {},
): Promise<StoredObject> {
  const piece = await store.blobs.write(payload.chunks)
  try {
    const { md5, checksum } = payload.digests()
    const object: StoredObject = {
      bucket,
      key,
      etag: md5,
      bytes: piece.bytes,
      modified: wholeSeconds(store.now()),
      checksum,
      attributes,
      content: { pieces: [piece] },
    }
    await commit(store, () => {
      readBucket(store, bucket)
      check(findObject(store, bucket, key))
      replaceObject(store, object)
      store.changed({
        event,
        bucket,
        key,
        bytes: object.bytes,
        etag: object.etag,
        versionId: object.content.versionId,
      })
    })
    return object
  } catch (error) {
    if (!store.catalogue.knowsBlob(piece.blob)) await store.blobs.drop(piece.blob)
    throw error
  }
}

export async function deleteObject(call: Call): Promise<Reply> {
  const { store, request } = call
  const { bucket, key } = target(call)
  const { versionId, deleteMarker } = await commit(store, () => {
    const version = request.query.get('versionId')
    if (request.headers.has('if-match'))
      checkWriteConditions(request.headers, findReadable(store, bucket, key, version), key)
    const deletion = deleteVersion(store, bucket, key, version)
    if (deletion.event) {
      store.changed({ event: deletion.event, bucket, key, versionId: deletion.versionId })
    }
    return deletion
  })
  const headers = { 'x-amz-version-id': versionId, 'x-amz-delete-marker': deleteMarker ? 'true' : undefined }
  return { status: 204, headers }
}
