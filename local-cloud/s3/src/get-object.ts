import { checkReadConditions } from './conditions.ts'
import { S3Error } from './error.ts'
import { expirationHeader } from './lifecycle.ts'
import type { StoredObject } from './object.ts'
import { checksumHeaders, objectHeaders } from './object-headers.ts'
import { type ByteRange, parseRange } from './range.ts'
import { type Call, type Reply, target } from './store.ts'
import { readObject, versionHeader } from './versions.ts'

const overrides = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
]

export function getObject(call: Call): Reply {
  const { object, reply, range } = describe(call)
  const { first, last } = range ?? { first: 0, last: object.bytes - 1 }
  return { ...reply, body: call.store.blobs.read(object.content.pieces, first, last) }
}

export function headObject(call: Call): Reply {
  return describe(call).reply
}

function describe(call: Call): { object: StoredObject; range?: ByteRange; reply: Reply } {
  const { request, store } = call
  const { headers, query } = request
  const { bucket, key } = target(call)
  const object = readObject(store, bucket, key, query.get('versionId'))
  checkReadConditions(headers, object)
  const part = query.get('partNumber')
  if (part !== undefined && headers.has('range')) {
    throw new S3Error('InvalidRequest', {
      message: 'Cannot specify both Range header and partNumber query parameter',
    })
  }
  const range = part === undefined ? parseRange(headers.get('range'), object.bytes) : partRange(object, part)
  const reply: Reply = {
    status: range ? 206 : 200,
    headers: {
      ...objectHeaders(object),
      ...(headers.get('x-amz-checksum-mode') === 'ENABLED' ? answeredChecksum(object, range, part) : {}),
      ...(part === undefined ? {} : { 'x-amz-mp-parts-count': object.content.parts?.length }),
      ...versionHeader(store, object),
      'x-amz-expiration': expirationHeader(store, object),
      'content-length': range ? range.last - range.first + 1 : object.bytes,
      'content-range': range && `bytes ${range.first}-${range.last}/${object.bytes}`,
    },
  }
  for (const name of overrides) {
    const value = query.get(`response-${name}`)
    if (value !== undefined) reply.headers![name] = value
  }
  return { object, range, reply }
}

/** The checksum of just the bytes that are sent; a range has none. */
function answeredChecksum(
  object: StoredObject,
  range: ByteRange | undefined,
  part: string | undefined,
): Record<string, string> {
  const { checksum, content } = object
  if (part === undefined) return range ? {} : checksumHeaders(object)
  if (!content.parts) return checksumHeaders(object)
  const value = content.parts[Number(part) - 1]?.checksum
  return checksum && value !== undefined ? checksumHeaders({ checksum: { ...checksum, value } }) : {}
}

/** Where one part of a multipart upload lies; an object put whole is its own part 1. */
function partRange({ bytes, content }: StoredObject, text: string): ByteRange | undefined {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw new S3Error('InvalidArgument', {
      message: 'Part number must be an integer between 1 and 10000, inclusive',
      details: { ArgumentName: 'partNumber', ArgumentValue: text },
    })
  }
  const parts = content.parts ?? [{ number: 1, bytes }]
  const part = parts[number - 1]
  if (!part) {
    throw new S3Error('InvalidPartNumber', {
      details: { PartNumberRequested: text, ActualPartCount: String(parts.length) },
    })
  }
  const first = parts.slice(0, number - 1).reduce((sum, earlier) => sum + earlier.bytes, 0)
  return part.bytes === 0 ? undefined : { first, last: first + part.bytes - 1 }
}
