import { S3Error } from './error.ts'

export interface ByteRange {
  first: number
  /** Inclusive. */
  last: number
}

/**
 * Reads a Range header against an object's size. One that isn't understood, or asks for several ranges, is
 * ignored as RFC 9110 allows and S3 does.
 * @throws S3Error InvalidRange when none of it lies inside the object
 */
export function parseRange(header: string | undefined, bytes: number): ByteRange | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (!found || (found[1] === '' && found[2] === '')) return undefined
  const [, from, to] = found
  const first = from === '' ? Math.max(bytes - Number(to), 0) : Number(from)
  const last = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1)
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined
  if (first >= bytes || (from === '' && Number(to) === 0)) {
    throw new S3Error('InvalidRange', {
      details: { RangeRequested: header!, ActualObjectSize: String(bytes) },
      headers: { 'content-range': `bytes */${bytes}` },
    })
  }
  return { first, last }
}
