import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { armedControl } from '@insula/local-kit/armed'
import { Deliveries } from '@insula/local-kit/deliveries'
import { Faults } from '@insula/local-kit/faults'
import { listen } from '@insula/local-kit/listen'
import type { LocalServer, StartOptions } from '@insula/local-kit/server'
import { refuseUnknownHeaders } from './amz-headers.ts'
import { BlobStore } from './blobs.ts'
import { createBucket } from './buckets.ts'
import { Catalogue } from './catalogue.ts'
import type { S3Control } from './control.ts'
import { corsHeaders, preflight } from './cors.ts'
import { errorDocument, injectedError, S3Error } from './error.ts'
import { expire } from './lifecycle.ts'
import { notify } from './notification.ts'
import { postObject } from './post-object.ts'
import { expectRegion } from './regions.ts'
import { readRequest, type S3Request } from './request.ts'
import { route } from './routes.ts'
import { restoreStore, saveStore } from './saved.ts'
import { isAnonymous, verifySignature } from './signature.ts'
import { createStandingBuckets } from './standing-buckets.ts'
import { type Reply, readBucket, type Store } from './store.ts'
import { listObjectSummaries, summariseBuckets } from './summaries.ts'

export interface S3Options extends StartOptions {
  /** Defaults to `insula-local`. */
  accessKeyId?: string
  /** Defaults to `insula-local-secret`. */
  secretAccessKey?: string
  /** Buckets that are there from the start and after each reset, open to pages of any origin by CORS. */
  buckets?: readonly string[]
  /** Where the server stands, and with it those buckets; defaults to `us-east-1`. */
  region?: string
  /** Milliseconds since 1970; defaults to the system's clock. */
  now?: () => number
}

const sweepEveryMs = 60 * 60 * 1000

/** Starts an S3 server whose buckets and bytes live in `dataDir`. */
export async function startS3(options: S3Options): Promise<LocalServer<S3Control>> {
  const { port, dataDir, host = '127.0.0.1', now = Date.now, buckets = [], region = 'us-east-1' } = options
  const catalogue = new Catalogue(dataDir)
  const store: Store = {
    catalogue,
    blobs: await BlobStore.open(dataDir, (blob) => catalogue.knowsBlob(blob)),
    credentials: {
      accessKeyId: options.accessKeyId ?? 'insula-local',
      secretAccessKey: options.secretAccessKey ?? 'insula-local-secret',
    },
    region,
    now,
    changed: (change) => notify(store, deliveries, change),
  }
  const deliveries = new Deliveries({ records: catalogue.database, now })
  await createStandingBuckets(store, buckets, region)
  const faults = new Faults()
  const running = new Set<Promise<void>>()
  const serve = (request: IncomingMessage, response: ServerResponse, sayContinue?: () => void): void => {
    const call = answer(store, faults, request, response, sayContinue).finally(() => running.delete(call))
    running.add(call)
  }
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 65_000 }, (request, response) =>
    serve(request, response),
  )
  // A sender that waits for "100 Continue" hears it once its body is wanted: a refusal then costs it no upload.
  server.on('checkContinue', (request, response) => {
    serve(request, response, () => response.writeContinue())
  })
  // S3 takes no notice of an Expect that it does not know.
  server.on('checkExpectation', (request, response) => serve(request, response))
  const sweep = setInterval(() => void expire(store, now()).catch(console.error), sweepEveryMs).unref()
  const answersAt = await listen(server, port, host).catch(async (error: unknown) => {
    clearInterval(sweep)
    await deliveries.close()
    catalogue.close()
    throw error
  })

  return {
    url: `http://${host}:${answersAt}`,
    port: answersAt,
    control: {
      ...deliveries.faults.control(() => deliveries.wake()),
      ...armedControl({ ...faults.switches(), ...deliveries.faults.switches(() => deliveries.wake()) }),
      failNext: async (count, status) => faults.failNext(count, status),
      slow: async (delayMs) => faults.slow(delayMs),
      dropNextReplies: async (count = 1) => faults.dropNextReplies(count),
      buckets: async () => summariseBuckets(store),
      objects: async (bucket, filter) => listObjectSummaries(store, bucket, filter),
      expire: async (at) => expire(store, at === undefined ? now() : Date.parse(at)),
      notifications: async () =>
        deliveries.list().map(({ url, state, attempts, error, body }) => ({
          url,
          state,
          attempts,
          ...(error === null ? {} : { lastError: error }),
          records: (JSON.parse(body) as { Records: Record<string, unknown>[] }).Records,
        })),
      save: (folder) => saveStore(store, folder),
      restore: async (folder) => {
        await restoreStore(store, folder)
        faults.clear()
        deliveries.faults.clear()
        deliveries.replaced()
        await createStandingBuckets(store, buckets, region)
      },
      reset: async () => {
        faults.clear()
        deliveries.faults.clear()
        deliveries.clear()
        for (const blob of catalogue.clear()) await store.blobs.drop(blob)
        await createStandingBuckets(store, buckets, region)
      },
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await Promise.all(running)
      clearInterval(sweep)
      await deliveries.close()
      catalogue.close()
    },
  }
}

