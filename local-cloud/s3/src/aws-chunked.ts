import { createHash } from 'node:crypto'
import { type Authorization, equalSignatures } from './authorization.ts'
import { S3Error } from './error.ts'
import { hmac, sha256 } from './signature.ts'

/** Trailing headers by lower-case name, filled in when the last chunk has passed. */
export type Trailers = Map<string, string>

const emptyHash = sha256('')
const longestLine = 4096

/**
 * Decodes the `aws-chunked` content encoding ("Signature Calculations for the Authorization Header: Transferring
 * Payload in Multiple Chunks"). Where chunks are signed, each signature chains to the one before; bytes are handed
 * on before their chunk's signature is known, so nothing may be kept of a stream that fails.
 * @throws S3Error IncompleteBody, SignatureDoesNotMatch, InvalidRequest
 */
export async function* decodeChunks(
  source: AsyncIterable<Buffer>,
  authorization: Authorization,
  trailers: Trailers,
): AsyncGenerator<Buffer> {
  const kind = authorization.payloadHash
  const signed =
    kind === 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' || kind === 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
  if (!signed && kind !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') throw new S3Error('NotImplemented')
  const reader = new FrameReader(source)
  let previous = authorization.signature

  for (;;) {
    const frame = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(await reader.line())
    if (!frame || (signed && !frame[2])) throw invalidFrame()
    const size = Number.parseInt(frame[1]!, 16)
    const hash = createHash('sha256')
    for await (const chunk of reader.take(size)) {
      if (signed) hash.update(chunk)
      yield chunk
    }
    if (signed) previous = checkChunk(authorization, previous, hash.digest('hex'), frame[2]!)
    if (size === 0) break
    if ((await reader.line()) !== '') throw invalidFrame()
  }
  await readTrailers(reader, trailers)
  const trailerSignature = trailers.get('x-amz-trailer-signature')
  if (kind.endsWith('PAYLOAD-TRAILER') && signed) {
    if (!trailerSignature) throw invalidFrame()
    const text = [...trailers].filter(([name]) => name !== 'x-amz-trailer-signature')
    const block = text.map(([name, value]) => `${name}:${value}\n`).join('')
    const expected = hmac(
      authorization.signingKey,
      [
        'AWS4-HMAC-SHA256-TRAILER',
        authorization.timestamp,
        authorization.scope,
        previous,
        sha256(block),
      ].join('\n'),
    )
    if (!equalSignatures(expected.toString('hex'), trailerSignature))
      throw new S3Error('SignatureDoesNotMatch')
  }
}

function checkChunk(
  { signingKey, timestamp, scope }: Authorization,
  previous: string,
  chunkHash: string,
  signature: string,
): string {
  const stringToSign = ['AWS4-HMAC-SHA256-PAYLOAD', timestamp, scope, previous, emptyHash, chunkHash].join(
    '\n',
  )
  if (!equalSignatures(hmac(signingKey, stringToSign).toString('hex'), signature)) {
    throw new S3Error('SignatureDoesNotMatch')
  }
  return signature
}

async function readTrailers(reader: FrameReader, trailers: Trailers): Promise<void> {
  while (!(await reader.ended())) {
    const line = await reader.line()
    if (line === '') continue
    const colon = line.indexOf(':')
    if (colon < 1 || trailers.size >= 16) throw invalidFrame()
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
}

function invalidFrame(): S3Error {
  return new S3Error('InvalidRequest', { message: 'The aws-chunked body is not well-formed.' })
}

/** Reads lines and counted bytes from a stream of buffers that knows neither. */
class FrameReader {
  readonly #source: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Up to the next line feed, which with its carriage return is left out. */
  async line(): Promise<string> {
    let end = this.#rest.indexOf(10)
    while (end < 0) {
      if (this.#rest.length > longestLine) throw invalidFrame()
      if (!(await this.#more())) throw new S3Error('IncompleteBody')
      end = this.#rest.indexOf(10)
    }
    const text = this.#rest.toString('latin1', 0, end).replace(/\r$/, '')
    this.#rest = this.#rest.subarray(end + 1)
    return text
  }

  async *take(bytes: number): AsyncGenerator<Buffer> {
    let left = bytes
    while (left > 0) {
      if (this.#rest.length === 0 && !(await this.#more())) throw new S3Error('IncompleteBody')
      const chunk = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(chunk.length)
      left -= chunk.length
      if (chunk.length > 0) yield chunk
    }
  }

  async ended(): Promise<boolean> {
    return this.#rest.length === 0 && !(await this.#more())
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#source.next()
    if (done) return false
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value])
    return true
  }
}
