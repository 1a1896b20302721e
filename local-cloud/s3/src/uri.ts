import { S3Error } from './error.ts'

/** Percent-encodes as AWS signs: everything but unreserved characters of RFC 3986, spaces as %20. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Like encodeUri, with slashes kept: the path of a request, and keys in listings with `encoding-type=url`. */
export function encodePath(path: string): string {
  return encodeUri(path).replaceAll('%2F', '/')
}

/** @throws S3Error InvalidURI when the text is not percent-encoded UTF-8 */
export function decodeUri(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new S3Error('InvalidURI')
  }
}
