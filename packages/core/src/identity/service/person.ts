import { Refusal } from '@insula/contracts'
import { SessionModel, UserModel } from '@insula/db'
import type { Origin, Person } from '../../kernel/actor.ts'
import { hashOf } from '../../kernel/secret.ts'
import { presentUser } from '../present.ts'
import { sessionTokenOf } from './cookies.ts'

/**
 * Who is signed in. Read from the database on every request, so that a revoked session is dead at once.
 * Throws `unauthenticated`.
 */
export async function personOf(headers: Headers, origin: Origin, now = new Date()): Promise<Person> {
  const token = sessionTokenOf(headers)
  const session = token ? await SessionModel.findOne({ token: hashOf(token) }).lean() : null
  if (!session || session.expiresAt <= now) throw signInFirst()
  const user = await UserModel.findById(session.userId).lean()
  if (!user?.emailVerified) throw signInFirst()
  return {
    user: presentUser(user),
    sessionId: session._id,
    activeTenantId: session.activeTenantId ?? null,
    origin,
  }
}

const signInFirst = () => new Refusal('unauthenticated', 'Sign in first.')
