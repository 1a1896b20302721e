import { S3Error } from './error.ts'
import { Query } from './request.ts'
import { parseXml } from './request-document.ts'

const mostObjectTags = 10
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** Reads tags written as a query string, as the `x-amz-tagging` header carries them. @throws S3Error InvalidTag */
export function parseTagging(source: string): Record<string, string> {
  return checkTags(new Query(source).pairs, mostObjectTags)
}

/** @throws S3Error InvalidTag for too many, too long or repeated tags */
function checkTags(pairs: readonly (readonly [string, string])[], most: number): Record<string, string> {
  const tags = new Map<string, string>()
  if (pairs.length > most) {
    throw new S3Error(most === mostObjectTags ? 'BadRequest' : 'InvalidTag', {
      message: `Object tags cannot be greater than ${most}`,
    })
  }
  for (const [key, value] of pairs) {
    if (key.startsWith('aws:'))
      throw new S3Error('InvalidTag', {
        message: 'System tags cannot be added/updated by requester',
        details: { TagKey: key },
      })
    if (key === '' || key.length > 128 || !allowed.test(key))
      throw new S3Error('InvalidTag', {
        message: 'The TagKey you have provided is invalid',
        details: { TagKey: key },
      })
    if (value.length > 256 || !allowed.test(value))
      throw new S3Error('InvalidTag', {
        message: 'The TagValue you have provided is invalid',
        details: { TagKey: key, TagValue: value },
      })
    if (tags.has(key))
      throw new S3Error('InvalidTag', {
        message: 'Cannot provide multiple Tags with the same key',
        details: { TagKey: key },
      })
    tags.set(key, value)
  }
  return Object.fromEntries(tags)
}

/** Reads an object's tags from a Tagging document. @throws S3Error MalformedXML, InvalidTag */
export function parseTaggingDocument(source: string, most = mostObjectTags): Record<string, string> {
  const set = parseXml(source, 'Tagging').first('TagSet')
  if (!set) throw new S3Error('MalformedXML')
  return checkTags(
    set.all('Tag').map((tag) => [tag.required('Key'), tag.required('Value')]),
    most,
  )
}
