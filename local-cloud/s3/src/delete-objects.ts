import { type ErrorCode, S3Error } from './error.ts'
import { openPayload, readDocument } from './payload.ts'
import { parseXml } from './request-document.ts'
import { type Call, commit, type Reply, target } from './store.ts'
import { type Deletion, deleteVersion, findReadable } from './versions.ts'
import { type Element, element, result } from './xml.ts'

const mostKeys = 1000

/** DeleteObjects: up to 1000 keys in one request; a key that isn't there counts as deleted. */
export async function deleteObjects(call: Call): Promise<Reply> {
  const { store, request, authorization } = call
  const { bucket } = target(call)
  const wanted = parseXml(
    await readDocument(openPayload(request, authorization, { digestRequired: true })),
    'Delete',
  )
  const quiet = wanted.textOf('Quiet')?.trim() === 'true'
  const entries = wanted.all('Object').map((entry) => ({
    key: entry.required('Key'),
    version: entry.textOf('VersionId') || undefined,
    etag: entry.textOf('ETag')?.trim().replace(/^"|"$/g, ''),
  }))
  if (entries.length === 0 || entries.length > mostKeys || entries.some(({ key }) => key === '')) {
    throw new S3Error('MalformedXML')
  }
  const answers: Element[] = []
  await commit(store, () => {
    for (const { key, version, etag } of entries) {
      let deletion: Deletion
      try {
        const object = findReadable(store, bucket, key, version)
        if (etag !== undefined && etag !== '*' && object?.etag !== etag)
          throw new S3Error('PreconditionFailed')
        deletion = deleteVersion(store, bucket, key, version)
      } catch (error) {
        if (!(error instanceof S3Error)) throw error
        answers.push(refusal(key, version, error.code === 'InvalidArgument' ? 'NoSuchVersion' : error.code))
        continue
      }
      const { event, versionId, deleteMarker } = deletion
      if (event) store.changed({ event, bucket, key, versionId })
      if (quiet) continue
      const children = [
        element('Key', key),
        element('VersionId', version),
        element('DeleteMarker', deleteMarker),
        element('DeleteMarkerVersionId', deleteMarker ? versionId : undefined),
      ]
      answers.push({ name: 'Deleted', children })
    }
  })
  return { status: 200, body: result('DeleteResult', answers) }
}

function refusal(key: string, version: string | undefined, reason: ErrorCode): Element {
  const { code, message } = new S3Error(reason)
  return {
    name: 'Error',
    children: [
      { name: 'Key', children: key },
      element('VersionId', version),
      { name: 'Code', children: code },
      { name: 'Message', children: message },
    ],
  }
}
