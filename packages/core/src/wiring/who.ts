import { madeForHeaders, madeForNone, permissionsOf, Refusal, type Role } from '@insula/contracts'
import { MemberModel } from '@insula/db'
import { actorOfKey } from '../access/service/index.ts'
import { personOf } from '../identity/service/index.ts'
import type { Actor, Origin, Person } from '../kernel/actor.ts'

const bearerOf = (headers: Headers) => /^Bearer\s+(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1]

const sessionMismatch = () =>
  new Refusal(
    'session_mismatch',
    'This page was opened for another person or session than is signed in now. Nothing was done. Reload it to go on.',
  )
const tenantMismatch = () =>
  new Refusal(
    'tenant_mismatch',
    'This page was opened for another tenant. Switch back to it, or reload to go on in the current one.',
  )

/**
 * The person behind the session cookie, who must be the one that the page was made for, in the same session and tenant,
 * if the page says so (see `madeForHeaders`). An API key is no person.
 */
export async function resolvePerson(headers: Headers, origin: Origin): Promise<Person> {
  if (bearerOf(headers)) {
    throw new Refusal('forbidden', 'This needs a person who is signed in; an API key cannot do it.')
  }
  const person = await personOf(headers, origin)
  requireMadeFor(headers, { person: person.user.id, session: person.sessionId })
  const tenant = headers.get(madeForHeaders.tenant)
  if (tenant !== null && !(await worksIn(person, tenant))) throw tenantMismatch()
  return person
}

/** For what is open to everybody: refuses only a page that says whom it was made for, when that has changed. */
export async function requireSameMaker(headers: Headers, origin: Origin): Promise<void> {
  const said = Object.values(madeForHeaders).some((name) => headers.has(name))
  if (!said || bearerOf(headers)) return
  try {
    await resolvePerson(headers, origin)
  } catch (error) {
    const nobody = error instanceof Refusal && error.code === 'unauthenticated'
    if (!nobody) throw error
    requireMadeFor(headers, { person: madeForNone, session: madeForNone })
  }
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
  if (!key) return actorOfPerson(await person())
  const actor = await actorOfKey(key, origin)
  requireMadeFor(headers, { person: madeForNone, session: madeForNone })
  const tenant = headers.get(madeForHeaders.tenant)
  if (tenant !== null && tenant !== actor.tenantId) throw tenantMismatch()
  return actor
}

function requireMadeFor(headers: Headers, now: { person: string; session: string }): void {
  for (const what of ['person', 'session'] as const) {
    const said = headers.get(madeForHeaders[what])
    if (said !== null && said !== now[what]) throw sessionMismatch()
  }
}

async function worksIn({ user, activeTenantId }: Person, said: string): Promise<boolean> {
  if (said === (activeTenantId ?? madeForNone)) return true
  if (said !== madeForNone || activeTenantId === null) return false
  // Whoever was removed from the tenant that the session still names works in none.
  return (await MemberModel.exists({ tenantId: activeTenantId, userId: user.id })) === null
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
    permissions: new Set(permissionsOf(role)),
    origin: person.origin,
  }
}
