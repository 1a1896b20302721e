import { Refusal, type Role, roles } from '@insula/contracts'
import { MemberModel } from '@insula/db'
import { personOf } from '../identity/session.ts'
import type { Actor, Origin, Person } from './actor.ts'
import { actorOfKey } from './api-keys.ts'

/** A page says here which tenant it was made for; a session that has moved on since is told so. */
export const tenantHeader = 'insula-tenant'

const bearerOf = (headers: Headers) => /^Bearer\s+(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1]

/** The person behind the session cookie. An API key is no person. */
export async function resolvePerson(headers: Headers, origin: Origin): Promise<Person> {
  if (bearerOf(headers)) {
    throw new Refusal('forbidden', 'This needs a person who is signed in; an API key cannot do it.')
  }
  return personOf(headers, origin)
}

/**
 * Who acts, in which tenant, with which permissions: from the API key if one is sent, else from the session.
 * Nothing else in a request can choose the tenant.
 */
export async function resolveActor(
  headers: Headers,
  origin: Origin,
  person: () => Promise<Person>,
): Promise<Actor> {
  const key = bearerOf(headers)
  const actor = key ? await actorOfKey(key, origin) : await actorOfPerson(await person())
  const meant = headers.get(tenantHeader)
  if (meant !== null && meant !== actor.tenantId) {
    throw new Refusal(
      'tenant_mismatch',
      'This page was opened for another tenant. Switch back to it, or reload to go on in the current one.',
    )
  }
  return actor
}

async function actorOfPerson(person: Person): Promise<Actor> {
  const tenantId = person.activeTenantId
  if (!tenantId) throw new Refusal('forbidden', 'Create a tenant or accept an invitation first.')
  const member = await MemberModel.findOne({ tenantId, userId: person.user.id }).lean()
  if (!member)
    throw new Refusal('forbidden', 'You are not a member of this tenant any more. Switch to another one.')
  const role = member.role as Role
  return {
    kind: 'user',
    id: person.user.id,
    name: person.user.name,
    tenantId,
    role,
    permissions: new Set(roles[role]),
    origin: person.origin,
  }
}
