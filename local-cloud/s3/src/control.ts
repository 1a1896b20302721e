import type { WebhookFaultControl } from '@insula/local-kit/faults'
import type { HttpControl } from '@insula/local-kit/server'

/** What the local cloud's page and the tests may ask of S3, beside S3's own protocol. */
export interface S3Control extends HttpControl, WebhookFaultControl {
  /** All buckets, with how many objects and bytes each holds. */
  buckets(): Promise<BucketSummary[]>
  /** Up to `limit` (1000 unless told) objects in the order of their keys. */
  objects(
    bucket: string,
    filter?: { prefix?: string; after?: string; limit?: number },
  ): Promise<ObjectSummary[]>
  /**
   * Deletes at once what the buckets' lifecycle rules let expire by `at` (ISO 8601; now unless given).
   * @returns how many objects and unfinished uploads went
   */
  expire(at?: string): Promise<number>
  /** Notifications sent or still to be sent, the newest first. */
  notifications(): Promise<Notification[]>
}

export interface Notification {
  url: string
  state: 'waiting' | 'delivered' | 'given up'
  attempts: number
  /** What went wrong at the last attempt. */
  lastError?: string
  records: Record<string, unknown>[]
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
