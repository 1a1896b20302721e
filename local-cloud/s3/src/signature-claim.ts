import { S3Error } from './error.ts'
import type { S3Request } from './request.ts'

const weekSeconds = 7 * 24 * 60 * 60

/** What a request says about its own signature, before any of it is believed. */
export interface Claim {
  accessKeyId: string
  scope: Scope
  timestamp: string
  signedHeaders: string[]
  signature: string
  payloadHash: string
  /** Seconds that a presigned address is good for. */
  expiresIn?: number
}

export interface Scope {
  date: string
  region: string
  service: string
}

/** @throws S3Error AccessDenied for a request that says nothing, and the codes for one that says it wrongly */
export function readClaim(request: S3Request): Claim {
  if (request.query.has('X-Amz-Algorithm')) return claimInQuery(request)
  if (request.headers.has('authorization')) return claimInHeader(request)
  throw new S3Error('AccessDenied')
}

/** `access key id/date/region/s3/aws4_request`; undefined when it isn't that. */
export function parseCredential(text: string): { accessKeyId: string; scope: Scope } | undefined {
  const found = /^(.+)\/(\d{8})\/([^/]*)\/([^/]+)\/aws4_request$/.exec(text)
  if (!found) return undefined
  const [, accessKeyId, date, region, service] = found
  return { accessKeyId: accessKeyId!, scope: { date: date!, region: region!, service: service! } }
}

function claimInHeader({ headers }: S3Request): Claim {
  const authorization = headers.get('authorization')!
  const malformed = (message: string): S3Error => new S3Error('AuthorizationHeaderMalformed', { message })
  if (authorization.trim() === '') throw new S3Error('AccessDenied')
  if (!authorization.startsWith('AWS4-HMAC-SHA256')) {
    throw new S3Error('InvalidArgument', {
      message: 'Unsupported Authorization Type',
      details: { ArgumentName: 'Authorization', ArgumentValue: authorization },
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

/** Milliseconds of `20261121T090000Z`, NaN when it isn't such a time. */
export function instant(timestamp: string): number {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp)
  if (!found) return Number.NaN
  const [, year, month, day, hour, minute, second] = found
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

function basicFormat(httpDate: string | undefined): string | undefined {
  const parsed = Date.parse(httpDate ?? '')
  return Number.isNaN(parsed) ? undefined : new Date(parsed).toISOString().replace(/[-:]|\.\d{3}/g, '')
}
