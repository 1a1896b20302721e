import { S3Error } from './error.ts'
import { openPayload, readDocument } from './payload.ts'
import { forgetSetting, readSetting, writeSetting } from './settings.ts'
import { type Call, commit, type Reply, readBucket, target } from './store.ts'
import { parseTaggingDocument } from './tagging.ts'
import { readObject, versionHeader, writeAttributes } from './versions.ts'
import { type Element, result } from './xml.ts'

const mostBucketTags = 50

export async function putObjectTagging(call: Call): Promise<Reply> {
  const { request, authorization } = call
  const tags = parseTaggingDocument(await readDocument(openPayload(request, authorization)))
  return { status: 200, headers: await replaceTags(call, tags, 'ObjectTagging:Put') }
}

export function getObjectTagging(call: Call): Reply {
  const { bucket, key } = target(call)
  const object = readObject(call.store, bucket, key, call.request.query.get('versionId'))
  return { status: 200, headers: versionHeader(call.store, object), body: tagSet(object.attributes.tags) }
}

export async function deleteObjectTagging(call: Call): Promise<Reply> {
  return { status: 204, headers: await replaceTags(call, {}, 'ObjectTagging:Delete') }
}

export async function putBucketTagging({ store, request, authorization }: Call): Promise<Reply> {
  const { name } = readBucket(store, request.bucket!)
  const source = await readDocument(openPayload(request, authorization))
  const tags = parseTaggingDocument(source, mostBucketTags)
  await writeSetting(store, name, 'tagging', tagSet(tags))
  return { status: 204 }
}

export function getBucketTagging({ store, request }: Call): Reply {
  const { name } = readBucket(store, request.bucket!)
  const source = readSetting(store, name, 'tagging')
  if (source === undefined) throw new S3Error('NoSuchTagSet', { details: { BucketName: name } })
  return { status: 200, body: source }
}

export async function deleteBucketTagging({ store, request }: Call): Promise<Reply> {
  await forgetSetting(store, readBucket(store, request.bucket!).name, 'tagging')
  return { status: 204 }
}

async function replaceTags(
  call: Call,
  tags: Record<string, string>,
  event: string,
): Promise<Record<string, string>> {
  const { store, request } = call
  const { bucket, key } = target(call)
  return await commit(store, () => {
    const object = readObject(store, bucket, key, request.query.get('versionId'))
    const { attributes, etag, bytes } = object
    writeAttributes(store, object, { ...attributes, tags })
    store.changed({ event, bucket, key, bytes, etag, versionId: object.content.versionId })
    return versionHeader(store, object)
  })
}

function tagSet(tags: Record<string, string>): string {
  const children: Element[] = Object.entries(tags).map(([key, value]) => ({
    name: 'Tag',
    children: [
      { name: 'Key', children: key },
      { name: 'Value', children: value },
    ],
  }))
  return result('Tagging', [{ name: 'TagSet', children }])
}
