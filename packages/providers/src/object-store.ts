import type { Buffer } from 'node:buffer'

/** What is kept of an object beside its bytes. */
export interface ObjectHead {
  bytes: number
  /** Names exactly these bytes; another upload to the same key has another. */
  etag: string
}

/** The bytes under a key are not those that were asked for, or there are none. */
export class ObjectChanged extends Error {
  override readonly name = 'ObjectChanged'
}

/** Where bytes live. Keys begin with the tenant's id. Every call ends within its timeout. */
export interface ObjectStore {
  /**
   * A form for the browser: exactly this key and size, for five minutes. The type is none that a browser opens, since
   * nobody has looked at the bytes yet.
   */
  presignUpload(
    key: string,
    allowed: { bytes: number },
  ): Promise<{ url: string; fields: Record<string, string>; expiresAt: Date }>
  /**
   * A link to look at an object, good for between ten and twenty minutes. It stays the same for ten, so that a browser that has
   * the bytes does not fetch them again.
   */
  presignView(key: string): string
  /** A link that saves the object under `fileName` instead of opening it, for `seconds`. */
  presignDownload(key: string, fileName: string, seconds: number): string
  /** Null when there is no such object. */
  head(key: string): Promise<ObjectHead | null>
  /** Writes the bytes to `path` if they still are those named by `etag`, else throws `ObjectChanged`. */
  download(key: string, etag: string, path: string, signal?: AbortSignal): Promise<void>
  put(key: string, body: Buffer, contentType: string): Promise<void>
  /** Every object whose key begins with `prefix`, with its bytes. */
  sizes(prefix: string): Promise<Map<string, number>>
  /** Deletes every object whose key begins with `prefix`. */
  deleteAll(prefix: string): Promise<void>
  deleteOne(key: string): Promise<void>
  /** Makes the bucket if it is missing and lets pages of `origin` upload to it. For local use and first set-up. */
  ensureBucket(origin: string): Promise<void>
  /** Round trip in milliseconds; throws when the store does not answer. */
  ping(): Promise<number>
}
