import { type NextRequest, NextResponse } from 'next/server'
import { contentSecurityPolicy } from './src/content-security-policy.ts'
import { webEnv } from './src/env.ts'

/** Gives each page its own script nonce, and tells the page which address it was asked for. */
export const proxy = (request: NextRequest) => {
  const { storeOrigin, development, secure } = webEnv()
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')
  const policy = contentSecurityPolicy({ nonce, storeOrigin, development })

  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  headers.set('insula-nonce', nonce)
  headers.set('insula-path', request.nextUrl.pathname + request.nextUrl.search)

  const response = NextResponse.next({ request: { headers } })
  response.headers.set('Content-Security-Policy', policy)
  response.headers.set('Cache-Control', 'private, no-store')
  if (secure) response.headers.set('Strict-Transport-Security', 'max-age=63072000; includeSubDomains')
  return response
}

// The API never passes through here: it is served by the gateway, and sets its own headers.
export const config = { matcher: ['/((?!api/|_next/static|_next/image|icon\\.svg).*)'] }
