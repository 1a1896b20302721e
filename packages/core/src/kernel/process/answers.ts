import { createHash } from 'node:crypto'
import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Problem } from '@insula/contracts'
import { securityHeaders } from './headers.ts'

type Code = Problem['code']

const codes: Record<number, Code> = {
  400: 'invalid',
  404: 'not_found',
  405: 'unsupported',
  408: 'invalid',
  413: 'too_large',
  417: 'unsupported',
  431: 'too_large',
}

export interface OwnAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/**
 * An answer that the server gives by itself, before or instead of any program behind it: a small page for browsers,
 * RFC 9457 problem details for all others.
 */
export function ownAnswer(
  status: number,
  detail: string,
  { requestId, appUrl, accept = '' }: { requestId: string; appUrl: string; accept?: string | undefined },
): OwnAnswer {
  const security = securityHeaders(appUrl)
  const policy = security['content-security-policy'] ?? ''
  const everywhere = { ...security, 'x-request-id': requestId, 'cache-control': 'no-store' }
  const title = STATUS_CODES[status] ?? 'Error'
  if (/\btext\/html\b/.test(accept)) {
    return {
      status,
      headers: {
        ...everywhere,
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policy.replace(
          "default-src 'none'",
          `default-src 'none'; style-src '${styleHash}'`,
        ),
      },
      body: page(title, detail, requestId),
    }
  }
  const problem: Problem = {
    type: `${appUrl}/api/reference#${codes[status] ?? 'unavailable'}`,
    title,
    status,
    detail,
    code: codes[status] ?? 'unavailable',
    requestId,
  }
  return {
    status,
    headers: { ...everywhere, 'content-type': 'application/problem+json' },
    body: JSON.stringify(problem),
  }
}

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:15vh auto;padding:0 1rem;color-scheme:light dark}small{opacity:.7}'
const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`

/** Holds nothing that a caller sent. */
const page = (title: string, detail: string, requestId: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style></head><body><h1>${title}</h1><p>${detail}</p><p><small>${requestId}</small></p></body></html>\n`

export function send(response: ServerResponse, { status, headers, body }: OwnAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) })
  response.end(body)
}

/** The same as bytes, for a socket on which there is no request that could be answered. It ends the connection. */
export function rawAnswer({ status, headers, body }: OwnAnswer): string {
  const all = { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n')
}
