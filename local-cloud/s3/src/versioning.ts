import { S3Error } from './error.ts'
import { openPayload, readDocument } from './payload.ts'
import { parseXml } from './request-document.ts'
import { readSetting, writeSetting } from './settings.ts'
import { type Call, type Reply, readBucket, type Store } from './store.ts'
import { element, result } from './xml.ts'

const root = 'VersioningConfiguration'
const states = ['Enabled', 'Suspended'] as const
export type Versioning = (typeof states)[number]

/** Whether a bucket keeps what is replaced; undefined where that was never asked for. */
export function versioningOf(store: Store, bucket: string): Versioning | undefined {
  return readSetting(store, bucket, 'versioning') as Versioning | undefined
}

export async function putBucketVersioning({ store, request, authorization }: Call): Promise<Reply> {
  const { name: bucket } = readBucket(store, request.bucket!)
  const wanted = parseXml(await readDocument(openPayload(request, authorization)), root)
  const state = states.find((known) => known === wanted.textOf('Status')?.trim())
  if (!state) throw new S3Error('IllegalVersioningConfigurationException')
  if ((wanted.textOf('MfaDelete')?.trim() ?? 'Disabled') !== 'Disabled') {
    throw new S3Error('NotImplemented', { details: { Element: 'MfaDelete' } })
  }
  await writeSetting(store, bucket, 'versioning', state)
  return { status: 200 }
}

export function getBucketVersioning({ store, request }: Call): Reply {
  const { name: bucket } = readBucket(store, request.bucket!)
  return { status: 200, body: result(root, [element('Status', versioningOf(store, bucket))]) }
}
