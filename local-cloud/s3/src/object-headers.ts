import { refuseOtherAcl } from './acl.ts'
import { checksumHeader } from './checksums.ts'
import { S3Error } from './error.ts'
import type { ObjectAttributes, StoredObject } from './object.ts'
import type { RequestHeaders } from './request.ts'
import type { Reply } from './store.ts'
import { parseTagging } from './tagging.ts'

const storedHeaders = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
  'x-amz-website-redirect-location',
]
const largestMetadata = 2048

/**
 * Reads what a request says about the object it makes, and refuses what this server wouldn't honour.
 * @throws S3Error MetadataTooLarge, NotImplemented, AccessControlListNotSupported, InvalidTag
 */
export function readAttributes(headers: RequestHeaders): ObjectAttributes {
  refuseUnsupported(headers)
  const attributes: ObjectAttributes = {
    headers: { 'content-type': 'binary/octet-stream' },
    metadata: headers.withPrefix('x-amz-meta-'),
    tags: parseTagging(headers.get('x-amz-tagging') ?? ''),
  }
  for (const name of storedHeaders) {
    const value = headers.get(name)
    if (value) attributes.headers[name] = value
  }
  const encoding = (headers.get('content-encoding') ?? '')
    .split(',')
    .filter((token) => token.trim() !== 'aws-chunked')
    .join(',')
    .trim()
  if (encoding) attributes.headers['content-encoding'] = encoding
  else delete attributes.headers['content-encoding']
  const size = Object.entries(attributes.metadata).reduce(
    (sum, [name, value]) => sum + name.length + value.length,
    0,
  )
  if (size > largestMetadata) {
    throw new S3Error('MetadataTooLarge', {
      details: { Size: String(size), MaxSizeAllowed: String(largestMetadata) },
    })
  }
  if (headers.has('x-amz-server-side-encryption'))
    attributes.headers['x-amz-server-side-encryption'] = 'AES256'
  return attributes
}

function refuseUnsupported(headers: RequestHeaders): void {
  refuseOtherAcl(headers, 'AccessControlListNotSupported')
  const notImplemented = (header: string): S3Error =>
    new S3Error('NotImplemented', { details: { Header: header } })
  if ((headers.get('x-amz-server-side-encryption') ?? 'AES256') !== 'AES256') {
    throw notImplemented('x-amz-server-side-encryption')
  }
  if ((headers.get('x-amz-storage-class') ?? 'STANDARD') !== 'STANDARD')
    throw notImplemented('x-amz-storage-class')
}

/** The headers that tell of an object, as GET and HEAD send them. */
export function objectHeaders(object: StoredObject): NonNullable<Reply['headers']> {
  const { headers, metadata, tags } = object.attributes
  const tagCount = Object.keys(tags).length
  return {
    ...headers,
    ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
    'x-amz-tagging-count': tagCount > 0 ? tagCount : undefined,
    'accept-ranges': 'bytes',
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.modified).toUTCString(),
  }
}

/** The checksum headers of an answer, sent when the request asks with `x-amz-checksum-mode: ENABLED`. */
export function checksumHeaders({ checksum }: Pick<StoredObject, 'checksum'>): Record<string, string> {
  if (!checksum) return {}
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type }
}
