import { type Me, permissionsOf, planOf, Refusal, type Session, type User } from '@insula/contracts'
import { SessionModel, UserModel } from '@insula/db'
import type { Person } from '../access/actor.ts'
import { recordPersonal } from '../audit/record.ts'
import { billingNotice } from '../billing/service/standing.ts'
import { membershipsOf } from '../tenants/service/memberships.ts'

/** Everything that the console's frame needs to know about whoever is asking. */
export async function whoAmI(person: Person): Promise<Me> {
  const memberships = await membershipsOf(person.user.id)
  const active = memberships.find(({ tenant }) => tenant._id === person.activeTenantId)
  return {
    user: person.user,
    sessionId: person.sessionId,
    memberships: memberships.map(({ tenant, role }) => ({
      tenantId: tenant._id,
      slug: tenant.slug,
      name: tenant.name,
      role,
      planId: tenant.planId,
    })),
    tenant: active
      ? {
          id: active.tenant._id,
          slug: active.tenant.slug,
          name: active.tenant.name,
          locale: active.tenant.locale,
          timeZone: active.tenant.timeZone,
          currency: active.tenant.currency,
          role: active.role,
          permissions: [...permissionsOf(active.role)],
          planId: active.tenant.planId,
          entitlements: planOf(active.tenant.planId).entitlements,
          billingNotice: permissionsOf(active.role).includes('billing:read')
            ? await billingNotice(active.tenant._id)
            : null,
        }
      : null,
  }
}

/** The person's open sessions, the current one first. Tokens never leave. */
export async function listSessions(person: Person): Promise<Session[]> {
  const docs = await SessionModel.find({ userId: person.user.id, expiresAt: { $gt: new Date() } })
    .sort({ _id: -1 })
    .lean()
  const sessions = docs.map((doc) => ({
    id: doc._id,
    current: doc._id === person.sessionId,
    ipAddress: doc.ipAddress ?? null,
    userAgent: doc.userAgent ?? null,
    createdAt: doc.createdAt.toISOString(),
    updatedAt: doc.updatedAt.toISOString(),
    expiresAt: doc.expiresAt.toISOString(),
  }))
  return sessions.sort((one, other) => Number(other.current) - Number(one.current))
}

/** Ends one of the person's sessions at once. */
export async function revokeSession(person: Person, sessionId: string): Promise<void> {
  const gone = await SessionModel.findOneAndDelete({ _id: sessionId, userId: person.user.id }).lean()
  if (!gone) throw new Refusal('not_found', 'There is no such session.')
  await recordPersonal(person, 'session.revoked', { before: { sessionId, userAgent: gone.userAgent } })
}

/** Ends all of the person's sessions but this one. */
export async function revokeOtherSessions(person: Person): Promise<void> {
  const gone = await SessionModel.deleteMany({ userId: person.user.id, _id: { $ne: person.sessionId } })
  if (gone.deletedCount > 0) {
    await recordPersonal(person, 'session.revoked', { before: { sessions: gone.deletedCount } })
  }
}

export async function changeProfile(person: Person, name: string): Promise<User> {
  await UserModel.updateOne({ _id: person.user.id }, { name, updatedAt: new Date() })
  if (name !== person.user.name) {
    await recordPersonal(person, 'user.profile-changed', {
      before: { name: person.user.name },
      after: { name },
    })
  }
  return { ...person.user, name }
}
