import type { HttpFaultControl } from '../server.ts'

/** What the local cloud's page and the tests may ask of S3, beside S3's own protocol. */
export interface S3Control extends HttpFaultControl {
  /** All buckets, with how many objects and bytes each holds. */
  buckets(): Promise<BucketSummary[]>
  /** Up to `limit` (1000 unless told) objects in the order of their keys. */
  objects(
    bucket: string,
    filter?: { prefix?: string; after?: string; limit?: number },
  ): Promise<ObjectSummary[]>
}

export interface BucketSummary {
  name: string
  region: string
  /** ISO 8601. */
  createdAt: string
  objects: number
  bytes: number
}

export interface ObjectSummary {
  key: string
  bytes: number
  etag: string
  contentType: string
  /** ISO 8601. */
  modifiedAt: string
}
