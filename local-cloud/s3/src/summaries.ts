import type { BucketSummary, ObjectSummary } from './control.ts'
import type { ObjectAttributes } from './object.ts'
import type { Store } from './store.ts'

export function summariseBuckets({ catalogue }: Store): BucketSummary[] {
  return catalogue
    .all<{ name: string; region: string; created: number; objects: number; bytes: number }>(
      `SELECT name, region, created, count(key) AS objects, coalesce(sum(bytes), 0) AS bytes
       FROM buckets LEFT JOIN objects ON objects.bucket = buckets.name GROUP BY name ORDER BY name`,
    )
    .map(({ created, ...summary }) => ({ ...summary, createdAt: new Date(created).toISOString() }))
}

export function listObjectSummaries(
  { catalogue }: Store,
  bucket: string,
  { prefix = '', after = '', limit = 1000 }: { prefix?: string; after?: string; limit?: number } = {},
): ObjectSummary[] {
  return catalogue
    .all<{ key: string; bytes: number; etag: string; modified: number; attributes: string }>(
      `SELECT key, bytes, etag, modified, attributes FROM objects
       WHERE bucket = ? AND key > ? AND substr(key, 1, ?) = ? ORDER BY key LIMIT ?`,
      bucket,
      after,
      [...prefix].length,
      prefix,
      limit,
    )
    .map(({ key, bytes, etag, modified, attributes }) => ({
      key,
      bytes,
      etag,
      contentType:
        (JSON.parse(attributes) as ObjectAttributes).headers['content-type'] ?? 'binary/octet-stream',
      modifiedAt: new Date(modified).toISOString(),
    }))
}
