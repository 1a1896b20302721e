import type { IncomingMessage } from 'node:http'
import { S3Error } from './error.ts'
import { decodeUri } from './uri.ts'

/** A request as S3 sees it: bucket and key from a path-style or virtual-host-style address. */
export interface S3Request {
  method: string
  /** Percent-encoded as it came, without the query: what the signature covers. */
  path: string
  query: Query
  /** Those that came, and those that a presigned address carries in its query. */
  headers: RequestHeaders
  /** Names of headers that were found in the query, which the signature covers as well. */
  hoisted: ReadonlySet<string>
  bucket?: string
  /** Whether the bucket was named by the host and is no part of the path. */
  hosted: boolean
  key?: string
  /** The body's bytes as they came; reading them first says 100-continue where the client waits for it. */
  body: AsyncIterable<Buffer>
}

/** Decoded query parameters in their order, repeated names included. */
export class Query {
  readonly pairs: readonly (readonly [name: string, value: string])[]

  constructor(source: string) {
    this.pairs = source
      .split('&')
      .filter((part) => part !== '')
      .map((part) => {
        const equals = part.indexOf('=')
        const decode = (text: string): string => decodeUri(text.replaceAll('+', ' '))
        return equals < 0
          ? [decode(part), '']
          : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))]
      })
  }

  get(name: string): string | undefined {
    return this.pairs.find(([candidate]) => candidate === name)?.[1]
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  /** A non-negative integer no greater than `limit`; larger values are lowered to it, as listings do. */
  count(name: string, limit: number): number {
    const text = this.get(name)
    if (text === undefined || text === '') return limit
    if (!/^\d{1,10}$/.test(text) || Number(text) > 2 ** 31 - 1) {
      throw new S3Error('InvalidArgument', {
        message: `Provided ${name} not an integer or within integer range`,
        details: { ArgumentName: name, ArgumentValue: text },
      })
    }
    return Math.min(Number(text), limit)
  }
}

/** Header fields by lower-case name; repeated fields joined by commas, as they are signed. */
export class RequestHeaders {
  readonly #fields = new Map<string, string>()

  constructor(rawHeaders: readonly string[]) {
    for (let index = 0; index < rawHeaders.length; index += 2) {
      const name = rawHeaders[index]!.toLowerCase()
      const value = rawHeaders[index + 1]!
      const earlier = this.#fields.get(name)
      this.#fields.set(name, earlier === undefined ? value : `${earlier},${value}`)
    }
  }

  get(name: string): string | undefined {
    return this.#fields.get(name)
  }

  has(name: string): boolean {
    return this.#fields.has(name)
  }

  names(): string[] {
    return [...this.#fields.keys()]
  }

  /** The fields that start with `prefix`, without it. */
  withPrefix(prefix: string): Record<string, string> {
    const found = [...this.#fields].filter(([name]) => name.startsWith(prefix))
    return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]))
  }
}

/** Reads address, query and headers. @throws S3Error InvalidURI, KeyTooLongError */
export function readRequest(incoming: IncomingMessage, sayContinue: () => void): S3Request {
  const url = incoming.url ?? '/'
  const mark = url.indexOf('?')
  const path = (mark < 0 ? url : url.slice(0, mark)).replace(/^https?:\/\/[^/]*/, '') || '/'
  const query = new Query(mark < 0 ? '' : url.slice(mark + 1))
  const sent = new RequestHeaders(incoming.rawHeaders)
  const hoisted = hoistedHeaders(query).filter(([name]) => !sent.has(name))
  const headers = new RequestHeaders([...incoming.rawHeaders, ...hoisted.flat()])
  const host = headers.get('host') ?? ''
  const [bucket, key] = address(path, host)
  if (key && Buffer.byteLength(key) > 1024) {
    throw new S3Error('KeyTooLongError', {
      details: { Size: String(Buffer.byteLength(key)), MaxSizeAllowed: '1024' },
    })
  }
  return {
    method: incoming.method ?? 'GET',
    path,
    query,
    headers,
    hoisted: new Set(hoisted.map(([name]) => name)),
    bucket,
    hosted: hostedBucket(host) !== undefined,
    key,
    body: {
      [Symbol.asyncIterator]() {
        sayContinue()
        return incoming.iterator({ destroyOnReturn: false })
      },
    },
  }
}

/**
 * A presigned address may carry `x-amz-` headers as query parameters. Checksums are passed over, as by S3: presigners
 * put in that of an empty body.
 */
function hoistedHeaders(query: Query): [name: string, value: string][] {
  if (!query.has('X-Amz-Signature') && !query.has('AWSAccessKeyId')) return []
  return query.pairs
    .filter(([name]) => name.startsWith('x-amz-') && !name.includes('checksum'))
    .map(([name, value]) => [name, Buffer.from(value).toString('latin1')])
}

/** Where `path` leads: `/bucket/key`, or `/key` at a host such as `bucket.localhost` or `bucket.s3.localhost`. */
function address(path: string, host: string): [bucket?: string, key?: string] {
  const decoded = decodeUri(path).slice(1)
  const hosted = hostedBucket(host)
  if (hosted !== undefined) return [hosted, decoded || undefined]
  const slash = decoded.indexOf('/')
  if (slash < 0) return [decoded || undefined, undefined]
  return [decoded.slice(0, slash), decoded.slice(slash + 1) || undefined]
}

function hostedBucket(host: string): string | undefined {
  const name = /^(.+?)(?:\.s3)?\.localhost(?::\d+)?$/i.exec(host)?.[1]
  return name === 's3' ? undefined : name
}
