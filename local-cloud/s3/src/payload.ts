import { createHash } from 'node:crypto'
import type { Authorization } from './authorization.ts'
import { decodeChunks, type Trailers } from './aws-chunked.ts'
import { type ChecksumAlgorithm, checkChecksum, checksumHeader, promisedChecksum } from './checksums.ts'
import { S3Error } from './error.ts'
import { digestChunks, type Payload } from './payload-digest.ts'
import type { S3Request } from './request.ts'

const largestPut = 5 * 1024 ** 3

/**
 * Opens a request's body: decodes aws-chunked framing and checks everything the request said about the bytes.
 * `wanted` adds a checksum that the request did not promise itself; a form's file comes without a length of its own;
 * the checksum headers of a multipart completion are not about its body; some documents must come with a digest.
 * @throws S3Error InvalidRequest, MissingContentLength, EntityTooLarge, InvalidDigest and, while reading, BadDigest and its kin
 */
export function openPayload(
  request: S3Request,
  authorization: Authorization | undefined,
  {
    wanted,
    lengthKnown = true,
    checksumOfBody = true,
    digestRequired = false,
  }: {
    wanted?: ChecksumAlgorithm
    lengthKnown?: boolean
    checksumOfBody?: boolean
    digestRequired?: boolean
  } = {},
): Payload {
  const { headers } = request
  const contentMd5 = headers.get('content-md5')
  if (contentMd5 !== undefined && !/^[A-Za-z0-9+/]{22}==$/.test(contentMd5))
    throw new S3Error('InvalidDigest')
  const payloadHash = authorization?.payloadHash ?? 'UNSIGNED-PAYLOAD'
  const chunked = payloadHash.startsWith('STREAMING-')
  const length = lengthKnown ? contentLength(request, chunked) : undefined
  const promised = checksumOfBody ? promisedChecksum(headers) : undefined
  if (digestRequired && contentMd5 === undefined && !promised) {
    throw new S3Error('InvalidRequest', {
      message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    })
  }
  const algorithm = promised?.algorithm ?? wanted

  const sha256 = /^[0-9a-f]{64}$/.test(payloadHash) ? createHash('sha256') : undefined
  if (!sha256 && !chunked && payloadHash !== 'UNSIGNED-PAYLOAD') {
    throw new S3Error('InvalidArgument', {
      message:
        'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
      details: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: payloadHash },
    })
  }
  const trailers: Trailers = new Map()
  const digested = digestChunks(
    chunked ? decodeChunks(request.body, authorization!, trailers) : request.body,
    algorithm,
  )

  async function* chunks(): AsyncGenerator<Buffer> {
    let received = 0
    for await (const chunk of digested.chunks) {
      received += chunk.length
      sha256?.update(chunk)
      yield chunk
    }
    if (length !== undefined && received !== length) throw new S3Error('IncompleteBody')
    const computedSha256 = sha256?.digest('hex')
    if (computedSha256 !== undefined && computedSha256 !== payloadHash) {
      throw new S3Error('XAmzContentSHA256Mismatch', {
        details: { ClientComputedContentSHA256: payloadHash, S3ComputedContentSHA256: computedSha256 },
      })
    }
    const { md5, checksum } = digested.digests()
    const computedMd5 = Buffer.from(md5, 'hex').toString('base64')
    if (contentMd5 !== undefined && contentMd5 !== computedMd5) {
      throw new S3Error('BadDigest', {
        message: 'The Content-MD5 you specified did not match what we received.',
        details: { ExpectedDigest: contentMd5, CalculatedDigest: computedMd5 },
      })
    }
    if (!promised || !checksum) return
    const value = promised.value ?? trailers.get(checksumHeader(promised.algorithm))
    if (value === undefined) throw new S3Error('MalformedTrailerError')
    checkChecksum(promised.algorithm, value, checksum.value)
  }
  return { ...digested, chunks: { [Symbol.asyncIterator]: chunks } }
}

/** Reads a whole, checked body of a request document. @throws S3Error MalformedXML past `limit` bytes */
export async function readDocument(payload: Payload, limit = 2 * 1024 ** 2): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of payload.chunks) {
    bytes += chunk.length
    if (bytes > limit) throw new S3Error('MalformedXML')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function contentLength({ headers }: S3Request, chunked: boolean): number {
  const text = headers.get(chunked ? 'x-amz-decoded-content-length' : 'content-length')
  if (text === undefined || !/^\d+$/.test(text)) throw new S3Error('MissingContentLength')
  const length = Number(text)
  if (length > largestPut) {
    throw new S3Error('EntityTooLarge', {
      details: { ProposedSize: text, MaxSizeAllowed: String(largestPut) },
    })
  }
  return length
}
