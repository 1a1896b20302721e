import { randomBytes } from 'node:crypto'
import type { Deliveries } from '@insula/local-kit/deliveries'
import { S3Error } from './error.ts'
import { openPayload, readDocument } from './payload.ts'
import { type ParsedElement, parseXml } from './request-document.ts'
import { readSetting, writeSetting } from './settings.ts'
import { type Call, type ObjectChange, owner, type Reply, readBucket, type Store } from './store.ts'
import { encodePath } from './uri.ts'
import { result } from './xml.ts'

interface Subscription {
  id: string
  url: string
  /** Such as `s3:ObjectCreated:*`. */
  events: string[]
  prefix: string
  suffix: string
}

const kinds = [
  ['TopicConfiguration', 'Topic'],
  ['QueueConfiguration', 'Queue'],
  ['CloudFunctionConfiguration', 'CloudFunction'],
] as const
const events = [
  ...['ObjectCreated:*', 'ObjectCreated:Put', 'ObjectCreated:Post', 'ObjectCreated:Copy'],
  ...['ObjectCreated:CompleteMultipartUpload', 'ObjectRemoved:*', 'ObjectRemoved:Delete'],
  ...['ObjectRemoved:DeleteMarkerCreated', 'LifecycleExpiration:DeleteMarkerCreated'],
  ...['ObjectTagging:*', 'ObjectTagging:Put', 'ObjectTagging:Delete'],
  ...['LifecycleExpiration:*', 'LifecycleExpiration:Delete'],
].map((event) => `s3:${event}`)

/** Subscribes addresses to a bucket's events: an http address stands where S3 has the ARN of a topic or queue. */
export async function putBucketNotification({ store, request, authorization }: Call): Promise<Reply> {
  const { name } = readBucket(store, request.bucket!)
  const source = await readDocument(openPayload(request, authorization))
  subscriptions(parseXml(source, 'NotificationConfiguration'))
  await writeSetting(store, name, 'notification', source)
  return { status: 200 }
}

export function getBucketNotification({ store, request }: Call): Reply {
  const { name } = readBucket(store, request.bucket!)
  return {
    status: 200,
    body: readSetting(store, name, 'notification') ?? result('NotificationConfiguration', []),
  }
}

/** Queues the news of a change for everyone subscribed to it; part of the transaction that makes the change. */
export function notify(store: Store, deliveries: Deliveries, change: ObjectChange): void {
  const source = readSetting(store, change.bucket, 'notification')
  if (source === undefined) return
  const event = `s3:${change.event}`
  const group = event.replace(/:[^:]+$/, ':*')
  for (const subscription of subscriptions(parseXml(source, 'NotificationConfiguration'))) {
    const wanted = subscription.events.includes(event) || subscription.events.includes(group)
    if (!wanted || !change.key.startsWith(subscription.prefix) || !change.key.endsWith(subscription.suffix))
      continue
    deliveries.enqueue(
      subscription.url,
      JSON.stringify({ Records: [record(store, change, subscription.id)] }),
    )
  }
}

/** One record in the event message structure, version 2.1. */
function record(
  store: Store,
  { event, bucket, key, bytes, etag, versionId }: ObjectChange,
  configurationId: string,
): object {
  const now = store.now()
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: readBucket(store, bucket).region,
    eventTime: new Date(now).toISOString(),
    eventName: event,
    userIdentity: { principalId: owner.id },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: {
      'x-amz-request-id': randomBytes(8).toString('hex').toUpperCase(),
      'x-amz-id-2': 'insula-local',
    },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: { name: bucket, ownerIdentity: { principalId: owner.id }, arn: `arn:aws:s3:::${bucket}` },
      // Keys are form-encoded here, which surprises everyone once: better here than in production.
      object: {
        key: encodePath(key).replaceAll('%20', '+'),
        size: bytes,
        eTag: etag,
        versionId,
        sequencer: sequencer(now),
      },
    },
  }
}

let sequence = 0

/** Grows from event to event, so that receivers can tell which of two came later. */
function sequencer(now: number): string {
  sequence = (sequence + 1) % 0x10000
  return (BigInt(now) * 0x10000n + BigInt(sequence)).toString(16).toUpperCase().padStart(18, '0')
}

function subscriptions(configuration: ParsedElement): Subscription[] {
  return kinds.flatMap(([kind, destination]) =>
    configuration.all(kind).map((entry) => {
      const url = entry.required(destination).trim()
      const wanted = entry.all('Event').map(({ text }) => text.trim())
      const unknown = wanted.find((event) => !events.includes(event))
      if (wanted.length === 0) throw new S3Error('MalformedXML')
      if (unknown !== undefined) {
        throw new S3Error('InvalidArgument', {
          message: `The event '${unknown}' is not supported for notifications`,
        })
      }
      if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) {
        throw new S3Error('InvalidArgument', {
          message: 'Unable to validate the following destination configurations',
          details: {
            ArgumentName1: url,
            ArgumentValue1: 'The local cloud sends events to http addresses only.',
          },
        })
      }
      return { id: entry.textOf('Id')?.trim() ?? '', url, events: wanted, ...keyFilter(entry) }
    }),
  )
}

function keyFilter(entry: ParsedElement): { prefix: string; suffix: string } {
  const rules = entry.first('Filter')?.first('S3Key')?.all('FilterRule') ?? []
  const ruleValue = (name: string): string =>
    rules.find((rule) => rule.required('Name').trim().toLowerCase() === name)?.required('Value') ?? ''
  return { prefix: ruleValue('prefix'), suffix: ruleValue('suffix') }
}
