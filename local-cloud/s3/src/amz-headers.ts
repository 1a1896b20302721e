import { S3Error } from './error.ts'
import type { RequestHeaders } from './request.ts'
import { owner } from './store.ts'

/** Headers and form fields that the operations they belong to read, or refuse by their value. */
const read = [
  'x-amz-acl',
  'x-amz-algorithm',
  'x-amz-bucket-object-lock-enabled',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-copy-source-if-match',
  'x-amz-copy-source-if-modified-since',
  'x-amz-copy-source-if-none-match',
  'x-amz-copy-source-if-unmodified-since',
  'x-amz-copy-source-range',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-expected-bucket-owner',
  'x-amz-max-parts',
  'x-amz-metadata-directive',
  'x-amz-mp-object-size',
  'x-amz-object-attributes',
  'x-amz-object-ownership',
  'x-amz-part-number-marker',
  'x-amz-security-token',
  'x-amz-server-side-encryption',
  'x-amz-signature',
  'x-amz-source-expected-bucket-owner',
  'x-amz-storage-class',
  'x-amz-tagging',
  'x-amz-tagging-directive',
  'x-amz-trailer',
  'x-amz-website-redirect-location',
]
/** Headers that change nothing where one owner pays for everything, nothing is locked and no version archived. */
const withoutEffect = [
  'x-amz-api-version',
  'x-amz-bypass-governance-retention',
  'x-amz-client-context',
  'x-amz-optional-object-attributes',
  'x-amz-request-payer',
  'x-amz-skip-destination-validation',
  'x-amz-te',
  'x-amz-transition-default-minimum-object-size',
  'x-amz-user-agent',
]
const known = new Set([...read, ...withoutEffect])
const families = ['x-amz-checksum-', 'x-amz-grant-', 'x-amz-meta-', 'x-amz-sdk-']

/**
 * Refuses what this server wouldn't honour: to pass over an `x-amz-` header would be to answer wrongly.
 * @throws S3Error NotImplemented, and AccessDenied where a bucket is expected to be another account's
 */
export function refuseUnknownHeaders(headers: RequestHeaders): void {
  for (const name of headers.names()) {
    if (!name.startsWith('x-amz-') || known.has(name)) continue
    if (families.some((family) => name.startsWith(family))) continue
    throw new S3Error('NotImplemented', { details: { Header: name } })
  }
  for (const name of ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner']) {
    if ((headers.get(name) ?? owner.account) !== owner.account) throw new S3Error('AccessDenied')
  }
}
