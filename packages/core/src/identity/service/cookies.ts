import { createHmac, timingSafeEqual } from 'node:crypto'
import { coreEnv } from '../../kernel/env.ts'
import type { OpenSession } from '../credentials.ts'

const overHttps = () => coreEnv().APP_URL.startsWith('https://')

/** `__Host-` binds the cookie to this one host; browsers take it over HTTPS only. */
const named = (name: string) => (overHttps() ? `__Host-${name}` : name)

export const sessionCookieName = () => named('insula.session')
const signUpCookieName = () => named('insula.sign-up')

const signatureOf = (token: string) => createHmac('sha256', coreEnv().AUTH_SECRET).update(token).digest()

/** The `set-cookie` that carries a session: `token.base64(hmac-sha256)`, the form that better-auth signs cookies in. */
export function sessionCookie(session: OpenSession): string {
  const seconds = session.kept ? Math.floor((session.expiresAt.getTime() - Date.now()) / 1_000) : null
  const value = `${session.token}.${signatureOf(session.token).toString('base64')}`
  return cookie(sessionCookieName(), value, seconds)
}

/** The `set-cookie` that tells the browser which signed up from all others. */
export const signUpCookie = (secret: string, lifetimeMs: number) =>
  cookie(signUpCookieName(), secret, Math.floor(lifetimeMs / 1_000))

export const endedSessionCookie = () => cookie(sessionCookieName(), '', 0)
export const endedSignUpCookie = () => cookie(signUpCookieName(), '', 0)

/** `maxAgeSeconds` is null for a cookie that ends with the browser. */
function cookie(name: string, value: string, maxAgeSeconds: number | null): string {
  const lifetime = maxAgeSeconds === null ? '' : `Max-Age=${maxAgeSeconds}; `
  const flags = `${lifetime}Path=/; HttpOnly; SameSite=Lax${overHttps() ? '; Secure' : ''}`
  return `${name}=${encodeURIComponent(value)}; ${flags}`
}

/** The session token, if the cookie carries our signature. */
export function sessionTokenOf(headers: Headers): string | null {
  const value = cookieOf(headers, sessionCookieName())
  const dot = value?.lastIndexOf('.') ?? -1
  if (!value || dot < 1) return null
  const token = value.slice(0, dot)
  const given = Buffer.from(value.slice(dot + 1), 'base64')
  const expected = signatureOf(token)
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : null
}

export const signUpSecretOf = (headers: Headers) => cookieOf(headers, signUpCookieName())

/** The value of the one cookie that counts, without parsing the others. */
function cookieOf(headers: Headers, name: string): string | null {
  for (const part of (headers.get('cookie') ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return decode(part.slice(at + 1).trim())
  }
  return null
}

function decode(value: string): string | null {
  try {
    return decodeURIComponent(value)
  } catch {
    return null
  }
}
