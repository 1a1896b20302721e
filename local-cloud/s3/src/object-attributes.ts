import { checkReadConditions } from './conditions.ts'
import { S3Error } from './error.ts'
import type { StoredObject } from './object.ts'
import { type Call, type Reply, target } from './store.ts'
import { readObject, versionHeader } from './versions.ts'
import { type Element, element, result } from './xml.ts'

const known = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']
const mostParts = 1000

/** GetObjectAttributes: those that `x-amz-object-attributes` names. */
export function getObjectAttributes(call: Call): Reply {
  const { store, request } = call
  const { bucket, key } = target(call)
  const object = readObject(store, bucket, key, request.query.get('versionId'))
  checkReadConditions(request.headers, object)
  const wanted = (request.headers.get('x-amz-object-attributes') ?? '').split(',').map((name) => name.trim())
  const unknown = wanted.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new S3Error('InvalidArgument', {
      message: 'Invalid attribute name specified.',
      details: { ArgumentName: 'x-amz-object-attributes', ArgumentValue: unknown },
    })
  }
  const { checksum } = object
  const answers: Record<string, Element | undefined> = {
    ETag: element('ETag', object.etag),
    Checksum: checksum && {
      name: 'Checksum',
      children: [
        // Here, unlike elsewhere, a composite comes without the number of its parts.
        element(`Checksum${checksum.algorithm}`, checksum.value.replace(/-\d+$/, '')),
        element('ChecksumType', checksum.type),
      ],
    },
    ObjectParts: partsElement(call, object),
    StorageClass: element('StorageClass', 'STANDARD'),
    ObjectSize: element('ObjectSize', object.bytes),
  }
  return {
    status: 200,
    headers: { 'last-modified': new Date(object.modified).toUTCString(), ...versionHeader(store, object) },
    body: result(
      'GetObjectAttributesResponse',
      known.filter((name) => wanted.includes(name)).map((name) => answers[name]),
    ),
  }
}

/** Single parts are told of only where they have checksums of their own. */
function partsElement({ request }: Call, { content, checksum }: StoredObject): Element | undefined {
  const { parts } = content
  if (!parts) return undefined
  const most = Math.min(Number(request.headers.get('x-amz-max-parts') ?? mostParts), mostParts)
  const after = Number(request.headers.get('x-amz-part-number-marker') ?? 0)
  if (checksum?.type !== 'COMPOSITE')
    return { name: 'ObjectParts', children: [element('PartsCount', parts.length)] }
  const later = parts.filter(({ number }) => number > after)
  const page = later.slice(0, most)
  return {
    name: 'ObjectParts',
    children: [
      element('PartsCount', parts.length),
      element('PartNumberMarker', after),
      element('NextPartNumberMarker', page.at(-1)?.number ?? 0),
      element('MaxParts', most),
      element('IsTruncated', later.length > most),
      ...page.map((part) => ({
        name: 'Part',
        children: [
          element('PartNumber', part.number),
          element('Size', part.bytes),
          element(`Checksum${checksum.algorithm}`, part.checksum),
        ],
      })),
    ],
  }
}
