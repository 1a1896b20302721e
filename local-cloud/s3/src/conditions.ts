import { S3Error } from './error.ts'
import type { StoredObject } from './object.ts'
import type { RequestHeaders } from './request.ts'

type Subject = Pick<StoredObject, 'etag' | 'modified'>

/**
 * Decides conditional reads in the order of RFC 9110, section 13.2.2. `prefix` names the copy's conditions on
 * its source, where a failed one is always 412.
 * @throws S3Error PreconditionFailed, NotModified
 */
export function checkReadConditions(headers: RequestHeaders, object: Subject, prefix = ''): void {
  const field = (name: string): string | undefined => headers.get(prefix + name)
  const modified = object.modified
  const match = field('if-match')
  const unmodifiedSince = instant(field('if-unmodified-since'))
  if (match !== undefined) {
    if (!matches(match, object.etag)) throw failed('If-Match')
  } else if (unmodifiedSince !== undefined && modified > unmodifiedSince) {
    throw failed('If-Unmodified-Since')
  }
  const noneMatch = field('if-none-match')
  const modifiedSince = instant(field('if-modified-since'))
  const unchanged =
    noneMatch !== undefined
      ? matches(noneMatch, object.etag)
      : modifiedSince !== undefined && modified <= modifiedSince
  if (!unchanged) return
  if (prefix) throw failed(noneMatch !== undefined ? 'If-None-Match' : 'If-Modified-Since')
  throw new S3Error('NotModified', {
    headers: { etag: `"${object.etag}"`, 'last-modified': new Date(modified).toUTCString() },
  })
}

/**
 * Decides a conditional write against what has the key now; to be called where the write commits.
 * @throws S3Error PreconditionFailed, NoSuchKey, NotImplemented
 */
export function checkWriteConditions(
  headers: RequestHeaders,
  existing: Subject | undefined,
  key: string,
): void {
  const match = headers.get('if-match')
  const noneMatch = headers.get('if-none-match')
  if (noneMatch !== undefined && (noneMatch !== '*' || match !== undefined)) {
    throw new S3Error('NotImplemented', { details: { Header: 'If-None-Match' } })
  }
  if (noneMatch === '*' && existing) throw failed('If-None-Match')
  if (match === undefined) return
  if (!existing) throw new S3Error('NoSuchKey', { details: { Key: key } })
  if (!matches(match, existing.etag)) throw failed('If-Match')
}

function matches(list: string, etag: string): boolean {
  return list
    .split(',')
    .map((candidate) => candidate.trim().replace(/^W\//, '').replace(/^"|"$/g, ''))
    .some((candidate) => candidate === '*' || candidate === etag)
}

function instant(httpDate: string | undefined): number | undefined {
  const parsed = Date.parse(httpDate ?? '')
  return Number.isNaN(parsed) ? undefined : parsed
}

function failed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', { details: { Condition: condition } })
}
