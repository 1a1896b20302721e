import { createHash } from 'node:crypto'
import { decodeChunks, type Trailers } from './aws-chunked.ts'
import {
  type Checksum,
  type ChecksumAlgorithm,
  checkChecksum,
  checksumHeader,
  promisedChecksum,
  startChecksum,
} from './checksums.ts'
import { S3Error } from './error.ts'
import type { S3Request } from './request.ts'
import type { Authorization } from './signature.ts'

/** The bytes of a body, and what was learnt of them once they have all passed. */
export interface Payload {
  /** Fails at its end when length, signature, MD5 or checksum differ from what the request promised. */
  chunks: AsyncIterable<Buffer>
  /** MD5 and checksum of everything; only after `chunks` has ended. */
  digests(): { md5: string; checksum?: Checksum }
}

const largestPut = 5 * 1024 ** 3

/**
 * Opens a request's body: decodes aws-chunked framing and checks everything the request said about the bytes.
 * `wanted` adds a checksum that the request did not promise itself; a form's file comes without a length of its own.
 * @throws S3Error MissingContentLength, EntityTooLarge, InvalidDigest and, while reading, BadDigest and its kin
 */
export function openPayload(
  request: S3Request,
  authorization: Authorization | undefined,
  { wanted, lengthKnown = true }: { wanted?: ChecksumAlgorithm; lengthKnown?: boolean } = {},
): Payload {
  const { headers } = request
  const contentMd5 = headers.get('content-md5')
  if (contentMd5 !== undefined && !/^[A-Za-z0-9+/]{22}==$/.test(contentMd5))
    throw new S3Error('InvalidDigest')
  const payloadHash = authorization?.payloadHash ?? 'UNSIGNED-PAYLOAD'
  const chunked = payloadHash.startsWith('STREAMING-')
  const length = lengthKnown ? contentLength(request, chunked) : undefined
  const promised = promisedChecksum(headers)
  const algorithm = promised?.algorithm ?? wanted

  const md5 = createHash('md5')
  const sha256 = /^[0-9a-f]{64}$/.test(payloadHash) ? createHash('sha256') : undefined
  if (!sha256 && !chunked && payloadHash !== 'UNSIGNED-PAYLOAD') {
    throw new S3Error('InvalidArgument', {
      message:
        'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
      details: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: payloadHash },
    })
  }
  const running = algorithm && startChecksum(algorithm)
  const trailers: Trailers = new Map()
  let digests: ReturnType<Payload['digests']> | undefined

  async function* chunks(): AsyncGenerator<Buffer> {
    let received = 0
    const source = chunked ? decodeChunks(request.body, authorization!, trailers) : request.body
    for await (const chunk of source) {
      received += chunk.length
      md5.update(chunk)
      sha256?.update(chunk)
      running?.update(chunk)
      yield chunk
    }
    if (length !== undefined && received !== length) throw new S3Error('IncompleteBody')
    const computedSha256 = sha256?.digest('hex')
    if (computedSha256 !== undefined && computedSha256 !== payloadHash) {
      throw new S3Error('XAmzContentSHA256Mismatch', {
        details: { ClientComputedContentSHA256: payloadHash, S3ComputedContentSHA256: computedSha256 },
      })
    }
    const md5Digest = md5.digest()
    if (contentMd5 !== undefined && contentMd5 !== md5Digest.toString('base64')) {
      throw new S3Error('BadDigest', {
        message: 'The Content-MD5 you specified did not match what we received.',
        details: { ExpectedDigest: contentMd5, CalculatedDigest: md5Digest.toString('base64') },
      })
    }
    const md5Text = md5Digest.toString('hex')
    if (!algorithm || !running) {
      digests = { md5: md5Text }
      return
    }
    const value = (await running.digest()).toString('base64')
    const promisedValue = promised && (promised.value ?? trailers.get(checksumHeader(algorithm)))
    if (promised && promisedValue === undefined) throw new S3Error('MalformedTrailerError')
    if (promisedValue !== undefined) checkChecksum(algorithm, promisedValue, value)
    digests = { md5: md5Text, checksum: { algorithm, value, type: 'FULL_OBJECT' } }
  }

  return {
    chunks: { [Symbol.asyncIterator]: chunks },
    digests() {
      if (!digests) throw new Error('A payload has no digests before all of it has been read.')
      return digests
    },
  }
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
