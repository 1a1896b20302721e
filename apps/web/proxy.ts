import { type NextRequest, NextResponse } from 'next/server'
import { contentSecurityPolicy } from './src/content-security-policy.ts'
import { webEnv } from './src/env.ts'

/** Gives each page its own script nonce, and tells the page which address it was asked for. */
export const proxy = (request: NextRequest) => {
  const { storeOrigin, development } = webEnv()
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')
  const policy = contentSecurityPolicy({ nonce, storeOrigin, development })

  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  headers.set('insula-nonce', nonce)
  headers.set('insula-path', request.nextUrl.pathname + request.nextUrl.search)

  const response = NextResponse.next({ request: { headers } })
  response.headers.set('Content-Security-Policy', policy)
  response.headers.set('Cache-Control', 'private, no-store')
  return response
}

// What has no page in it keeps the policy that the server puts on every answer: nothing may run.
export const config = { matcher: ['/((?!_next/static/|_next/image$|icon\\.svg$).*)'] }
