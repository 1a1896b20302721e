import { createHash } from 'node:crypto'
import { Crc32, Crc32c, Crc64NvmeJs } from '@aws-sdk/checksums/crc'
import { S3Error } from './error.ts'
import type { RequestHeaders } from './request.ts'

const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number]
export type ChecksumType = 'COMPOSITE' | 'FULL_OBJECT'

/** An object's checksum as S3 reports it: base64, with `-N` after a composite of N parts. */
export interface Checksum {
  algorithm: ChecksumAlgorithm
  value: string
  type: ChecksumType
}

export interface RunningChecksum {
  update(chunk: Uint8Array): void
  digest(): Promise<Buffer>
}

const digestBytes: Record<ChecksumAlgorithm, number> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
}

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  if (algorithm === 'SHA1' || algorithm === 'SHA256') {
    const hash = createHash(algorithm)
    return { update: (chunk) => hash.update(chunk), digest: async () => hash.digest() }
  }
  const crc = algorithm === 'CRC32' ? new Crc32() : algorithm === 'CRC32C' ? new Crc32c() : new Crc64NvmeJs()
  return { update: (chunk) => crc.update(chunk), digest: async () => Buffer.from(await crc.digest()) }
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`
}

/** @throws S3Error InvalidRequest for an algorithm S3 doesn't know */
export function parseAlgorithm(text: string): ChecksumAlgorithm {
  const found = checksumAlgorithms.find((algorithm) => algorithm === text.toUpperCase())
  if (!found) {
    throw new S3Error('InvalidRequest', {
      message:
        'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    })
  }
  return found
}

/** Which checksum the request promises, and its value unless a trailer will bring it. */
export function promisedChecksum(
  headers: RequestHeaders,
): { algorithm: ChecksumAlgorithm; value?: string } | undefined {
  const given = checksumAlgorithms.filter((algorithm) => headers.has(checksumHeader(algorithm)))
  const trailer = headers.get('x-amz-trailer')?.trim().toLowerCase()
  const trailing = checksumAlgorithms.find((algorithm) => checksumHeader(algorithm) === trailer)
  const named = headers.get('x-amz-sdk-checksum-algorithm')
  if (given.length + (trailing ? 1 : 0) > 1) {
    throw new S3Error('InvalidRequest', { message: 'Expecting a single x-amz-checksum- header' })
  }
  if (trailing) return { algorithm: trailing }
  const [algorithm] = given
  if (!algorithm) return undefined
  if (named && parseAlgorithm(named) !== algorithm) {
    throw new S3Error('InvalidRequest', {
      message: `Value for x-amz-sdk-checksum-algorithm header is invalid.`,
    })
  }
  return { algorithm, value: headers.get(checksumHeader(algorithm)) }
}

/** Compares what was promised with what came. @throws S3Error InvalidRequest, BadDigest */
export function checkChecksum(algorithm: ChecksumAlgorithm, promised: string, actual: string): void {
  const bytes = Buffer.from(promised, 'base64')
  if (bytes.length !== digestBytes[algorithm] || bytes.toString('base64') !== promised) {
    throw new S3Error('InvalidRequest', {
      message: `Value for ${checksumHeader(algorithm)} header is invalid.`,
    })
  }
  if (promised !== actual) {
    throw new S3Error('BadDigest', {
      message: `The ${algorithm} you specified did not match the calculated checksum.`,
    })
  }
}
