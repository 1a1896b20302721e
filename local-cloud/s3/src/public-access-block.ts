import { S3Error } from './error.ts'
import { openPayload, readDocument } from './payload.ts'
import { parseXml } from './request-document.ts'
import { readSetting, writeSetting } from './settings.ts'
import { type Call, type Reply, readBucket } from './store.ts'
import { result } from './xml.ts'

const switches = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets']
const root = 'PublicAccessBlockConfiguration'
const allOn = result(
  root,
  switches.map((name) => ({ name, children: true })),
)
/** Kept where the block was removed; S3 makes buckets with all of it on. */
const removed = ''

/** Switches are kept and told of. They guard nothing here: what they would block is refused in any case. */
export async function putPublicAccessBlock({ store, request, authorization }: Call): Promise<Reply> {
  const { name: bucket } = readBucket(store, request.bucket!)
  const wanted = parseXml(await readDocument(openPayload(request, authorization)), root)
  const states = switches.map((name) => ({ name, children: wanted.textOf(name)?.trim() ?? 'false' }))
  if (states.some(({ children }) => !/^(true|false)$/i.test(children))) throw new S3Error('MalformedXML')
  await writeSetting(store, bucket, 'public-access-block', result(root, states))
  return { status: 200 }
}

export function getPublicAccessBlock({ store, request }: Call): Reply {
  const { name: bucket } = readBucket(store, request.bucket!)
  const body = readSetting(store, bucket, 'public-access-block') ?? allOn
  if (body === removed) {
    throw new S3Error('NoSuchPublicAccessBlockConfiguration', { details: { BucketName: bucket } })
  }
  return { status: 200, body }
}

export async function deletePublicAccessBlock({ store, request }: Call): Promise<Reply> {
  const { name: bucket } = readBucket(store, request.bucket!)
  await writeSetting(store, bucket, 'public-access-block', removed)
  return { status: 204 }
}