/** Answers one request, whatever happens: a refusal in S3's shape, anything unforeseen as InternalError. */
async function answer(
  store: Store,
  faults: Faults,
  incoming: IncomingMessage,
  response: ServerResponse,
  sayContinue: () => void = () => {},
): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase()
  let request: S3Request | undefined
  let reply: Reply
  let drop = false
  try {
    request = readRequest(incoming, sayContinue)
    if (request.method === 'OPTIONS') {
      reply = preflight(store, request)
    } else {
      if (faults.delayMs > 0) await wait(faults.delayMs)
      const failure = faults.takeFailure()
      if (failure !== undefined) throw injectedError(failure)
      reply = await operate(store, request, requestId)
      drop = faults.takeDrop()
    }
  } catch (error) {
    // The sender has gone; nobody is left to answer.
    if (incoming.errored) return
    reply = refusal(error, incoming, requestId)
  }
  try {
    const cors = request && request.method !== 'OPTIONS' ? corsHeaders(store, request) : {}
    const headers = {
      ...reply.headers,
      ...cors,
      'x-amz-request-id': requestId,
      'x-amz-id-2': 'insula-local',
      server: 'AmazonS3',
    }
    if (drop) await discard(reply, incoming)
    else await send(incoming, response, { ...reply, headers })
  } catch {
    incoming.socket.destroy()
  }
}

function operate(store: Store, request: S3Request, requestId: string): Promise<Reply> | Reply {
  const operation = route(request)
  // Even strangers are told that a bucket is not there, rather than that it is closed to them; they make none, though.
  if (request.bucket !== undefined && operation !== createBucket && isAnonymous(request)) {
    readBucket(store, request.bucket)
  }
  // A form brings its own credentials, which the operation checks against its policy.
  const authorization =
    operation === postObject ? undefined : verifySignature(request, store.credentials, store.now())
  if (authorization?.region !== undefined) expectRegion(store, request, authorization.region)
  refuseUnknownHeaders(request.headers)
  return operation({ store, request, authorization, requestId })
}

function refusal(error: unknown, incoming: IncomingMessage, requestId: string): Reply {
  if (!(error instanceof S3Error)) console.error(`S3: ${incoming.method} ${incoming.url} failed:`, error)
  const known = error instanceof S3Error ? error : new S3Error('InternalError')
  const resource = (incoming.url ?? '/').split('?')[0]!
  const bodiless = known.status === 304
  return {
    status: known.status,
    headers: known.headers,
    body: bodiless ? undefined : errorDocument(known, resource, requestId),
  }
}

async function send(
  incoming: IncomingMessage,
  response: ServerResponse,
  { status, headers = {}, body }: Reply,
): Promise<void> {
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) response.setHeader(name, value)
  }
  // What the sender still has on its way is read and dropped, or it would never get to see the answer.
  incoming.resume()
  if (typeof body === 'object' && incoming.method !== 'HEAD') {
    await pipeline(Readable.from(body, { objectMode: false }), response)
    return
  }
  if (typeof body === 'string') {
    response.setHeader('content-type', 'application/xml')
    if (incoming.method !== 'HEAD') response.setHeader('content-length', Buffer.byteLength(body))
  } else if (!response.hasHeader('content-length') && status !== 204 && status !== 304) {
    response.setHeader('content-length', 0)
  }
  response.end(incoming.method === 'HEAD' || typeof body !== 'string' ? undefined : body)
}

/** Cuts the connection after the work is done, as a network that fails at the worst moment does. */
async function discard({ body }: Reply, incoming: IncomingMessage): Promise<void> {
  incoming.socket.destroy()
  if (typeof body !== 'object') return
  const chunks = body[Symbol.asyncIterator]()
  await chunks.next()
  await chunks.return?.()
}
