import { createHash } from 'node:crypto'
import { type Checksum, type ChecksumAlgorithm, startChecksum } from './checksums.ts'

/** The bytes of a body, and what was learnt of them once they have all passed. */
export interface Payload {
  /** May fail at its end, when length, signature, MD5 or checksum differ from what the request promised. */
  chunks: AsyncIterable<Buffer>
  /** MD5 and checksum of everything; only after `chunks` has ended. */
  digests(): { md5: string; checksum?: Checksum }
}

/** Passes bytes on as they are and digests them on their way. */
export function digestChunks(
  source: AsyncIterable<Buffer>,
  algorithm: ChecksumAlgorithm | undefined,
): Payload {
  const md5 = createHash('md5')
  const running = algorithm && startChecksum(algorithm)
  let digests: ReturnType<Payload['digests']> | undefined
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      md5.update(chunk)
      running?.update(chunk)
      yield chunk
    }
    const value = running && (await running.digest()).toString('base64')
    digests = {
      md5: md5.digest('hex'),
      checksum: algorithm && value !== undefined ? { algorithm, value, type: 'FULL_OBJECT' } : undefined,
    }
  }
  return {
    chunks: { [Symbol.asyncIterator]: chunks },
    digests() {
      if (!digests) throw new Error('A payload has no digests before all of it has been read.')
      return digests
    },
  }
}
