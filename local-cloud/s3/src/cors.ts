import { S3Error } from './error.ts'
import { openPayload, readDocument } from './payload.ts'
import type { S3Request } from './request.ts'
import { type ParsedElement, parseXml } from './request-document.ts'
import { forgetSetting, readSetting, writeSetting } from './settings.ts'
import { type Call, type Reply, readBucket, type Store } from './store.ts'

interface CorsRule {
  origins: string[]
  methods: string[]
  headers: string[]
  exposed: string[]
  maxAgeSeconds?: string
}

const methods = ['GET', 'PUT', 'HEAD', 'POST', 'DELETE']
const mostRules = 100

export async function putBucketCors({ store, request, authorization }: Call): Promise<Reply> {
  const { name } = readBucket(store, request.bucket!)
  const source = await readDocument(openPayload(request, authorization, { digestRequired: true }))
  parseRules(parseXml(source, 'CORSConfiguration'))
  await writeSetting(store, name, 'cors', source)
  return { status: 200 }
}

export function getBucketCors({ store, request }: Call): Reply {
  const { name } = readBucket(store, request.bucket!)
  const source = readSetting(store, name, 'cors')
  if (source === undefined) throw new S3Error('NoSuchCORSConfiguration', { details: { BucketName: name } })
  return { status: 200, body: source }
}

export async function deleteBucketCors({ store, request }: Call): Promise<Reply> {
  await forgetSetting(store, readBucket(store, request.bucket!).name, 'cors')
  return { status: 204 }
}

/** Answers a browser's preflight by the bucket's rules. @throws S3Error AccessForbidden */
export function preflight(store: Store, { bucket, headers }: S3Request): Reply {
  const origin = headers.get('origin')
  const method = headers.get('access-control-request-method')
  if (!origin) {
    throw new S3Error('BadRequest', { message: 'Insufficient information. Origin request header needed.' })
  }
  if (!method || !methods.includes(method)) {
    throw new S3Error('BadRequest', {
      message: `Invalid Access-Control-Request-Method: ${method ?? 'null'}`,
    })
  }
  const rules = bucket === undefined ? [] : rulesOf(store, bucket)
  if (rules.length === 0) {
    throw new S3Error('AccessForbidden', { message: 'CORSResponse: CORS is not enabled for this bucket.' })
  }
  const wanted = (headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
  const rule = rules.find(
    (candidate) =>
      allows(candidate, origin, method) &&
      wanted.every((name) => candidate.headers.some((pattern) => matches(pattern.toLowerCase(), name))),
  )
  if (!rule) throw new S3Error('AccessForbidden')
  return {
    status: 200,
    headers: {
      ...answerHeaders(rule, origin),
      'access-control-allow-headers': wanted.length > 0 ? wanted.join(', ') : undefined,
    },
  }
}

/** The headers that let a page of another origin read an answer; none where no rule allows it. */
export function corsHeaders(store: Store, { bucket, headers, method }: S3Request): Reply['headers'] {
  const origin = headers.get('origin')
  if (!origin || bucket === undefined) return {}
  const rule = rulesOf(store, bucket).find((candidate) => allows(candidate, origin, method))
  return rule ? answerHeaders(rule, origin) : {}
}

function answerHeaders(rule: CorsRule, origin: string): NonNullable<Reply['headers']> {
  const anyone = rule.origins.includes('*')
  return {
    'access-control-allow-origin': anyone ? '*' : origin,
    'access-control-allow-methods': rule.methods.join(', '),
    'access-control-allow-credentials': anyone ? undefined : 'true',
    'access-control-expose-headers': rule.exposed.length > 0 ? rule.exposed.join(', ') : undefined,
    'access-control-max-age': rule.maxAgeSeconds,
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  }
}

function rulesOf(store: Store, bucket: string): CorsRule[] {
  const source = readSetting(store, bucket, 'cors')
  return source === undefined ? [] : parseRules(parseXml(source, 'CORSConfiguration'))
}

function parseRules(configuration: ParsedElement): CorsRule[] {
  const rules = configuration.all('CORSRule').map((rule) => {
    const texts = (name: string): string[] => rule.all(name).map(({ text }) => text.trim())
    return {
      origins: texts('AllowedOrigin'),
      methods: texts('AllowedMethod'),
      headers: texts('AllowedHeader'),
      exposed: texts('ExposeHeader'),
      maxAgeSeconds: rule.textOf('MaxAgeSeconds')?.trim(),
    }
  })
  if (rules.length === 0 || rules.length > mostRules) throw new S3Error('MalformedXML')
  for (const { origins, methods: allowed, headers, maxAgeSeconds } of rules) {
    if (origins.length === 0 || allowed.length === 0) throw new S3Error('MalformedXML')
    if (maxAgeSeconds !== undefined && !/^\d+$/.test(maxAgeSeconds)) throw new S3Error('MalformedXML')
    const unknown = allowed.find((method) => !methods.includes(method))
    if (unknown !== undefined) {
      throw new S3Error('InvalidRequest', {
        message: `Found unsupported HTTP method in CORS config. Unsupported method is ${unknown}`,
      })
    }
    const wild = [...origins, ...headers].find((pattern) => pattern.split('*').length > 2)
    if (wild !== undefined) {
      throw new S3Error('InvalidRequest', { message: `"${wild}" can not have more than one wildcard.` })
    }
  }
  return rules
}

function allows(rule: CorsRule, origin: string, method: string): boolean {
  return rule.methods.includes(method) && rule.origins.some((pattern) => matches(pattern, origin))
}

/** Whether `text` fits a pattern with at most one `*`. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === text
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)]
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after)
}
