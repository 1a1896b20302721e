import { abortHeaders } from './lifecycle.ts'
import { commonPrefix, keyEncoding, ownerElement } from './list-objects.ts'
import { uploadOf } from './multipart.ts'
import { type Call, type Reply, readBucket } from './store.ts'
import { readParts } from './upload.ts'
import { type Element, element, result } from './xml.ts'

const mostListed = 1000

export function listParts(call: Call): Reply {
  const { query } = call.request
  const upload = uploadOf(call)
  const most = query.count('max-parts', mostListed)
  const after = query.has('part-number-marker') ? query.count('part-number-marker', 2 ** 31 - 1) : 0
  const found = readParts(call.store, upload.id, after, most + 1)
  const parts = found.slice(0, most)
  const { checksum } = upload.attributes
  return {
    status: 200,
    headers: abortHeaders(call.store, upload),
    body: result('ListPartsResult', [
      element('Bucket', upload.bucket),
      element('Key', upload.key),
      element('UploadId', upload.id),
      { name: 'Initiator', children: (ownerElement.children as Element[]).slice() },
      ownerElement,
      element('StorageClass', 'STANDARD'),
      element('PartNumberMarker', after),
      // Only where there is more to come: the SDK's paginator would go on for ever.
      element('NextPartNumberMarker', found.length > most ? (parts.at(-1)?.number ?? 0) : undefined),
      element('MaxParts', most),
      element('IsTruncated', found.length > most),
      element('ChecksumAlgorithm', checksum?.algorithm),
      element('ChecksumType', checksum?.type),
      ...parts.map((part) => ({
        name: 'Part',
        children: [
          element('PartNumber', part.number),
          element('LastModified', new Date(part.modified).toISOString()),
          element('ETag', `"${part.etag}"`),
          element('Size', part.bytes),
          part.checksum && element(`Checksum${part.checksum.algorithm}`, part.checksum.value),
        ],
      })),
    ]),
  }
}

interface UploadRow {
  id: string
  key: string
  initiated: number
  attributes: string
}

/** Uploads in progress, by key and then by when they began. */
export function listMultipartUploads({ store, request }: Call): Reply {
  const { query } = request
  const { name: bucket } = readBucket(store, request.bucket!)
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const keyMarker = query.get('key-marker') ?? ''
  const idMarker = query.get('upload-id-marker') ?? ''
  const most = query.count('max-uploads', mostListed)
  const encode = keyEncoding(query.get('encoding-type'))
  const markedAt =
    store.catalogue.one<{ initiated: number }>('SELECT initiated FROM uploads WHERE id = ?', idMarker)
      ?.initiated ?? 0
  const isAfterMarker = ({ key, id, initiated }: UploadRow): boolean => {
    if (idMarker === '' || key !== keyMarker) return key > keyMarker
    return initiated > markedAt || (initiated === markedAt && id > idMarker)
  }

  const uploads: UploadRow[] = []
  const prefixes = new Set<string>()
  let truncated = false
  const rows = store.catalogue.all<UploadRow>(
    'SELECT id, key, initiated, attributes FROM uploads WHERE bucket = ? AND key >= ? ORDER BY key, initiated, id',
    bucket,
    keyMarker,
  )
  for (const row of rows) {
    if (!row.key.startsWith(prefix) || !isAfterMarker(row)) continue
    const rolled = delimiter === '' ? undefined : commonPrefix(row.key, prefix, delimiter)
    if (rolled !== undefined && (prefixes.has(rolled) || rolled === keyMarker)) continue
    if (uploads.length + prefixes.size === most) {
      truncated = true
      break
    }
    if (rolled === undefined) uploads.push(row)
    else prefixes.add(rolled)
  }
  const last = uploads.at(-1)
  const nextKey = [last?.key ?? '', [...prefixes].at(-1) ?? ''].sort().at(-1)!
  return {
    status: 200,
    body: result('ListMultipartUploadsResult', [
      element('Bucket', bucket),
      element('KeyMarker', encode(keyMarker)),
      element('UploadIdMarker', idMarker),
      element('NextKeyMarker', truncated ? encode(nextKey) : undefined),
      element('NextUploadIdMarker', truncated ? (nextKey === last?.key ? last.id : '') : undefined),
      element('Prefix', encode(prefix)),
      element('Delimiter', delimiter ? encode(delimiter) : undefined),
      element('EncodingType', query.get('encoding-type')),
      element('MaxUploads', most),
      element('IsTruncated', truncated),
      ...uploads.map(({ id, key, initiated, attributes }) => {
        const { checksum } = JSON.parse(attributes) as { checksum?: { algorithm: string; type: string } }
        return {
          name: 'Upload',
          children: [
            element('Key', encode(key)),
            element('UploadId', id),
            { name: 'Initiator', children: ownerElement.children },
            ownerElement,
            element('StorageClass', 'STANDARD'),
            element('Initiated', new Date(initiated).toISOString()),
            element('ChecksumAlgorithm', checksum?.algorithm),
            element('ChecksumType', checksum?.type),
          ],
        }
      }),
      ...[...prefixes].map((text) => ({
        name: 'CommonPrefixes',
        children: [element('Prefix', encode(text))],
      })),
    ]),
  }
}
