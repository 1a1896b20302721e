import { createHmac, timingSafeEqual } from 'node:crypto'
import { PlatformRole, Refusal } from '@insula/contracts'
import { SessionModel, UserModel } from '@insula/db'
import type { Origin, Person } from '../access/actor.ts'
import { coreEnv } from '../env.ts'
import { sessionCookieName } from './auth.ts'
import { nameOf } from './people.ts'

/** The value of the one cookie that counts, without parsing the others. */
function cookieValue(header: string, name: string): string | null {
  for (const part of header.split(';')) {
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

/** The session token, if the cookie carries our signature (`token.base64(hmac-sha256)`, as better-auth signs it). */
export function sessionTokenOf(headers: Headers): string | null {
  const value = cookieValue(headers.get('cookie') ?? '', sessionCookieName())
  const dot = value?.lastIndexOf('.') ?? -1
  if (!value || dot < 1) return null
  const token = value.slice(0, dot)
  const given = Buffer.from(value.slice(dot + 1), 'base64')
  const expected = createHmac('sha256', coreEnv().AUTH_SECRET).update(token).digest()
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : null
}

/**
 * Who is signed in. Read from the database on every request, so that a revoked session is dead at once.
 * Throws `unauthenticated`.
 */
export async function personOf(headers: Headers, origin: Origin): Promise<Person> {
  const token = sessionTokenOf(headers)
  const session = token ? await SessionModel.findOne({ token }).lean() : null
  if (!session || session.expiresAt <= new Date()) throw signInFirst()
  const user = await UserModel.findById(session.userId).lean()
  if (!user) throw signInFirst()
  return {
    user: {
      id: user._id,
      name: nameOf(user.name),
      email: user.email,
      emailVerified: user.emailVerified,
      platformRole: PlatformRole.safeParse(user.platformRole).data ?? null,
    },
    sessionId: session._id,
    activeTenantId: session.activeTenantId ?? null,
    origin,
  }
}

const signInFirst = () => new Refusal('unauthenticated', 'Sign in first.')
