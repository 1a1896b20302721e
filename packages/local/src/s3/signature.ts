import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { S3Error } from './error.ts'
import type { S3Request } from './request.ts'
import { decodeUri, encodePath, encodeUri } from './uri.ts'

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
  /** ISO 8601 basic format, as signed. */
  timestamp: string
  /** The signature that the first chunk of a signed stream is chained to. */
  signature: string
}

interface Claim {
  accessKeyId: string
  scope: Scope
  timestamp: string
  signedHeaders: string[]
  signature: string
  payloadHash: string
  /** Seconds that a presigned address is good for. */
  expiresIn?: number
}

interface Scope {
  date: string
  region: string
  service: string
}

const skewMs = 15 * 60 * 1000
const weekSeconds = 7 * 24 * 60 * 60

/**
 * Checks AWS Signature Version 4 in the Authorization header or, for presigned addresses, in the query. Any region
 * is accepted: the signature itself covers it.
 * @throws S3Error AccessDenied, SignatureDoesNotMatch, InvalidAccessKeyId, RequestTimeTooSkewed and their kin
 */
export function verifySignature(request: S3Request, credentials: Credentials, now: number): Authorization {
  const claim = request.query.has('X-Amz-Algorithm')
    ? claimInQuery(request)
    : request.headers.has('authorization')
      ? claimInHeader(request)
      : undefined
  if (!claim) throw new S3Error('AccessDenied')
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
  return { payloadHash, signingKey, scope, timestamp, signature }
}

export function deriveSigningKey(secretAccessKey: string, { date, region, service }: Scope): Buffer {
  const dateKey = hmac(`AWS4${secretAccessKey}`, date)
  return hmac(hmac(hmac(dateKey, region), service), 'aws4_request')
}

/** `access key id/date/region/s3/aws4_request`; undefined when it isn't that. */
export function parseCredential(text: string): { accessKeyId: string; scope: Scope } | undefined {
  const found = /^(.+)\/(\d{8})\/([^/]*)\/([^/]+)\/aws4_request$/.exec(text)
  if (!found) return undefined
  const [, accessKeyId, date, region, service] = found
  return { accessKeyId: accessKeyId!, scope: { date: date!, region: region!, service: service! } }
}

export function equalSignatures(expected: string, given: string): boolean {
  const left = Buffer.from(expected)
  const right = Buffer.from(given)
  return left.length === right.length && timingSafeEqual(left, right)
}

export function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'latin1').digest()
}

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex')
}

function claimInHeader({ headers }: S3Request): Claim {
  const authorization = headers.get('authorization')!
  const malformed = (message: string): S3Error => new S3Error('AuthorizationHeaderMalformed', { message })
  if (authorization.trim() === '') throw new S3Error('AccessDenied')
  if (!authorization.startsWith('AWS4-HMAC-SHA256')) {
    throw new S3Error('InvalidRequest', {
      message: 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    })
  }
  const fields = new Map(
    authorization
      .slice('AWS4-HMAC-SHA256'.length)
      .split(',')
      .map((field) => [
        field.slice(0, field.indexOf('=')).trim(),
        field.slice(field.indexOf('=') + 1).trim(),
      ]),
  )
  const credential = parseCredential(fields.get('Credential') ?? '')
  const signature = fields.get('Signature')
  const signedHeaders = fields.get('SignedHeaders')
  if (!credential || !signature || !signedHeaders) {
    throw malformed(
      'The authorization header is malformed; Credential, SignedHeaders and Signature are needed.',
    )
  }
  if (credential.scope.service !== 's3') {
    throw malformed(
      `The authorization header is malformed; incorrect service "${credential.scope.service}". This endpoint belongs to "s3".`,
    )
  }
  const timestamp = headers.get('x-amz-date') ?? basicFormat(headers.get('date'))
  if (!timestamp || Number.isNaN(instant(timestamp))) {
    throw new S3Error('AccessDenied', {
      message: 'AWS authentication requires a valid Date or x-amz-date header',
    })
  }
  if (!timestamp.startsWith(credential.scope.date)) {
    throw malformed(
      `The authorization header is malformed; Invalid credential date "${credential.scope.date}". This date is not the same as X-Amz-Date: "${timestamp.slice(0, 8)}".`,
    )
  }
  const payloadHash = headers.get('x-amz-content-sha256')
  if (!payloadHash) {
    throw new S3Error('InvalidRequest', {
      message: 'Missing required header for this request: x-amz-content-sha256',
    })
  }
  return { ...credential, timestamp, signature, signedHeaders: signedHeaders.split(';'), payloadHash }
}

