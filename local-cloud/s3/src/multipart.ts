import { randomBytes } from 'node:crypto'
import { type ChecksumAlgorithm, type ChecksumType, parseAlgorithm, promisedChecksum } from './checksums.ts'
import { checkReadConditions } from './conditions.ts'
import { readCopySource } from './copy-object.ts'
import { S3Error } from './error.ts'
import { abortHeaders } from './lifecycle.ts'
import { checksumHeaders, readAttributes } from './object-headers.ts'
import { openPayload } from './payload.ts'
import { digestChunks, type Payload } from './payload-digest.ts'
import type { RequestHeaders } from './request.ts'
import { type Call, commit, type Reply, type Store, target, wholeSeconds } from './store.ts'
import {
  forgetUpload,
  type Part,
  readUpload,
  replacePart,
  type Upload,
  type UploadAttributes,
} from './upload.ts'
import { versionHeader } from './versions.ts'
import { element, result } from './xml.ts'

const mostParts = 10_000

export async function createMultipartUpload(call: Call): Promise<Reply> {
  const { store, request } = call
  const { bucket, key } = target(call)
  const checksum = wantedChecksum(request.headers)
  const attributes: UploadAttributes = { ...readAttributes(request.headers), checksum }
  const id = randomBytes(48).toString('base64url')
  const initiated = store.now()
  await commit(store, () =>
    store.catalogue.run(
      'INSERT INTO uploads VALUES (?, ?, ?, ?, ?)',
      id,
      bucket,
      key,
      initiated,
      JSON.stringify(attributes),
    ),
  )
  return {
    status: 200,
    headers: {
      'x-amz-checksum-algorithm': checksum?.algorithm,
      'x-amz-checksum-type': checksum?.type,
      'x-amz-server-side-encryption': attributes.headers['x-amz-server-side-encryption'],
      ...abortHeaders(store, { bucket, key, initiated }),
    },
    body: result('InitiateMultipartUploadResult', [
      element('Bucket', bucket),
      element('Key', key),
      element('UploadId', id),
    ]),
  }
}

export async function uploadPart(call: Call): Promise<Reply> {
  const { store, request, authorization } = call
  const upload = uploadOf(call)
  const number = partNumber(call)
  const { checksum } = upload.attributes
  const promised = promisedChecksum(request.headers)?.algorithm
  // The checksum of a whole can be had from parts that came without; a composite is made of what senders said.
  if (checksum && promised !== checksum.algorithm && (promised || checksum.type === 'COMPOSITE')) {
    throw new S3Error('InvalidRequest', {
      message: `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm.toLowerCase()}, actual checksum Type: ${promised?.toLowerCase() ?? 'null'}`,
    })
  }
  const payload = openPayload(request, authorization, { wanted: checksum?.algorithm })
  const part = await storePart(store, upload, number, payload)
  return { status: 200, headers: { etag: `"${part.etag}"`, ...withoutType(part) } }
}

/** Makes a part of another object's bytes, or of a range of them. */
export async function uploadPartCopy(call: Call): Promise<Reply> {
  const { store, request } = call
  const upload = uploadOf(call)
  const number = partNumber(call)
  const source = readCopySource(store, request.headers)
  checkReadConditions(request.headers, source, 'x-amz-copy-source-')
  const { first, last } = copyRange(request.headers.get('x-amz-copy-source-range'), source.bytes)
  const bytes = store.blobs.read(source.content.pieces, first, last)
  const part = await storePart(
    store,
    upload,
    number,
    digestChunks(bytes, upload.attributes.checksum?.algorithm),
  )
  return {
    status: 200,
    headers: versionHeader(store, source, 'x-amz-copy-source-version-id'),
    body: result('CopyPartResult', [
      element('LastModified', new Date(part.modified).toISOString()),
      element('ETag', `"${part.etag}"`),
      part.checksum && element(`Checksum${part.checksum.algorithm}`, part.checksum.value),
    ]),
  }
}

export async function abortMultipartUpload(call: Call): Promise<Reply> {
  const { store } = call
  const { id } = uploadOf(call)
  await commit(store, () => forgetUpload(store, id))
  return { status: 204 }
}

/** The upload a request is about. @throws S3Error NoSuchUpload */
export function uploadOf(call: Call): Upload {
  const { bucket, key } = target(call)
  return readUpload(call.store, bucket, key, call.request.query.get('uploadId'))
}

async function storePart(store: Store, upload: Upload, number: number, payload: Payload): Promise<Part> {
  const piece = await store.blobs.write(payload.chunks)
  try {
    const { md5, checksum } = payload.digests()
    const part: Part = {
      number,
      etag: md5,
      bytes: piece.bytes,
      modified: wholeSeconds(store.now()),
      checksum,
      pieces: [piece],
    }
    await commit(store, () => {
      // The upload may have been completed or aborted while the bytes came.
      readUpload(store, upload.bucket, upload.key, upload.id)
      replacePart(store, upload.id, part)
    })
    return part
  } catch (error) {
    if (!store.catalogue.knowsBlob(piece.blob)) await store.blobs.drop(piece.blob)
    throw error
  }
}

function wantedChecksum(
  headers: RequestHeaders,
): { algorithm: ChecksumAlgorithm; type: ChecksumType } | undefined {
  const named = headers.get('x-amz-checksum-algorithm')
  const type = headers.get('x-amz-checksum-type')?.toUpperCase()
  if (named === undefined) {
    if (type === undefined) return undefined
    throw new S3Error('InvalidRequest', {
      message: 'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    })
  }
  const algorithm = parseAlgorithm(named)
  const wanted = type ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')
  const possible =
    algorithm === 'CRC64NVME'
      ? wanted === 'FULL_OBJECT'
      : wanted === 'COMPOSITE' || algorithm.startsWith('CRC')
  if (!possible || (wanted !== 'COMPOSITE' && wanted !== 'FULL_OBJECT')) {
    throw new S3Error('InvalidRequest', {
      message: `The ${wanted} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    })
  }
  return { algorithm, type: wanted }
}

function partNumber({ request }: Call): number {
  const text = request.query.get('partNumber') ?? ''
  const number = Number(text)
  if (/^\d{1,5}$/.test(text) && number >= 1 && number <= mostParts) return number
  throw new S3Error('InvalidArgument', {
    message: `Part number must be an integer between 1 and ${mostParts}, inclusive`,
    details: { ArgumentName: 'partNumber', ArgumentValue: text },
  })
}

function copyRange(header: string | undefined, bytes: number): { first: number; last: number } {
  if (header === undefined) return { first: 0, last: bytes - 1 }
  const found = /^bytes=(\d+)-(\d+)$/.exec(header)
  if (!found || Number(found[2]) < Number(found[1])) {
    throw new S3Error('InvalidArgument', {
      message:
        'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      details: { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
    })
  }
  const [first, last] = [Number(found[1]), Number(found[2])]
  if (last >= bytes) {
    throw new S3Error('InvalidRange', {
      message: `Range specified is not valid for source object of size: ${bytes}`,
    })
  }
  return { first, last }
}

function withoutType(part: Part): Record<string, string> {
  const { 'x-amz-checksum-type': _, ...headers } = checksumHeaders(part)
  return headers
}
