import { createHmac } from 'node:crypto'
import { type Authorization, type Credentials, checkSkew, equalSignatures } from './authorization.ts'
import { S3Error } from './error.ts'
import type { S3Request } from './request.ts'

/** What a request of version 2 says about itself: in a header with its date, or in the query with its expiry. */
interface ClaimV2 {
  accessKeyId: string
  signature: string
  /** The line that is signed in the date's place. */
  date: string
  /** Milliseconds since 1970. */
  expiresAt?: number
}

/** Query parameters that belong to the resource that is signed. */
const signedParameters = new Set([
  ...['accelerate', 'acl', 'analytics', 'cors', 'delete', 'inventory', 'lifecycle', 'location', 'logging'],
  ...['metrics', 'notification', 'object-lock', 'partNumber', 'policy', 'replication', 'requestPayment'],
  ...['response-cache-control', 'response-content-disposition', 'response-content-encoding'],
  ...['response-content-language', 'response-content-type', 'response-expires', 'restore', 'select'],
  ...['select-type', 'tagging', 'torrent', 'uploadId', 'uploads', 'versionId', 'versioning', 'versions'],
  ...['website'],
])

export function usesVersion2({ headers, query }: S3Request): boolean {
  return query.has('AWSAccessKeyId') || (headers.get('authorization') ?? '').startsWith('AWS ')
}

/**
 * Checks AWS Signature Version 2 ("Signing and authenticating REST requests"), which some clients still presign
 * addresses with where they are not told otherwise.
 * @throws S3Error AccessDenied, InvalidAccessKeyId, InvalidArgument, RequestTimeTooSkewed, SignatureDoesNotMatch
 */
export function verifyVersion2(request: S3Request, credentials: Credentials, now: number): Authorization {
  const claim = request.query.has('AWSAccessKeyId') ? claimInQuery(request) : claimInHeader(request, now)
  if (claim.accessKeyId !== credentials.accessKeyId) {
    throw new S3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: claim.accessKeyId } })
  }
  if (claim.expiresAt !== undefined && now >= claim.expiresAt) {
    throw new S3Error('AccessDenied', {
      message: 'Request has expired',
      details: {
        Expires: new Date(claim.expiresAt).toISOString(),
        ServerTime: new Date(now).toISOString(),
      },
    })
  }
  const { path, bucket, hosted } = request
  // Some clients sign a bucket with a slash at its end that its address does not have.
  const resources = hosted ? [`/${bucket}${path}`] : path === `/${bucket}` ? [path, `${path}/`] : [path]
  const texts = resources.map((resource) => textToSign(request, claim.date, resource))
  if (!texts.some((text) => equalSignatures(sign(text, credentials), claim.signature))) {
    throw new S3Error('SignatureDoesNotMatch', {
      details: {
        AWSAccessKeyId: claim.accessKeyId,
        StringToSign: texts[0]!,
        SignatureProvided: claim.signature,
      },
    })
  }
  const unsigned = { signingKey: Buffer.alloc(0), scope: '', timestamp: '', signature: '' }
  return { payloadHash: 'UNSIGNED-PAYLOAD', ...unsigned }
}

function sign(text: string, { secretAccessKey }: Credentials): string {
  return createHmac('sha1', secretAccessKey).update(text, 'latin1').digest('base64')
}

function claimInHeader({ headers }: S3Request, now: number): ClaimV2 {
  const found = /^AWS ([^:\s]+):(\S+)$/.exec(headers.get('authorization')!.trim())
  if (!found) {
    throw new S3Error('InvalidArgument', {
      message: 'AWS authorization header is invalid.  Expected AwsAccessKeyId:signature',
      details: { ArgumentName: 'Authorization' },
    })
  }
  const date = headers.get('x-amz-date') ?? headers.get('date') ?? ''
  const signedAt = Date.parse(date)
  if (Number.isNaN(signedAt) || signedAt < 0) {
    throw new S3Error('AccessDenied', {
      message: 'AWS authentication requires a valid Date or x-amz-date header',
    })
  }
  checkSkew(signedAt, now, date)
  return {
    accessKeyId: found[1]!,
    signature: found[2]!,
    date: headers.has('x-amz-date') ? '' : date,
  }
}

function claimInQuery({ query, headers }: S3Request): ClaimV2 {
  if (headers.has('authorization')) {
    throw new S3Error('InvalidArgument', { message: 'Only one auth mechanism allowed' })
  }
  const [accessKeyId, signature, date] = ['AWSAccessKeyId', 'Signature', 'Expires'].map((name) =>
    query.get(name),
  )
  if (!accessKeyId || !signature || !date) {
    throw new S3Error('AccessDenied', {
      message: 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
    })
  }
  if (!/^-?\d{1,12}$/.test(date)) {
    throw new S3Error('AccessDenied', {
      message: `Invalid date (should be seconds since epoch): ${date}`,
    })
  }
  return { accessKeyId, signature, date, expiresAt: Number(date) * 1000 }
}

function textToSign({ method, query, headers }: S3Request, date: string, resource: string): string {
  const carried = query.pairs.filter(([name]) => name.startsWith('x-amz-') && !headers.has(name))
  const amzHeaders = [
    ...headers.names().map((name) => [name, headers.get(name)!] as const),
    ...carried.map(([name, value]) => [name, Buffer.from(value).toString('latin1')] as const),
  ]
    .filter(([name]) => name.startsWith('x-amz-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value.trim()}\n`)
  const parameters = query.pairs
    .filter(([name]) => signedParameters.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${Buffer.from(value).toString('latin1')}`))
    .join('&')
  return [
    method,
    headers.get('content-md5') ?? '',
    headers.get('content-type') ?? '',
    date,
    `${amzHeaders.join('')}${resource}${parameters && `?${parameters}`}`,
  ].join('\n')
}
