import { Readable } from 'node:stream'
import Busboy, { type BusboyFileStream } from '@fastify/busboy'
import { refuseUnknownHeaders } from './amz-headers.ts'
import { S3Error } from './error.ts'
import { readAttributes } from './object-headers.ts'
import { openPayload } from './payload.ts'
import type { Payload } from './payload-digest.ts'
import { enforcePolicy, missingField, type SizeRange } from './post-policy.ts'
import { storeObject } from './put-object.ts'
import { expectRegion } from './regions.ts'
import { RequestHeaders, type S3Request } from './request.ts'
import { parseCredential } from './signature-claim.ts'
import type { Call, Reply } from './store.ts'
import { readBucket } from './store.ts'
import { parseTaggingDocument } from './tagging.ts'
import { encodePath, encodeUri } from './uri.ts'
import { versionHeader } from './versions.ts'
import { document } from './xml.ts'

interface Form {
  fields: Map<string, string>
  file: BusboyFileStream
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own placeholder
const filenamePlaceholder = '${filename}'
const mostFieldBytes = 20 * 1024

/** A browser's upload by HTML form: nothing is stored unless its signed policy admits every field and the size. */
export async function postObject(call: Call): Promise<Reply> {
  const { store, request } = call
  const bucket = readBucket(store, request.bucket!).name
  const { fields, file } = await readForm(request)
  const key = fields.get('key')
  if (!key) throw missingField('key')
  const size = enforcePolicy(fields, bucket, store.credentials, store.now())
  const credential = parseCredential(fields.get('x-amz-credential') ?? '')
  if (credential) expectRegion(store, request, credential.scope.region)

  const headers = fieldsAsHeaders(fields)
  refuseUnknownHeaders(headers)
  const attributes = readAttributes(headers)
  const tagging = fields.get('tagging')
  if (tagging) attributes.tags = parseTaggingDocument(tagging)
  const payload = openPayload({ ...request, headers, body: file }, undefined, { lengthKnown: false })
  const object = await storeObject(
    store,
    { bucket, key, attributes },
    limitSize(payload, size),
    'ObjectCreated:Post',
  )
  const reply = answer(request, fields, object)
  return { ...reply, headers: { ...reply.headers, ...versionHeader(store, object) } }
}

/** Reads fields up to the file, which is left to be streamed; fields after it are ignored, as by S3. */
async function readForm(request: S3Request): Promise<Form> {
  const contentType = request.headers.get('content-type') ?? ''
  if (!/^multipart\/form-data\s*;.*boundary=/i.test(contentType)) {
    throw new S3Error('PreconditionFailed', {
      message: 'At least one of the pre-conditions you specified did not hold',
      details: { Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' },
    })
  }
  const fields = new Map<string, string>()
  const parser = Busboy({
    headers: { 'content-type': contentType },
    isPartAFile: (name) => name?.toLowerCase() === 'file',
    limits: { fieldSize: mostFieldBytes, files: 1 },
  })
  const source = Readable.from(request.body)
  const { promise, resolve, reject } = Promise.withResolvers<Form>()
  let bytes = 0
  parser.on('field', (name, value, _nameTruncated, truncated) => {
    bytes += name.length + Buffer.byteLength(value)
    if (truncated || bytes > mostFieldBytes) reject(new S3Error('MaxPostPreDataLengthExceededError'))
    else fields.set(name.toLowerCase(), value)
  })
  parser.on('file', (_name, file, filename) => {
    for (const [name, value] of fields) {
      if (name !== 'policy') fields.set(name, value.replaceAll(filenamePlaceholder, filename ?? ''))
    }
    file.on('error', () => {})
    source.once('error', (error) => file.destroy(error))
    parser.once('error', () => file.destroy(new S3Error('MalformedPOSTRequest')))
    resolve({ fields, file })
  })
  parser.on('error', () => reject(new S3Error('MalformedPOSTRequest')))
  parser.on('finish', () => {
    reject(
      new S3Error('InvalidArgument', {
        message: 'POST requires exactly one file upload per request.',
        details: { ArgumentName: 'file', ArgumentValue: '0' },
      }),
    )
  })
  source.once('error', reject)
  source.pipe(parser)
  return promise
}

/** Stops at the first byte too many, so that nobody can fill the disk past what the policy admits. */
function limitSize(payload: Payload, { least, most }: SizeRange): Payload {
  const tooFar = (code: 'EntityTooLarge' | 'EntityTooSmall', bytes: number): S3Error =>
    new S3Error(code, {
      details:
        code === 'EntityTooLarge'
          ? { ProposedSize: String(bytes), MaxSizeAllowed: String(most) }
          : { ProposedSize: String(bytes), MinSizeAllowed: String(least) },
    })
  async function* chunks(): AsyncGenerator<Buffer> {
    let bytes = 0
    for await (const chunk of payload.chunks) {
      bytes += chunk.length
      if (bytes > most) throw tooFar('EntityTooLarge', bytes)
      yield chunk
    }
    if (bytes < least) throw tooFar('EntityTooSmall', bytes)
  }
  return { ...payload, chunks: { [Symbol.asyncIterator]: chunks } }
}

/** Form fields stand for the headers of a PUT; text beyond latin1 travels in headers as its UTF-8 bytes. */
function fieldsAsHeaders(fields: Form['fields']): RequestHeaders {
  return new RequestHeaders(
    [...fields].flatMap(([name, value]) => [
      name === 'acl' ? 'x-amz-acl' : name,
      Buffer.from(value).toString('latin1'),
    ]),
  )
}

function answer(
  request: S3Request,
  fields: Form['fields'],
  { bucket, key, etag }: { bucket: string; key: string; etag: string },
): Reply {
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect')
  if (redirect && URL.canParse(redirect)) {
    const query = `bucket=${encodeUri(bucket)}&key=${encodeUri(key)}&etag=${encodeUri(`"${etag}"`)}`
    return {
      status: 303,
      headers: { location: `${redirect}${redirect.includes('?') ? '&' : '?'}${query}`, etag: `"${etag}"` },
    }
  }
  const location = `http://${request.headers.get('host')}${request.path.replace(/\/$/, '')}/${encodePath(key)}`
  const headers = { location, etag: `"${etag}"` }
  const status = fields.get('success_action_status')
  if (status !== '201') return { status: status === '200' ? 200 : 204, headers }
  const body = document({
    name: 'PostResponse',
    children: [
      { name: 'Location', children: location },
      { name: 'Bucket', children: bucket },
      { name: 'Key', children: key },
      { name: 'ETag', children: `"${etag}"` },
    ],
  })
  return { status: 201, headers, body }
}
