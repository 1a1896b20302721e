import { randomUUID } from 'node:crypto'
import { features, type Role, roles, type Tenant, type User } from '@insula/contracts'
import { openSession, registerVerified, sessionCookie } from '@insula/core/identity'
import type { Actor, Origin, Person } from '@insula/core/kernel/actor'
import { addMember, createTenant } from '@insula/core/tenants'
import { SessionModel, TenantModel } from '@insula/db'

const origin = (): Origin => ({
  requestId: `req_${randomUUID()}`,
  ipAddress: '192.0.2.1',
  userAgent: 'vitest',
})
const word = () => randomUUID().slice(0, 8)

/** A password that passes; the same for everyone, since hashing is what takes the time. */
export const password = 'a sentence of seven small words'

/** Somebody with a verified address and an open session. */
export interface SomebodySignedIn extends Person {
  /** The value of the `cookie` header that carries the session. */
  cookie: string
}

export async function aPerson(
  given: Partial<Pick<User, 'name' | 'email' | 'platformRole'>> = {},
): Promise<SomebodySignedIn> {
  const user = await registerVerified({
    name: given.name ?? `Person ${word()}`,
    email: given.email ?? `${word()}@example.test`,
    password,
    ...(given.platformRole && { platformRole: given.platformRole }),
  })
  return signedIn(user)
}

/** Opens another session for somebody. */
export async function signedIn(user: User): Promise<SomebodySignedIn> {
  const from = origin()
  const { session } = await openSession(user, from)
  const doc = await SessionModel.findById(session.id).lean()
  return {
    user,
    sessionId: session.id,
    activeTenantId: doc?.activeTenantId ?? null,
    origin: from,
    cookie: sessionCookie(session).split(';')[0] ?? '',
  }
}

/** A tenant with its owner, whose session works in it. */
export async function aTenant(
  given: { name?: string; slug?: string; planId?: string } = {},
): Promise<{ tenant: Tenant; owner: SomebodySignedIn; actor: Actor }> {
  const owner = await aPerson()
  const slug = given.slug ?? `tenant-${word()}`
  const tenant = await createTenant(owner, { name: given.name ?? slug, slug })
  if (given.planId) await TenantModel.updateOne({ _id: tenant.id }, { planId: given.planId })
  owner.activeTenantId = tenant.id
  return { tenant, owner, actor: actorOf(owner, tenant.id, 'owner') }
}

/** A new member of a tenant, with a session that works in it. */
export async function aMember(
  tenantId: string,
  role: Role,
): Promise<{ person: SomebodySignedIn; actor: Actor }> {
  const { user } = await aPerson({ name: `${role} ${word()}` })
  await addMember(tenantId, user, role)
  const person = await signedIn(user)
  return { person, actor: actorOf(person, tenantId, role) }
}

const actorOf = (person: Person, tenantId: string, role: Role): Actor => ({
  kind: 'user',
  id: person.user.id,
  name: person.user.name,
  tenantId,
  role,
  permissions: new Set(roles[role]),
  // Whoever changes the plan in a test goes on with this actor.
  entitlements: null,
  features,
  origin: person.origin,
})
