import { S3Error } from './error.ts'
import type { S3Request } from './request.ts'
import type { Bucket, Store } from './store.ts'

/** What asks about buckets rather than in one, and may therefore be signed for where the server stands. */
const aboutBuckets = (request: S3Request): boolean =>
  request.key === undefined &&
  (request.query.has('location') || (request.method === 'PUT' && request.query.pairs.length === 0))

/**
 * Refuses a signature for another region than the bucket's: behind one address a bucket still lives in one region, as
 * with Amazon's own. What is not in a bucket is asked where the server stands.
 * @throws S3Error AuthorizationHeaderMalformed, or AuthorizationQueryParametersError for addresses and forms
 */
export function expectRegion(store: Store, request: S3Request, given: string): void {
  const bucket =
    request.bucket === undefined
      ? undefined
      : store.catalogue.one<Bucket>('SELECT * FROM buckets WHERE name = ?', request.bucket)
  const expected = bucket?.region ?? store.region
  if (given === expected || (given === store.region && aboutBuckets(request))) return
  const wrong = `the region '${given}' is wrong; expecting '${expected}'`
  const refusal = { details: { Region: expected }, headers: { 'x-amz-bucket-region': expected } }
  if (request.headers.has('authorization')) {
    const message = `The authorization header is malformed; ${wrong}`
    throw new S3Error('AuthorizationHeaderMalformed', { ...refusal, message })
  }
  const message = `Error parsing the X-Amz-Credential parameter; ${wrong}`
  throw new S3Error('AuthorizationQueryParametersError', { ...refusal, message })
}
