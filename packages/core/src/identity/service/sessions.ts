import { Refusal, type Session, type User } from '@insula/contracts'
import { SessionModel, transaction } from '@insula/db'
import type { Origin, Person } from '../../kernel/actor.ts'
import { recordPersonal } from '../../kernel/record.ts'
import { hashOf, newSecret } from '../../kernel/secret.ts'
import { instantOf } from '../../kernel/stored.ts'
import { tenantIdsOf } from '../../kernel/tenant.ts'
import { auth } from '../auth.ts'
import type { OpenedSession } from '../credentials.ts'

/** The person's open sessions, the current one first. Tokens never leave. */
export async function listSessions(person: Person, now = new Date()): Promise<Session[]> {
  const docs = await SessionModel.find({ userId: person.user.id, expiresAt: { $gt: now } })
    .sort({ _id: -1 })
    .lean()
  const sessions = docs.map((doc) => ({
    id: doc._id,
    current: doc._id === person.sessionId,
    ipAddress: doc.ipAddress ?? null,
    userAgent: doc.userAgent ?? null,
    createdAt: instantOf(doc.createdAt),
    updatedAt: instantOf(doc.updatedAt),
    expiresAt: instantOf(doc.expiresAt),
  }))
  return sessions.sort((one, other) => Number(other.current) - Number(one.current))
}

/** Ends one of the person's sessions at once. */
export async function revokeSession(person: Person, sessionId: string): Promise<void> {
  await transaction(async () => {
    const gone = await SessionModel.findOneAndDelete({ _id: sessionId, userId: person.user.id }).lean()
    if (!gone) throw new Refusal('not_found', 'There is no such session.')
    await recordPersonal(person, 'session.revoked', { before: { sessionId, userAgent: gone.userAgent } })
  })
}

/** Ends all of the person's sessions but this one. */
export async function revokeOtherSessions(person: Person): Promise<void> {
  await transaction(async () => {
    const ended = await endOtherSessions(person)
    if (ended > 0) await recordPersonal(person, 'session.revoked', { before: { sessions: ended } })
  })
}

/** Opens a session, in the caller's transaction. Its token is in the answer and nowhere else: only its hash is stored. */
export async function openSession(user: User, origin: Origin, kept = true): Promise<OpenedSession> {
  const { internalAdapter } = await auth().$context
  const token = newSecret()
  const own = {
    token: hashOf(token),
    ipAddress: origin.ipAddress,
    userAgent: origin.userAgent,
    activeTenantId: await lastTenantOf(user.id),
  }
  const { id, expiresAt } = await internalAdapter.createSession(user.id, !kept, own, true)
  return { user, session: { id, token, expiresAt, kept } }
}

/** Ends this session, in the caller's transaction. Says whether it was still there. */
export async function endSession(person: Person): Promise<boolean> {
  const gone = await SessionModel.deleteOne({ _id: person.sessionId, userId: person.user.id })
  return gone.deletedCount === 1
}

export async function endOtherSessions(person: Person): Promise<number> {
  const gone = await SessionModel.deleteMany({ userId: person.user.id, _id: { $ne: person.sessionId } })
  return gone.deletedCount
}

export async function endAllSessions(userId: string): Promise<void> {
  await SessionModel.deleteMany({ userId })
}

/** A new session starts where the person last worked, if they still belong there. */
async function lastTenantOf(userId: string): Promise<string | null> {
  const tenantIds = await tenantIdsOf(userId)
  const last = await SessionModel.findOne({ userId, activeTenantId: { $ne: null } })
    .sort({ _id: -1 })
    .lean()
  const known = tenantIds.find((tenantId) => tenantId === last?.activeTenantId)
  return known ?? tenantIds[0] ?? null
}
