import { createHash } from 'node:crypto'
import { type Checksum, parseAlgorithm, startChecksum } from './checksums.ts'
import { checkReadConditions, checkWriteConditions } from './conditions.ts'
import { S3Error } from './error.ts'
import { expirationHeader } from './lifecycle.ts'
import { findObject, type StoredObject } from './object.ts'
import { readAttributes } from './object-headers.ts'
import type { RequestHeaders } from './request.ts'
import { type Call, commit, type Reply, readBucket, type Store, target, wholeSeconds } from './store.ts'
import { decodeUri } from './uri.ts'
import { readObject, replaceObject, versionHeader } from './versions.ts'
import { element, result } from './xml.ts'

/** What a copy of an object onto itself may be for, beside new metadata. */
const changing = ['x-amz-server-side-encryption', 'x-amz-storage-class', 'x-amz-website-redirect-location']
const largestCopy = 5 * 1024 ** 3

/** Makes a new object of another's bytes, which both then share on disk. */
export async function copyObject(call: Call): Promise<Reply> {
  const { store, request } = call
  const { headers } = request
  const { bucket, key } = target(call)
  const source = readCopySource(store, headers)
  checkReadConditions(headers, source, 'x-amz-copy-source-')
  if (source.bytes > largestCopy) {
    throw new S3Error('InvalidRequest', {
      message: `The specified copy source is larger than the maximum allowable size for a copy source: ${largestCopy}`,
    })
  }
  const attributes = copiedAttributes(headers, source, isCurrent(store, source, bucket, key))
  const named = headers.get('x-amz-checksum-algorithm')
  const { etag, checksum } = await digestCopy(store, source, named)
  const copy: StoredObject = {
    bucket,
    key,
    etag,
    bytes: source.bytes,
    modified: wholeSeconds(store.now()),
    checksum,
    attributes,
    content: { pieces: source.content.pieces },
  }
  await commit(store, () => {
    readBucket(store, bucket)
    const unchanged = readCopySource(store, headers)
    if (unchanged.content.pieces[0]?.blob !== source.content.pieces[0]?.blob) {
      throw new S3Error('ConditionalRequestConflict')
    }
    checkWriteConditions(headers, findObject(store, bucket, key), key)
    replaceObject(store, copy)
    store.changed({
      event: 'ObjectCreated:Copy',
      bucket,
      key,
      bytes: copy.bytes,
      etag,
      versionId: copy.content.versionId,
    })
  })
  return {
    status: 200,
    headers: {
      ...versionHeader(store, copy),
      ...versionHeader(store, source, 'x-amz-copy-source-version-id'),
      'x-amz-expiration': expirationHeader(store, copy),
      'x-amz-server-side-encryption': copy.attributes.headers['x-amz-server-side-encryption'],
    },
    body: result('CopyObjectResult', [
      element('LastModified', new Date(copy.modified).toISOString()),
      element('ETag', `"${etag}"`),
      ...(checksum
        ? [element(`Checksum${checksum.algorithm}`, checksum.value), element('ChecksumType', checksum.type)]
        : []),
    ]),
  }
}

/** Whether a copy would put an object in its own place; an earlier version of it may be brought back so. */
function isCurrent(store: Store, source: StoredObject, bucket: string, key: string): boolean {
  const here = source.bucket === bucket && source.key === key
  return here && findObject(store, bucket, key)?.content.versionId === source.content.versionId
}

/** The object that `x-amz-copy-source` names. @throws S3Error InvalidArgument, NoSuchBucket, NoSuchKey */
export function readCopySource(store: Store, headers: RequestHeaders): StoredObject {
  const source = headers.get('x-amz-copy-source') ?? ''
  const mark = source.indexOf('?versionId=')
  const path = decodeUri(mark < 0 ? source : source.slice(0, mark)).replace(/^\//, '')
  const slash = path.indexOf('/')
  if (slash < 1 || slash === path.length - 1) {
    throw new S3Error('InvalidArgument', {
      message: 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      details: { ArgumentName: 'x-amz-copy-source', ArgumentValue: source },
    })
  }
  const versionId = mark < 0 ? undefined : source.slice(mark + '?versionId='.length)
  const bucket = readBucket(store, path.slice(0, slash)).name
  return readObject(store, bucket, path.slice(slash + 1), versionId)
}

function copiedAttributes(
  headers: RequestHeaders,
  source: StoredObject,
  ontoItself: boolean,
): StoredObject['attributes'] {
  const given = readAttributes(headers)
  const replaces = (header: string): boolean => {
    const directive = headers.get(header) ?? 'COPY'
    if (directive === 'COPY' || directive === 'REPLACE') return directive === 'REPLACE'
    throw new S3Error('InvalidArgument', {
      message: 'Unknown metadata directive.',
      details: { ArgumentName: header, ArgumentValue: directive },
    })
  }
  const newMetadata = replaces('x-amz-metadata-directive')
  const newTags = replaces('x-amz-tagging-directive')
  if (ontoItself && !newMetadata && !changing.some((header) => headers.has(header))) {
    throw new S3Error('InvalidRequest', {
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    })
  }
  const described = newMetadata ? given : source.attributes
  const chosen = (header: string): boolean => changing.includes(header)
  return {
    headers: {
      ...pick(described.headers, (header) => !chosen(header)),
      // What a copy may be for is never copied itself.
      ...pick(given.headers, chosen),
    },
    metadata: described.metadata,
    tags: newTags ? given.tags : source.attributes.tags,
  }
}

function pick(headers: Record<string, string>, wanted: (header: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([header]) => wanted(header)))
}

/** A copy of a multipart object is one whole object, so its ETag and checksum are those of all its bytes. */
async function digestCopy(
  store: Store,
  source: StoredObject,
  named: string | undefined,
): Promise<{ etag: string; checksum?: Checksum }> {
  const algorithm = named === undefined ? source.checksum?.algorithm : parseAlgorithm(named)
  const known = source.checksum?.algorithm === algorithm && source.checksum?.type !== 'COMPOSITE'
  if (known && !source.content.parts) return { etag: source.etag, checksum: source.checksum }
  const md5 = createHash('md5')
  const running = algorithm && startChecksum(algorithm)
  for await (const chunk of store.blobs.read(source.content.pieces)) {
    md5.update(chunk)
    running?.update(chunk)
  }
  const etag = md5.digest('hex')
  if (!algorithm || !running) return { etag }
  return {
    etag,
    checksum: { algorithm, value: (await running.digest()).toString('base64'), type: 'FULL_OBJECT' },
  }
}
