import type { Authorization, Credentials } from './authorization.ts'
import type { BlobStore } from './blobs.ts'
import type { Catalogue } from './catalogue.ts'
import { S3Error } from './error.ts'
import type { S3Request } from './request.ts'

/** What every operation works on. */
export interface Store {
  catalogue: Catalogue
  blobs: BlobStore
  credentials: Credentials
  /** Where the server stands: the region of its standing buckets, and of those that are created without one. */
  region: string
  /** Milliseconds since 1970; passed in so that tests can move it. */
  now(): number
  /** Told of each change to an object, inside the transaction that makes it. */
  changed(change: ObjectChange): void
}

export interface ObjectChange {
  /** Without the leading `s3:`, as in `ObjectCreated:Put`. */
  event: string
  bucket: string
  key: string
  bytes?: number
  etag?: string
  versionId?: string
}

/** One request on its way through the server. */
export interface Call {
  store: Store
  request: S3Request
  authorization: Authorization | undefined
  requestId: string
}

export interface Reply {
  status: number
  headers?: Record<string, string | number | undefined>
  body?: string | AsyncIterable<Buffer>
}

export type Operation = (call: Call) => Promise<Reply> | Reply

/** Everything belongs to one owner: the local cloud has one account. */
export const owner = {
  id: '0000000000000000000000000000000000000000000000000000000000000000',
  name: 'insula-local',
  account: '000000000000',
}

export interface Bucket {
  name: string
  region: string
  /** Milliseconds since 1970. */
  created: number
}

/** @throws S3Error NoSuchBucket */
export function readBucket({ catalogue }: Store, name: string): Bucket {
  const bucket = catalogue.one<Bucket>('SELECT * FROM buckets WHERE name = ?', name)
  if (!bucket) throw new S3Error('NoSuchBucket', { details: { BucketName: name } })
  return bucket
}

/** Bucket and key of an operation on an object, whose bucket must exist. @throws S3Error NoSuchBucket */
export function target({ store, request }: Call): { bucket: string; key: string } {
  return { bucket: readBucket(store, request.bucket!).name, key: request.key ?? '' }
}

/** Makes a change durable and drops the bytes it left without a mention. */
export async function commit<Result>({ catalogue, blobs }: Store, change: () => Result): Promise<Result> {
  const { result, orphans } = catalogue.commit(change)
  for (const blob of orphans) await blobs.drop(blob)
  return result
}

/** HTTP dates have whole seconds, and so have objects. */
export function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000
}
