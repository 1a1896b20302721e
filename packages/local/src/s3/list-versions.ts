import { keyEncoding, ownerElement, walk } from './list-objects.ts'
import { type Call, type Reply, readBucket } from './store.ts'
import { element, result } from './xml.ts'

/** ListObjectVersions of a bucket that was never versioned: each object is its own latest version, `null`. */
export function listObjectVersions({ store, request }: Call): Reply {
  const { query } = request
  const { name: bucket } = readBucket(store, request.bucket!)
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const after = query.get('key-marker') ?? ''
  const most = query.count('max-keys', 1000)
  const encode = keyEncoding(query.get('encoding-type'))
  const listing = walk(store, { bucket, prefix, delimiter, after, most })
  return {
    status: 200,
    body: result('ListVersionsResult', [
      element('Name', bucket),
      element('Prefix', encode(prefix)),
      element('Delimiter', delimiter ? encode(delimiter) : undefined),
      element('KeyMarker', encode(after)),
      element('VersionIdMarker', query.get('version-id-marker') ?? ''),
      element('NextKeyMarker', listing.truncated ? encode(listing.last) : undefined),
      element('NextVersionIdMarker', listing.truncated ? 'null' : undefined),
      element('MaxKeys', most),
      element('EncodingType', query.get('encoding-type')),
      element('IsTruncated', listing.truncated),
      ...listing.objects.map(({ key, etag, bytes, modified, checksum }) => ({
        name: 'Version',
        children: [
          element('Key', encode(key)),
          element('VersionId', 'null'),
          element('IsLatest', true),
          element('LastModified', new Date(modified).toISOString()),
          element('ETag', `"${etag}"`),
          element('ChecksumAlgorithm', checksum?.algorithm),
          element('ChecksumType', checksum?.type),
          element('Size', bytes),
          ownerElement,
          element('StorageClass', 'STANDARD'),
        ],
      })),
      ...listing.prefixes.map((text) => ({
        name: 'CommonPrefixes',
        children: [element('Prefix', encode(text))],
      })),
    ]),
  }
}
