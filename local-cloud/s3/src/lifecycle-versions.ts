import { type LifecycleRule, nextMidnight, selects } from './lifecycle-rule.ts'
import type { ObjectAttributes } from './object.ts'
import { commit, type Store } from './store.ts'
import { deleteVersion } from './versions.ts'

interface EarlierVersion {
  key: string
  id: string
  bytes: number
  modified: number
  attributes: string
  marker: number
  /** When it was replaced; null for what is the latest itself. */
  since: number | null
  /** How many versions of the key came after it. */
  newer: number
  /** How many versions the key has at all. */
  siblings: number
}

const query = `
  SELECT key, id, bytes, modified, attributes, content IS NULL AS marker,
    coalesce(
      (SELECT modified FROM versions n WHERE n.bucket = v.bucket AND n.key = v.key AND n.place > v.place ORDER BY place LIMIT 1),
      (SELECT modified FROM objects o WHERE o.bucket = v.bucket AND o.key = v.key)) AS since,
    (SELECT count(*) FROM versions n WHERE n.bucket = v.bucket AND n.key = v.key AND n.place > v.place)
      + (SELECT count(*) FROM objects o WHERE o.bucket = v.bucket AND o.key = v.key) AS newer,
    (SELECT count(*) FROM versions n WHERE n.bucket = v.bucket AND n.key = v.key)
      + (SELECT count(*) FROM objects o WHERE o.bucket = v.bucket AND o.key = v.key) AS siblings
  FROM versions v WHERE bucket = ?`

/**
 * Deletes versions that were replaced long enough ago, and delete markers that nothing is left to hide under.
 * @returns how many went
 */
export async function expireVersions(
  store: Store,
  bucket: string,
  rules: LifecycleRule[],
  now: number,
): Promise<number> {
  const due = store.catalogue
    .all<EarlierVersion>(query, bucket)
    .filter((version) => rules.some((rule) => isDue(rule, version, now)))
  await commit(store, () => {
    for (const { key, id } of due) {
      deleteVersion(store, bucket, key, id)
      store.changed({ event: 'LifecycleExpiration:Delete', bucket, key, versionId: id })
    }
  })
  return due.length
}

function isDue(rule: LifecycleRule, { attributes, ...version }: EarlierVersion, now: number): boolean {
  if (!selects(rule, { ...version, attributes: JSON.parse(attributes) as ObjectAttributes })) return false
  if (version.since === null) {
    return version.marker === 1 && version.siblings === 1 && rule.expireLoneMarkers
  }
  const { noncurrentAfterDays, noncurrentKept = 0 } = rule
  return (
    noncurrentAfterDays !== undefined &&
    version.newer > noncurrentKept &&
    nextMidnight(version.since, noncurrentAfterDays) <= now
  )
}
