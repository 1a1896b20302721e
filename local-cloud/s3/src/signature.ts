import { createHash, createHmac } from 'node:crypto'
import { type Authorization, type Credentials, checkSkew, equalSignatures, skewMs } from './authorization.ts'
import { S3Error } from './error.ts'
import type { S3Request } from './request.ts'
import { type Claim, instant, readClaim, type Scope } from './signature-claim.ts'
import { usesVersion2, verifyVersion2 } from './signature-v2.ts'
import { decodeUri, encodePath, encodeUri } from './uri.ts'

/** Whether a request says nothing about who sends it. */
export function isAnonymous({ headers, query }: S3Request): boolean {
  const presigned = query.has('X-Amz-Algorithm') || query.has('AWSAccessKeyId')
  return !presigned && (headers.get('authorization') ?? '').trim() === ''
}

/**
 * Checks a request's signature: AWS Signature Version 4 (or 2) in the Authorization header or, for presigned addresses,
 * in the query. Which region it may be for is the caller's matter: the signature itself covers it.
 * @throws S3Error AccessDenied, SignatureDoesNotMatch, InvalidAccessKeyId, RequestTimeTooSkewed and their kin
 */
export function verifySignature(request: S3Request, credentials: Credentials, now: number): Authorization {
  if (usesVersion2(request)) return verifyVersion2(request, credentials, now)
  const claim = readClaim(request)
  if (claim.accessKeyId !== credentials.accessKeyId) {
    throw new S3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: claim.accessKeyId } })
  }
  if (request.headers.has('x-amz-security-token') || request.query.has('X-Amz-Security-Token')) {
    throw new S3Error('InvalidToken')
  }
  checkTime(claim, now)
  checkSignedHeaders(claim, request)
  const canonical = canonicalRequest(claim, request)
  const scope = `${claim.scope.date}/${claim.scope.region}/${claim.scope.service}/aws4_request`
  const stringToSign = `AWS4-HMAC-SHA256\n${claim.timestamp}\n${scope}\n${sha256(canonical)}`
  const signingKey = deriveSigningKey(credentials.secretAccessKey, claim.scope)
  if (!equalSignatures(hmac(signingKey, stringToSign).toString('hex'), claim.signature)) {
    throw new S3Error('SignatureDoesNotMatch', {
      details: {
        AWSAccessKeyId: claim.accessKeyId,
        StringToSign: stringToSign,
        SignatureProvided: claim.signature,
        CanonicalRequest: canonical,
      },
    })
  }
  const { payloadHash, timestamp, signature } = claim
  return { payloadHash, signingKey, scope, region: claim.scope.region, timestamp, signature }
}

export function deriveSigningKey(secretAccessKey: string, { date, region, service }: Scope): Buffer {
  const dateKey = hmac(`AWS4${secretAccessKey}`, date)
  return hmac(hmac(hmac(dateKey, region), service), 'aws4_request')
}

export function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'latin1').digest()
}

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex')
}

function checkTime({ timestamp, expiresIn }: Claim, now: number): void {
  const signedAt = instant(timestamp)
  if (expiresIn === undefined) {
    checkSkew(signedAt, now, timestamp)
    return
  }
  if (signedAt - now > skewMs) throw new S3Error('AccessDenied', { message: 'Request is not yet valid' })
  if (now >= signedAt + expiresIn * 1000) {
    throw new S3Error('AccessDenied', {
      message: 'Request has expired',
      details: {
        'X-Amz-Expires': String(expiresIn),
        Expires: new Date(signedAt + expiresIn * 1000).toISOString(),
        ServerTime: new Date(now).toISOString(),
      },
    })
  }
}

/** The host and every x-amz- header must be signed, or whoever holds a presigned address could add their own. */
function checkSignedHeaders({ signedHeaders, expiresIn }: Claim, { headers, hoisted }: S3Request): void {
  const presigned = expiresIn !== undefined
  const unsigned = headers
    .names()
    .filter((name) => name === 'host' || (name.startsWith('x-amz-') && !hoisted.has(name)))
    .filter((name) => !(presigned && name === 'x-amz-content-sha256'))
    .filter((name) => !signedHeaders.includes(name))
  if (unsigned.length === 0) return
  throw new S3Error('AccessDenied', {
    message: 'There were headers present in the request which were not signed',
    details: { HeadersNotSigned: unsigned.join(', ') },
  })
}

function canonicalRequest(claim: Claim, { method, path, query, headers }: S3Request): string {
  const canonicalQuery = query.pairs
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .sort(([a, x], [b, y]) => order(a, b) || order(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const canonicalHeaders = claim.signedHeaders
    .map((name) => `${name}:${(headers.get(name) ?? '').trim().replace(/ +/g, ' ')}\n`)
    .join('')
  return [
    method,
    encodePath(decodeUri(path)),
    canonicalQuery,
    canonicalHeaders,
    claim.signedHeaders.join(';'),
    claim.payloadHash,
  ].join('\n')
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
