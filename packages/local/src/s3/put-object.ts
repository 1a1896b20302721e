import { checkWriteConditions } from './conditions.ts'
import { refuseOtherVersions } from './get-object.ts'
import { expirationHeader } from './lifecycle.ts'
import { findObject, removeObject, replaceObject, type StoredObject, wholeSeconds } from './object.ts'
import { checksumHeaders, readAttributes } from './object-headers.ts'
import { openPayload } from './payload.ts'
import type { Payload } from './payload-digest.ts'
import { type Call, commit, type Reply, readBucket, type Store, target } from './store.ts'

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
      store.changed({ event, bucket, key, bytes: object.bytes, etag: object.etag })
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
  refuseOtherVersions(request.query.get('versionId'))
  await commit(store, () => {
    if (request.headers.has('if-match'))
      checkWriteConditions(request.headers, findObject(store, bucket, key), key)
    if (removeObject(store, bucket, key)) store.changed({ event: 'ObjectRemoved:Delete', bucket, key })
  })
  return { status: 204 }
}
