import { features, roles, type User } from '@insula/contracts'
import type { Actor, Person } from '@insula/core/kernel/actor'
import { addMember, createTenant, membershipsOf } from '@insula/core/tenants'
import type { People } from './identity.ts'

const origin = { requestId: 'seed', ipAddress: null, userAgent: null }

/** Founds two tenants, and returns the owner as acting in the first, where everybody is a member. */
export async function seedTenants(people: People): Promise<Actor> {
  const { owner, admin, member, viewer } = people
  const acmeId = await found(owner, 'Acme', 'acme')
  await addMember(acmeId, admin, 'admin')
  await addMember(acmeId, member, 'member')
  await addMember(acmeId, viewer, 'viewer')
  await found(owner, 'Globex', 'globex')
  return {
    kind: 'user',
    id: owner.id,
    name: owner.name,
    tenantId: acmeId,
    role: 'owner',
    permissions: new Set(roles.owner),
    entitlements: null,
    features,
    origin,
  }
}

async function found(user: User, name: string, slug: string): Promise<string> {
  const known = (await membershipsOf(user.id)).find(({ tenant }) => tenant.slug === slug)
  if (known) return known.tenant._id
  const person: Person = { user, sessionId: 'seed', activeTenantId: null, origin }
  return (await createTenant(person, { name, slug })).id
}
