import { timingSafeEqual } from 'node:crypto'
import { S3Error } from './error.ts'

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
}

/** What a valid signature leaves behind for checking the body against it. */
export interface Authorization {
  /** The value signed as the payload's hash: hex SHA-256, `UNSIGNED-PAYLOAD` or one of the `STREAMING-` words. */
  payloadHash: string
  signingKey: Buffer
  scope: string
  /** The region it is for; version 2 knows none. */
  region?: string
  /** ISO 8601 basic format, as signed. */
  timestamp: string
  /** The signature that the first chunk of a signed stream is chained to. */
  signature: string
}

/** How far the sender's clock may be from ours. */
export const skewMs = 15 * 60 * 1000

export function equalSignatures(expected: string, given: string): boolean {
  const left = Buffer.from(expected)
  const right = Buffer.from(given)
  return left.length === right.length && timingSafeEqual(left, right)
}

/** @throws S3Error RequestTimeTooSkewed when sender's and server's clocks are 15 minutes apart */
export function checkSkew(signedAt: number, now: number, text: string): void {
  if (Math.abs(now - signedAt) <= skewMs) return
  throw new S3Error('RequestTimeTooSkewed', {
    details: {
      RequestTime: text,
      ServerTime: new Date(now).toISOString(),
      MaxAllowedSkewMilliseconds: String(skewMs),
    },
  })
}
