import type { Buffer } from 'node:buffer'
import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketCorsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import { Away, currentDeadline } from '@insula/contracts/deadline'
import { objectStoreEnv } from './env.ts'
import { ObjectChanged, type ObjectHead, type ObjectStore } from './object-store.ts'
import { getSigner } from './presign.ts'

const uploadSeconds = 5 * 60
const viewWindowSeconds = 10 * 60
/** Links remembered at most. */
const mostLinks = 20_000
/** One object may take this long to be fetched, whatever its size. */
const downloadTimeoutMs = 60_000

/** Whatever speaks S3: AWS, MinIO, R2, or the local cloud. Addresses are path-style, which all of them take. */
class S3ObjectStore implements ObjectStore {
  readonly #bucket: string
  readonly #client: S3Client
  /** Signs what browsers are given, for the address at which they reach the store. */
  readonly #public: S3Client
  /** The client's own, ended with the request that asks, and with silence told apart from a refusal. */
  readonly #send = ((command: HeadBucketCommand, options?: { abortSignal?: AbortSignal }) =>
    reached(this.#client.send(command, within(options?.abortSignal)))) as S3Client['send']
  readonly #signGet: ReturnType<typeof getSigner>
  #links = new Map<string, string>()
  #linksWindow = 0

  constructor(env = objectStoreEnv()) {
    const connect = (endpoint: string) =>
      new S3Client({
        endpoint,
        region: env.S3_REGION,
        forcePathStyle: true,
        credentials: { accessKeyId: env.S3_ACCESS_KEY_ID, secretAccessKey: env.S3_SECRET_ACCESS_KEY },
        requestHandler: { connectionTimeout: 2_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
        maxAttempts: 3,
        // By default the SDK signs a checksum of nothing into presigned addresses, and no upload matches it.
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      })
    this.#bucket = env.S3_BUCKET
    this.#client = connect(env.S3_ENDPOINT)
    this.#signGet = getSigner({
      endpoint: env.S3_PUBLIC_ENDPOINT ?? env.S3_ENDPOINT,
      region: env.S3_REGION,
      bucket: env.S3_BUCKET,
      accessKeyId: env.S3_ACCESS_KEY_ID,
      secretAccessKey: env.S3_SECRET_ACCESS_KEY,
    })
    this.#public = env.S3_PUBLIC_ENDPOINT ? connect(env.S3_PUBLIC_ENDPOINT) : this.#client
  }

