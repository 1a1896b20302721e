import type { Checksum } from './checksums.ts'
import { afterAll, commonPrefix, keyEncoding, ownerElement } from './list-objects.ts'
import { type Call, type Reply, readBucket, type Store } from './store.ts'
import { type Element, element, result } from './xml.ts'

interface ListedVersion {
  key: string
  place: number
  id: string
  etag: string
  bytes: number
  modified: number
  checksum: string | null
  marker: number
}

/** What a key is now stands before everything it was. */
const currentPlace = Number.MAX_SAFE_INTEGER
const batch = 200
/** Each half is limited for itself, so that neither is read to its end. */
const query = `
  SELECT * FROM (
    SELECT key, ${currentPlace} AS place, coalesce(json_extract(content, '$.versionId'), 'null') AS id,
      etag, bytes, modified, checksum, 0 AS marker FROM objects
      WHERE bucket = ?1 AND key >= ?2 AND (key > ?2 OR ${currentPlace} < ?3) ORDER BY key LIMIT ${batch})
  UNION ALL
  SELECT * FROM (
    SELECT key, place, id, etag, bytes, modified, checksum, content IS NULL FROM versions
      WHERE bucket = ?1 AND key >= ?2 AND (key > ?2 OR place < ?3) ORDER BY key, place DESC LIMIT ${batch})
  ORDER BY key, place DESC LIMIT ${batch}`

/** ListObjectVersions: by key, the latest version first. In a bucket without versions each object is its own, `null`. */
export function listObjectVersions({ store, request }: Call): Reply {
  const { query: asked } = request
  const { name: bucket } = readBucket(store, request.bucket!)
  const prefix = asked.get('prefix') ?? ''
  const delimiter = asked.get('delimiter') ?? ''
  const keyMarker = asked.get('key-marker') ?? ''
  const idMarker = asked.get('version-id-marker') ?? ''
  const most = asked.count('max-keys', 1000)
  const encode = keyEncoding(asked.get('encoding-type'))

  const entries: Element[] = []
  const prefixes: string[] = []
  let truncated = false
  let last: { key: string; id?: string } = { key: '' }
  for (const { isLatest, ...version } of walkVersions(store, bucket, {
    prefix,
    delimiter,
    keyMarker,
    idMarker,
  })) {
    const rolled = delimiter === '' ? undefined : commonPrefix(version.key, prefix, delimiter)
    if (entries.length + prefixes.length === most) {
      truncated = most > 0
      break
    }
    if (rolled === undefined) entries.push(entry(version, isLatest, encode))
    else prefixes.push(rolled)
    last = rolled === undefined ? version : { key: rolled }
  }
  return {
    status: 200,
    body: result('ListVersionsResult', [
      element('Name', bucket),
      element('Prefix', encode(prefix)),
      element('Delimiter', delimiter ? encode(delimiter) : undefined),
      element('KeyMarker', encode(keyMarker)),
      element('VersionIdMarker', idMarker),
      element('NextKeyMarker', truncated ? encode(last.key) : undefined),
      element('NextVersionIdMarker', truncated ? last.id : undefined),
      element('MaxKeys', most),
      element('EncodingType', asked.get('encoding-type')),
      element('IsTruncated', truncated),
      ...entries,
      ...prefixes.map((text) => ({ name: 'CommonPrefixes', children: [element('Prefix', encode(text))] })),
    ]),
  }
}

/** All versions after the markers; one of each common prefix, however many there are. */
function* walkVersions(
  store: Store,
  bucket: string,
  from: { prefix: string; delimiter: string; keyMarker: string; idMarker: string },
): Generator<ListedVersion & { isLatest: boolean }> {
  const { prefix, delimiter, keyMarker, idMarker } = from
  const rollUp = (key: string): string | undefined =>
    delimiter === '' ? undefined : commonPrefix(key, prefix, delimiter)
  let key = keyMarker
  let place = idMarker === '' ? -1 : placeOf(store, bucket, keyMarker, idMarker)
  let previous = idMarker === '' ? undefined : keyMarker
  if (keyMarker < prefix) [key, place] = [prefix, currentPlace + 1]
  else if (rollUp(keyMarker) === keyMarker) [key, place] = [keyMarker + afterAll, -1]
  for (;;) {
    const rows = store.catalogue.all<ListedVersion>(query, bucket, key, place)
    let jump: string | undefined
    for (const row of rows) {
      if (!row.key.startsWith(prefix)) return
      if (jump !== undefined && row.key.startsWith(jump)) continue
      yield { ...row, isLatest: row.key !== previous }
      previous = row.key
      jump = rollUp(row.key)
    }
    if (rows.length < batch) return
    key = jump === undefined ? rows.at(-1)!.key : jump + afterAll
    place = jump === undefined ? rows.at(-1)!.place : -1
  }
}

function placeOf({ catalogue }: Store, bucket: string, key: string, id: string): number {
  const sql = 'SELECT place FROM versions WHERE bucket = ? AND key = ? AND id = ?'
  return catalogue.one<{ place: number }>(sql, bucket, key, id)?.place ?? currentPlace
}

function entry(version: ListedVersion, isLatest: boolean, encode: (text: string) => string): Element {
  const checksum = version.checksum ? (JSON.parse(version.checksum) as Checksum) : undefined
  return {
    name: version.marker ? 'DeleteMarker' : 'Version',
    children: [
      element('Key', encode(version.key)),
      element('VersionId', version.id),
      element('IsLatest', isLatest),
      element('LastModified', new Date(version.modified).toISOString()),
      ...(version.marker
        ? []
        : [
            element('ETag', `"${version.etag}"`),
            element('ChecksumAlgorithm', checksum?.algorithm),
            element('ChecksumType', checksum?.type),
            element('Size', version.bytes),
            element('StorageClass', 'STANDARD'),
          ]),
      ownerElement,
    ],
  }
}
