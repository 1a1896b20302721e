import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  S3Client,
  type S3ClientConfig,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type S3Options, startS3 } from '../src/server.ts'

export const credentials = { accessKeyId: 'insula-local', secretAccessKey: 'insula-local-secret' }
export const bucket = 'acme-files'

/** A server on a fresh folder with one bucket, and the official SDK's client for it. */
export async function aServer(options: Partial<S3Options> = {}) {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'insula-s3-')))
  const server = await startS3({ port: 0, dataDir, ...options })
  const client = aClient(server.url, options.region === undefined ? {} : { region: options.region })
  if (!options.dataDir) await client.send(new CreateBucketCommand({ Bucket: bucket }))
  return {
    server,
    client,
    dataDir,
    control: server.control,
    url: (path: string) => `${server.url}/${bucket}/${path}`,
    async stop() {
      client.destroy()
      await server.close()
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

type OwnS3 = Awaited<ReturnType<typeof aServer>>

/** A server for one test file; use what it holds inside tests only. */
export function ownS3(options?: Partial<S3Options>): OwnS3 {
  const own = {} as OwnS3
  beforeAll(async () => {
    Object.assign(own, await aServer(options))
  })
  afterAll(() => own.stop())
  return own
}

/** A server for each test of a file. */
export function freshS3(options?: Partial<S3Options>): OwnS3 {
  const own = {} as OwnS3
  beforeEach(async () => {
    Object.assign(own, await aServer(options))
  })
  afterEach(() => own.stop())
  return own
}

export function aClient(endpoint: string, config: Partial<S3ClientConfig> = {}): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials,
    ...config,
  })
}

/** A multipart upload that has begun, and how it goes on. */
export async function anUpload(client: S3Client, Key: string, more = {}) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key, ...more }))
  const upload = { Bucket: bucket, Key, UploadId }
  return {
    upload,
    part: async (PartNumber: number, Body: Buffer, parameters = {}) => {
      const answer = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body, ...parameters }))
      const { ETag, ChecksumCRC32, ChecksumSHA256, ChecksumCRC64NVME } = answer
      return { PartNumber, ETag, ChecksumCRC32, ChecksumSHA256, ChecksumCRC64NVME }
    },
    complete: (Parts: object[], parameters = {}) =>
      client.send(
        new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...parameters }),
      ),
  }
}

/** What S3 answered to a call that has to be refused: `{ name, status }`. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ name: string; status: number | undefined }> {
  try {
    await call
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } }
    return { name, status: $metadata?.httpStatusCode }
  }
  throw new Error('The call was not refused.')
}

/** Status and error code of a plain HTTP answer. */
export async function codeOf(response: Response): Promise<[status: number, code: string | undefined]> {
  return [response.status, /<Code>(.*?)<\/Code>/.exec(await response.text())?.[1]]
}