  async presignUpload(key: string, { bytes }: { bytes: number }) {
    const contentType = 'application/octet-stream'
    const expiresAt = new Date(Date.now() + uploadSeconds * 1_000)
    const post = await createPresignedPost(this.#public, {
      Bucket: this.#bucket,
      Key: key,
      // A field is a condition as well: the form takes this type and no other.
      Fields: { 'Content-Type': contentType },
      Conditions: [['content-length-range', bytes, bytes]],
      Expires: uploadSeconds,
    })
    return { url: post.url, fields: post.fields, expiresAt }
  }

  presignView(key: string): string {
    const window = Math.floor(Date.now() / 1_000 / viewWindowSeconds)
    if (window !== this.#linksWindow || this.#links.size >= mostLinks) {
      this.#links = new Map()
      this.#linksWindow = window
    }
    const known = this.#links.get(key)
    if (known) return known
    const at = new Date(window * viewWindowSeconds * 1_000)
    const url = this.#signGet(key, { at, seconds: 2 * viewWindowSeconds })
    this.#links.set(key, url)
    return url
  }

  presignDownload(key: string, fileName: string, seconds: number): string {
    return this.#signGet(key, { at: new Date(), seconds, disposition: attachment(fileName) })
  }

  async head(key: string): Promise<ObjectHead | null> {
    try {
      const head = await this.#send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }))
      return { bytes: head.ContentLength ?? 0, etag: head.ETag ?? '' }
    } catch (error) {
      if (statusOf(error) === 404) return null
      throw error
    }
  }

  async download(key: string, etag: string, path: string, signal?: AbortSignal): Promise<void> {
    const timeout = AbortSignal.timeout(downloadTimeoutMs)
    const until = signal ? AbortSignal.any([signal, timeout]) : timeout
    try {
      const got = await this.#send(new GetObjectCommand({ Bucket: this.#bucket, Key: key, IfMatch: etag }), {
        abortSignal: until,
      })
      await pipeline(got.Body as Readable, createWriteStream(path), { signal: until })
    } catch (error) {
      const status = statusOf(error)
      if (status === 404 || status === 412) throw new ObjectChanged(`${key} no longer is ${etag}`)
      throw error
    }
  }

  async put(key: string, body: Buffer, contentType: string): Promise<void> {
    await this.#send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: key,
        Body: body,
        ContentType: contentType,
        CacheControl: 'private, max-age=31536000, immutable',
      }),
    )
  }

  async sizes(prefix: string): Promise<Map<string, number>> {
    const sizes = new Map<string, number>()
    let from: string | undefined
    do {
      const page = await this.#send(
        new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix, ContinuationToken: from }),
      )
      for (const { Key, Size } of page.Contents ?? []) if (Key) sizes.set(Key, Size ?? 0)
      from = page.NextContinuationToken
    } while (from)
    return sizes
  }

  async deleteAll(prefix: string): Promise<void> {
    let from: string | undefined
    do {
      const page = await this.#send(
        new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix, ContinuationToken: from }),
      )
      const keys = (page.Contents ?? []).flatMap(({ Key }) => (Key ? [{ Key }] : []))
      if (keys.length > 0) {
        const deleted = await this.#send(
          new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects: keys, Quiet: true } }),
        )
        const left = deleted.Errors?.[0]
        if (left) throw new Error(`S3 did not delete ${left.Key}: ${left.Code} ${left.Message}`)
      }
      from = page.NextContinuationToken
    } while (from)
  }

  async deleteOne(key: string): Promise<void> {
    await this.#send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }))
  }

  async ensureBucket(origin: string): Promise<void> {
    const Bucket = this.#bucket
    try {
      await this.#send(new HeadBucketCommand({ Bucket }))
    } catch (error) {
      if (statusOf(error) !== 404) throw error
      await this.#send(new CreateBucketCommand({ Bucket }))
    }
    await this.#send(
      new PutBucketCorsCommand({
        Bucket,
        CORSConfiguration: {
          CORSRules: [
            {
              AllowedOrigins: [origin],
              AllowedMethods: ['GET', 'HEAD', 'POST'],
              AllowedHeaders: ['*'],
              ExposeHeaders: ['ETag'],
              MaxAgeSeconds: 3_000,
            },
          ],
        },
      }),
    )
  }

  async ping(): Promise<number> {
    const started = performance.now()
    await this.#send(new HeadBucketCommand({ Bucket: this.#bucket }), {
      abortSignal: AbortSignal.timeout(2_000),
    })
    return performance.now() - started
  }
}

let shared: ObjectStore | undefined

/** The store that the environment names. */
export function objectStore(): ObjectStore {
  shared ??= new S3ObjectStore()
  return shared
}

function within(own: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  const signals = [own, currentDeadline()?.signal].filter((signal) => signal !== undefined)
  return signals.length > 0 ? { abortSignal: AbortSignal.any(signals) } : {}
}

async function reached<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked
  } catch (error) {
    const status = statusOf(error)
    if (status !== undefined && status < 500 && status !== 429) throw error
    throw new Away(`The object store did not answer: ${(error as Error).message}`, { cause: error })
  }
}

const statusOf = (error: unknown) =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined

/**
 * RFC 6266: always saved, never opened, under its own name; `filename` for readers that know ASCII alone,
 * `filename*` (RFC 8187) for all others.
 */
export function attachment(fileName: string): string {
  const ascii = fileName.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(fileName.toWellFormed()).replaceAll(
    /['()*!]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
