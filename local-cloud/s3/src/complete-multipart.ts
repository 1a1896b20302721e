import { createHash } from 'node:crypto'
import { type Checksum, checkChecksum, promisedChecksum, startChecksum } from './checksums.ts'
import { checkWriteConditions } from './conditions.ts'
import { combineCrcs } from './crc-combine.ts'
import { S3Error } from './error.ts'
import { expirationHeader } from './lifecycle.ts'
import { findObject, type StoredObject } from './object.ts'
import { openPayload, readDocument } from './payload.ts'
import type { RequestHeaders } from './request.ts'
import { type ParsedElement, parseXml } from './request-document.ts'
import { type Call, commit, type Reply, target, wholeSeconds } from './store.ts'
import { forgetUpload, type Part, readParts, readUpload, type UploadAttributes } from './upload.ts'
import { encodePath } from './uri.ts'
import { replaceObject, versionHeader } from './versions.ts'
import { element, result } from './xml.ts'

const leastPartBytes = 5 * 1024 ** 2

/** Puts an upload's parts together. The object is made of the parts' own files: nothing is copied. */
export async function completeMultipartUpload(call: Call): Promise<Reply> {
  const { store, request, authorization } = call
  const { bucket, key } = target(call)
  const id = request.query.get('uploadId') ?? ''
  const listed = parseXml(
    await readDocument(openPayload(request, authorization, { checksumOfBody: false })),
    'CompleteMultipartUpload',
  ).all('Part')
  if (listed.length === 0) throw new S3Error('MalformedXML')

  // Completing twice is one completion: the answer to the first may have been lost.
  const before = findObject(store, bucket, key)
  if (before?.content.uploadId === id) return answer(call, before)

  const upload = readUpload(store, bucket, key, id)
  const parts = chooseParts(listed, readParts(store, id), upload.attributes)
  const checksum = await combinedChecksum(parts, upload.attributes)
  checkWholeObject(request.headers, parts, checksum)
  const { headers, metadata, tags } = upload.attributes
  const object: StoredObject = {
    bucket,
    key,
    etag: `${md5Of(parts.map((part) => Buffer.from(part.etag, 'hex')))}-${parts.length}`,
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    modified: wholeSeconds(store.now()),
    checksum,
    attributes: { headers, metadata, tags },
    content: {
      pieces: parts.flatMap((part) => part.pieces),
      parts: parts.map((part) => ({
        number: part.number,
        bytes: part.bytes,
        checksum: part.checksum?.value,
      })),
      uploadId: id,
    },
  }
  await commit(store, () => {
    readUpload(store, bucket, key, id)
    checkWriteConditions(request.headers, findObject(store, bucket, key), key)
    replaceObject(store, object)
    forgetUpload(store, id)
    store.changed({
      event: 'ObjectCreated:CompleteMultipartUpload',
      bucket,
      key,
      bytes: object.bytes,
      etag: object.etag,
      versionId: object.content.versionId,
    })
  })
  return answer(call, object)
}

/** Finds what the request lists among the parts there are. @throws S3Error InvalidPart, InvalidPartOrder, EntityTooSmall */
function chooseParts(listed: ParsedElement[], stored: Part[], { checksum }: UploadAttributes): Part[] {
  const byNumber = new Map(stored.map((part) => [part.number, part]))
  let last = 0
  const parts = listed.map((entry) => {
    const number = Number(entry.required('PartNumber'))
    const etag = entry.required('ETag').trim().replace(/^"|"$/g, '')
    if (!Number.isInteger(number)) throw new S3Error('MalformedXML')
    if (number <= last) throw new S3Error('InvalidPartOrder')
    last = number
    const part = byNumber.get(number)
    const given = part?.checksum && entry.textOf(`Checksum${part.checksum.algorithm}`)
    if (!part || part.etag !== etag || (given && given !== part.checksum?.value)) {
      throw new S3Error('InvalidPart', { details: { PartNumber: String(number), ETag: etag } })
    }
    if (checksum?.type === 'COMPOSITE' && !given) {
      throw new S3Error('InvalidRequest', {
        message: `The upload was created using a ${checksum.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      })
    }
    return part
  })
  const small = parts.slice(0, -1).find((part) => part.bytes < leastPartBytes)
  if (small) {
    throw new S3Error('EntityTooSmall', {
      details: {
        ProposedSize: String(small.bytes),
        MinSizeAllowed: String(leastPartBytes),
        PartNumber: String(small.number),
        ETag: small.etag,
      },
    })
  }
  return parts
}

async function combinedChecksum(
  parts: Part[],
  { checksum }: UploadAttributes,
): Promise<Checksum | undefined> {
  if (!checksum) return undefined
  const { algorithm, type } = checksum
  const values = parts.map((part) => Buffer.from(part.checksum?.value ?? '', 'base64'))
  if (type === 'FULL_OBJECT') {
    const runs = parts.map((part, index) => ({ crc: values[index]!, bytes: part.bytes }))
    return { algorithm, type, value: combineCrcs(algorithm, runs).toString('base64') }
  }
  const running = startChecksum(algorithm)
  for (const value of values) running.update(value)
  return { algorithm, type, value: `${(await running.digest()).toString('base64')}-${parts.length}` }
}

/** What the request itself says of the whole object. @throws S3Error InvalidRequest, BadDigest */
function checkWholeObject(headers: RequestHeaders, parts: Part[], checksum: Checksum | undefined): void {
  const size = headers.get('x-amz-mp-object-size')
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  if (size !== undefined && size !== String(bytes)) {
    throw new S3Error('InvalidRequest', {
      message: `The provided 'x-amz-mp-object-size' header value ${size} does not match what was computed: ${bytes}`,
    })
  }
  const type = headers.get('x-amz-checksum-type') ?? checksum?.type
  const promised = promisedChecksum(headers)
  if (type !== checksum?.type || (promised && promised.algorithm !== checksum?.algorithm)) {
    throw new S3Error('InvalidRequest', {
      message: 'The checksum of the complete request is not of the kind that the upload was created with.',
    })
  }
  if (!checksum || !promised?.value) return
  const bare = (value: string): string => value.replace(/-\d+$/, '')
  checkChecksum(checksum.algorithm, bare(promised.value), bare(checksum.value))
}

function answer({ store, request }: Call, object: StoredObject): Reply {
  const { bucket, key, etag, checksum, attributes } = object
  return {
    status: 200,
    headers: {
      ...versionHeader(store, object),
      'x-amz-expiration': expirationHeader(store, object),
      'x-amz-server-side-encryption': attributes.headers['x-amz-server-side-encryption'],
    },
    body: result('CompleteMultipartUploadResult', [
      element('Location', `http://${request.headers.get('host')}/${bucket}/${encodePath(key)}`),
      element('Bucket', bucket),
      element('Key', key),
      element('ETag', `"${etag}"`),
      checksum && element(`Checksum${checksum.algorithm}`, checksum.value),
      checksum && element('ChecksumType', checksum.type),
    ]),
  }
}

function md5Of(buffers: Buffer[]): string {
  const md5 = createHash('md5')
  for (const buffer of buffers) md5.update(buffer)
  return md5.digest('hex')
}