function claimInQuery({ query, headers }: S3Request): Claim {
  const malformed = (message: string): S3Error =>
    new S3Error('AuthorizationQueryParametersError', { message })
  if (headers.has('authorization')) {
    throw new S3Error('InvalidArgument', {
      message:
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    })
  }
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    throw malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"')
  }
  const [credentialText, timestamp, expires, signedHeaders, signature] = [
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-SignedHeaders',
    'X-Amz-Signature',
  ].map((name) => query.get(name))
  if (!credentialText || !timestamp || !expires || !signedHeaders || !signature) {
    throw malformed(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    )
  }
  const credential = parseCredential(credentialText)
  if (!credential) {
    throw malformed(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    )
  }
  if (credential.scope.service !== 's3') {
    throw malformed(
      `Error parsing the X-Amz-Credential parameter; incorrect service "${credential.scope.service}". This endpoint belongs to "s3".`,
    )
  }
  if (Number.isNaN(instant(timestamp))) {
    throw malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
  }
  if (!timestamp.startsWith(credential.scope.date)) {
    throw malformed(
      `Error parsing the X-Amz-Credential parameter; incorrect date "${credential.scope.date}". This date is not the same as X-Amz-Date.`,
    )
  }
  if (!/^-?\d+$/.test(expires)) throw malformed('X-Amz-Expires should be a number')
  if (Number(expires) < 0) throw malformed('X-Amz-Expires must be non-negative')
  if (Number(expires) > weekSeconds) {
    throw malformed(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    )
  }
  const payloadHash =
    query.get('X-Amz-Content-Sha256') ?? headers.get('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD'
  return {
    ...credential,
    timestamp,
    signature,
    signedHeaders: signedHeaders.split(';'),
    payloadHash,
    expiresIn: Number(expires),
  }
}

function checkTime({ timestamp, expiresIn }: Claim, now: number): void {
  const signedAt = instant(timestamp)
  const serverTime = new Date(now).toISOString()
  if (expiresIn === undefined) {
    if (Math.abs(now - signedAt) <= skewMs) return
    throw new S3Error('RequestTimeTooSkewed', {
      details: {
        RequestTime: timestamp,
        ServerTime: serverTime,
        MaxAllowedSkewMilliseconds: String(skewMs),
      },
    })
  }
  if (signedAt - now > skewMs) throw new S3Error('AccessDenied', { message: 'Request is not yet valid' })
  if (now > signedAt + expiresIn * 1000) {
    throw new S3Error('AccessDenied', {
      message: 'Request has expired',
      details: {
        'X-Amz-Expires': String(expiresIn),
        Expires: new Date(signedAt + expiresIn * 1000).toISOString(),
        ServerTime: serverTime,
      },
    })
  }
}

/** The host and every x-amz- header must be signed, or whoever holds a presigned address could add their own. */
function checkSignedHeaders({ signedHeaders, expiresIn }: Claim, { headers }: S3Request): void {
  const presigned = expiresIn !== undefined
  const unsigned = headers
    .names()
    .filter((name) => name === 'host' || name.startsWith('x-amz-'))
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

/** Milliseconds of `20261121T090000Z`, NaN when it isn't such a time. */
function instant(timestamp: string): number {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp)
  if (!found) return Number.NaN
  const [, year, month, day, hour, minute, second] = found
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

function basicFormat(httpDate: string | undefined): string | undefined {
  const parsed = Date.parse(httpDate ?? '')
  return Number.isNaN(parsed) ? undefined : new Date(parsed).toISOString().replace(/[-:]|\.\d{3}/g, '')
}
