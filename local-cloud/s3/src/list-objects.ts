import type { Checksum } from './checksums.ts'
import { S3Error } from './error.ts'
import { type Call, owner, type Reply, readBucket, type Store } from './store.ts'
import { encodePath } from './uri.ts'
import { type Element, element, result } from './xml.ts'

const mostKeys = 1000
/** Sorts after every key that goes on after the text it is appended to. */
export const afterAll = '\u{10ffff}'

interface ListedObject {
  key: string
  etag: string
  bytes: number
  modified: number
  checksum?: Checksum
}

interface Listing {
  objects: ListedObject[]
  prefixes: string[]
  truncated: boolean
  /** The last key or common prefix told of; where the next listing goes on. */
  last: string
}

/**
 * Walks a bucket's keys in UTF-8 order from `after`. Keys sharing what follows `prefix` up to `delimiter` are
 * rolled up into one entry and jumped over, however many they are.
 */
function walk(
  { catalogue }: Store,
  {
    bucket,
    prefix,
    delimiter,
    after,
    most,
  }: { bucket: string; prefix: string; delimiter: string; after: string; most: number },
): Listing {
  const listing: Listing = { objects: [], prefixes: [], truncated: false, last: '' }
  let cursor = after
  let inclusive = after < prefix
  if (inclusive) cursor = prefix
  // A listing that goes on after a common prefix must not tell of it again.
  const rolledUp = delimiter === '' ? undefined : commonPrefix(after, prefix, delimiter)
  if (rolledUp !== undefined && rolledUp === after) cursor = after + afterAll

  const batch = Math.min(most + 1, 200)
  for (;;) {
    const rows = catalogue.all<Omit<ListedObject, 'checksum'> & { checksum: string | null }>(
      `SELECT key, etag, bytes, modified, checksum FROM objects
       WHERE bucket = ? AND key ${inclusive ? '>=' : '>'} ? ORDER BY key LIMIT ?`,
      bucket,
      cursor,
      batch,
    )
    inclusive = false
    for (const row of rows) {
      if (!row.key.startsWith(prefix)) return listing
      const rolled = delimiter === '' ? undefined : commonPrefix(row.key, prefix, delimiter)
      if (rolled !== undefined && rolled === listing.prefixes.at(-1)) continue
      if (listing.objects.length + listing.prefixes.length === most) {
        listing.truncated = most > 0
        return listing
      }
      listing.last = rolled ?? row.key
      if (rolled !== undefined) listing.prefixes.push(rolled)
      else
        listing.objects.push({
          ...row,
          checksum: row.checksum ? (JSON.parse(row.checksum) as Checksum) : undefined,
        })
    }
    if (rows.length < batch) return listing
    cursor = rows.at(-1)!.key
    const rolled = delimiter === '' ? undefined : commonPrefix(cursor, prefix, delimiter)
    if (rolled !== undefined) cursor = rolled + afterAll
  }
}

export function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const end = key.indexOf(delimiter, prefix.length)
  return end < 0 ? undefined : key.slice(0, end + delimiter.length)
}

export function listObjectsV2(call: Call): Reply {
  const { query } = call.request
  const type = query.get('list-type')
  if (type !== '2') {
    throw new S3Error('InvalidArgument', {
      message: 'Invalid List Type specified in Request',
      details: { ArgumentName: 'list-type', ArgumentValue: type ?? '' },
    })
  }
  const token = query.get('continuation-token')
  if (token === '') {
    throw new S3Error('InvalidArgument', {
      message: 'The continuation token provided is incorrect',
      details: { ArgumentName: 'continuation-token', ArgumentValue: '' },
    })
  }
  const startAfter = query.get('start-after')
  const after = token === undefined ? (startAfter ?? '') : decodeToken(token)
  const { listing, shared, encode } = list(call, after)
  const withOwner = query.get('fetch-owner') === 'true'
  return {
    status: 200,
    body: result('ListBucketResult', [
      ...shared,
      element('StartAfter', startAfter === undefined ? undefined : encode(startAfter)),
      element('ContinuationToken', token),
      element('NextContinuationToken', listing.truncated ? encodeToken(listing.last) : undefined),
      element('KeyCount', listing.objects.length + listing.prefixes.length),
      ...entries(listing, encode, withOwner),
    ]),
  }
}

/** The first version of ListObjects, which goes on by marker. */
export function listObjects(call: Call): Reply {
  const { query } = call.request
  const marker = query.get('marker') ?? ''
  const { listing, shared, encode } = list(call, marker)
  const delimited = (query.get('delimiter') ?? '') !== ''
  return {
    status: 200,
    body: result('ListBucketResult', [
      ...shared,
      element('Marker', encode(marker)),
      element('NextMarker', listing.truncated && delimited ? encode(listing.last) : undefined),
      ...entries(listing, encode, true),
    ]),
  }
}

function list(
  { store, request }: Call,
  after: string,
): { listing: Listing; shared: (Element | undefined)[]; encode: (text: string) => string } {
  const { query } = request
  const { name: bucket } = readBucket(store, request.bucket!)
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const most = query.count('max-keys', mostKeys)
  const encode = keyEncoding(query.get('encoding-type'))
  const listing = walk(store, { bucket, prefix, delimiter, after, most })
  const shared = [
    element('Name', bucket),
    element('Prefix', encode(prefix)),
    element('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
    element('MaxKeys', most),
    element('EncodingType', query.get('encoding-type')),
    element('IsTruncated', listing.truncated),
  ]
  return { listing, shared, encode }
}

/** @throws S3Error InvalidArgument for anything but `url` */
export function keyEncoding(type: string | undefined): (text: string) => string {
  if (type === undefined) return (text) => text
  if (type === 'url') return encodePath
  throw new S3Error('InvalidArgument', {
    message: 'Invalid Encoding Method specified in Request',
    details: { ArgumentName: 'encoding-type', ArgumentValue: type },
  })
}

export const ownerElement: Element = {
  name: 'Owner',
  children: [
    { name: 'ID', children: owner.id },
    { name: 'DisplayName', children: owner.name },
  ],
}

function entries(
  { objects, prefixes }: Listing,
  encode: (text: string) => string,
  withOwner: boolean,
): Element[] {
  return [
    ...objects.map(({ key, etag, bytes, modified, checksum }) => ({
      name: 'Contents',
      children: [
        element('Key', encode(key)),
        element('LastModified', new Date(modified).toISOString()),
        element('ETag', `"${etag}"`),
        element('ChecksumAlgorithm', checksum?.algorithm),
        element('ChecksumType', checksum?.type),
        element('Size', bytes),
        withOwner ? ownerElement : undefined,
        element('StorageClass', 'STANDARD'),
      ],
    })),
    ...prefixes.map((prefix) => ({ name: 'CommonPrefixes', children: [element('Prefix', encode(prefix))] })),
  ]
}

function encodeToken(last: string): string {
  return Buffer.from(`1${last}`).toString('base64url')
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString()
  if (!text.startsWith('1')) {
    throw new S3Error('InvalidArgument', {
      message: 'The continuation token provided is incorrect',
      details: { ArgumentName: 'continuation-token' },
    })
  }
  return text.slice(1)
}
