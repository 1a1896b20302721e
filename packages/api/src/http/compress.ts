import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { MiddlewareHandler } from 'hono'

/** Below this an answer fits in one packet, compressed or not. */
const leastBytes = 1_024

const compressors = {
  // As quick as gzip at this quality, and smaller.
  br: (bytes: Uint8Array) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 4,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
      },
    }),
  gzip: (bytes: Uint8Array) => promisify(gzip)(bytes, { level: 6 }),
}
type Coding = keyof typeof compressors

/**
 * The content coding to answer in, by what the caller takes (RFC 9110, 12.5.3); null for none. `*` stands for those that are
 * not named.
 */
export function codingFor(accepted: string | undefined): Coding | null {
  if (!accepted) return null
  const weights = new Map(
    accepted
      .toLowerCase()
      .split(',')
      .map((part): [string, number] => {
        const [name = '', ...parameters] = part.split(';').map((one) => one.trim())
        const q = parameters.find((one) => one.startsWith('q='))
        const weight = q === undefined ? 1 : Number(q.slice(2))
        return [name, Number.isNaN(weight) ? 0 : weight]
      }),
  )
  const weightOf = (name: Coding) => weights.get(name) ?? weights.get('*') ?? 0
  const best = weightOf('br') >= weightOf('gzip') ? 'br' : 'gzip'
  return weightOf(best) > 0 ? best : null
}

const isText = (type: string | null) => /^(?:application\/(?:[\w.+-]+\+)?json|text\/html)\b/.test(type ?? '')

/**
 * Compresses what is read: JSON of a kilobyte and more. Never an event stream, which has to leave as it comes; and never
 * the answer to anything but GET, nor sign-in's: what is told once, such as a new key or a link that signs in, stands there
 * beside text that a stranger may have chosen, whose length after compression would tell of it (BREACH).
 */
export function compress(): MiddlewareHandler {
  return async (c, next) => {
    await next()
    if (c.req.method !== 'GET' || c.req.path.startsWith('/api/auth')) return
    const { headers, status } = c.res
    if (!isText(headers.get('content-type'))) return
    headers.append('vary', 'accept-encoding')
    const coding = codingFor(c.req.header('accept-encoding'))
    if (!coding || status !== 200) return
    if (headers.has('content-encoding') || headers.has('transfer-encoding')) return
    const bytes = new Uint8Array(await c.res.arrayBuffer())
    const body = bytes.byteLength < leastBytes ? bytes : await compressors[coding](bytes)
    const sent = new Headers(headers)
    if (body !== bytes) sent.set('content-encoding', coding)
    sent.set('content-length', String(body.byteLength))
    c.res = undefined
    c.res = new Response(body as BodyInit, { status, headers: sent })
  }
}
