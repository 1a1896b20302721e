import { randomBytes } from 'node:crypto'
import { S3Error } from './error.ts'
import { type LifecycleRule, lifecycleRule, nextMidnight, selects } from './lifecycle-rule.ts'
import { expireVersions } from './lifecycle-versions.ts'
import type { ObjectAttributes, StoredObject } from './object.ts'
import { openPayload, readDocument } from './payload.ts'
import { asElement, ParsedElement, parseXml } from './request-document.ts'
import { forgetSetting, readSetting, writeSetting } from './settings.ts'
import { type Call, commit, type Reply, readBucket, type Store } from './store.ts'
import { forgetUpload, type Upload } from './upload.ts'
import { deleteVersion } from './versions.ts'
import { result } from './xml.ts'

const mostRules = 1000
const sweepBatch = 1000

export async function putBucketLifecycle({ store, request, authorization }: Call): Promise<Reply> {
  const { name } = readBucket(store, request.bucket!)
  const configuration = parseXml(
    await readDocument(openPayload(request, authorization, { digestRequired: true })),
    'LifecycleConfiguration',
  )
  const rules = configuration.all('Rule')
  if (rules.length === 0 || rules.length > mostRules) throw new S3Error('MalformedXML')
  for (const rule of rules) {
    if (rule.textOf('ID')) continue
    const id = new ParsedElement('ID')
    id.text = randomBytes(24).toString('base64url')
    rule.elements.unshift(id)
  }
  const ids = rules.map((rule) => lifecycleRule(rule).id)
  if (new Set(ids).size < ids.length) {
    throw new S3Error('InvalidArgument', {
      message: 'Rule ID must be unique. Found same ID for more than one rule',
    })
  }
  await writeSetting(store, name, 'lifecycle', result('LifecycleConfiguration', rules.map(asElement)))
  return { status: 200 }
}

export function getBucketLifecycle({ store, request }: Call): Reply {
  const { name } = readBucket(store, request.bucket!)
  const body = readSetting(store, name, 'lifecycle')
  if (body === undefined) throw new S3Error('NoSuchLifecycleConfiguration', { details: { BucketName: name } })
  return {
    status: 200,
    body,
    headers: { 'x-amz-transition-default-minimum-object-size': 'all_storage_classes_128K' },
  }
}

export async function deleteBucketLifecycle({ store, request }: Call): Promise<Reply> {
  await forgetSetting(store, readBucket(store, request.bucket!).name, 'lifecycle')
  return { status: 204 }
}

/** The `x-amz-expiration` header of an object that a rule will delete. */
export function expirationHeader(store: Store, object: StoredObject): string | undefined {
  const coming = rulesOf(store, object.bucket)
    .map((rule) => ({ id: rule.id, at: expiresAt(rule, object) }))
    .filter((expiry): expiry is { id: string; at: number } => expiry.at !== undefined)
    .sort((a, b) => a.at - b.at)[0]
  return (
    coming && `expiry-date="${new Date(coming.at).toUTCString()}", rule-id="${encodeURIComponent(coming.id)}"`
  )
}

/** The headers of an upload that a rule will abort. */
export function abortHeaders(
  store: Store,
  upload: Pick<Upload, 'bucket' | 'key' | 'initiated'>,
): Record<string, string> {
  const end = abandonment(rulesOf(store, upload.bucket), upload)
  if (!end) return {}
  return { 'x-amz-abort-date': new Date(end.at).toUTCString(), 'x-amz-abort-rule-id': end.id }
}

/**
 * Deletes what the buckets' rules say is due at `now`: objects past their days or date, uploads left unfinished.
 * @returns how many objects and uploads went
 */
export async function expire(store: Store, now: number): Promise<number> {
  let gone = 0
  for (const { bucket } of store.catalogue.all<{ bucket: string }>(
    `SELECT bucket FROM settings WHERE name = 'lifecycle'`,
  )) {
    const rules = rulesOf(store, bucket)
    let after = ''
    for (;;) {
      const rows = store.catalogue.all<ExpiringRow>(
        'SELECT key, bytes, modified, attributes FROM objects WHERE bucket = ? AND key > ? ORDER BY key LIMIT ?',
        bucket,
        after,
        sweepBatch,
      )
      const due = rows.filter((row) =>
        rules.some((rule) => {
          const at = expiresAt(rule, { ...row, attributes: JSON.parse(row.attributes) as ObjectAttributes })
          return at !== undefined && at <= now
        }),
      )
      await commit(store, () => {
        for (const { key } of due) {
          const { event, versionId } = deleteVersion(store, bucket, key)
          store.changed({ event: `LifecycleExpiration:${event?.split(':')[1]}`, bucket, key, versionId })
        }
      })
      gone += due.length
      if (rows.length < sweepBatch) break
      after = rows.at(-1)!.key
    }
    gone += await expireVersions(store, bucket, rules, now)
    gone += await abandonUploads(store, bucket, rules, now)
  }
  return gone
}

interface ExpiringRow {
  key: string
  bytes: number
  modified: number
  attributes: string
}

async function abandonUploads(
  store: Store,
  bucket: string,
  rules: LifecycleRule[],
  now: number,
): Promise<number> {
  const uploads = store.catalogue.all<{ id: string; key: string; initiated: number }>(
    'SELECT id, key, initiated FROM uploads WHERE bucket = ?',
    bucket,
  )
  const due = uploads.filter((upload) => {
    const end = abandonment(rules, upload)
    return end !== undefined && end.at <= now
  })
  await commit(store, () => {
    for (const { id } of due) forgetUpload(store, id)
  })
  return due.length
}

/** The soonest end that a rule sets to an unfinished upload. */
function abandonment(
  rules: LifecycleRule[],
  { key, initiated }: Pick<Upload, 'key' | 'initiated'>,
): { id: string; at: number } | undefined {
  return rules
    .filter(({ enabled, prefix, abortAfterDays }) => enabled && abortAfterDays && key.startsWith(prefix))
    .map(({ id, abortAfterDays }) => ({ id, at: nextMidnight(initiated, abortAfterDays!) }))
    .sort((a, b) => a.at - b.at)[0]
}

function expiresAt(
  rule: LifecycleRule,
  object: Pick<StoredObject, 'key' | 'bytes' | 'modified' | 'attributes'>,
): number | undefined {
  if (!selects(rule, object)) return undefined
  if (rule.expireAt !== undefined) return rule.expireAt
  return rule.expireAfterDays === undefined ? undefined : nextMidnight(object.modified, rule.expireAfterDays)
}

function rulesOf(store: Store, bucket: string): LifecycleRule[] {
  const source = readSetting(store, bucket, 'lifecycle')
  return source === undefined ? [] : parseXml(source, 'LifecycleConfiguration').all('Rule').map(lifecycleRule)
}
