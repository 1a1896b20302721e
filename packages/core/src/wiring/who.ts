import { madeForHeaders, madeForNone, permissionsOf, Refusal, type Role } from '@insula/contracts'
import { hashOfApiKey, looksLikeApiKey } from '../access/service/index.ts'
import { sessionTokenOf } from '../identity/service/index.ts'
import type { Actor, Origin, Person } from '../kernel/actor.ts'
import { hashOf } from '../kernel/secret.ts'
import { holderOfKey, holderOfSession, type SessionHolder } from './asker.ts'

/** Whoever is signed in, and the seat that they act from. */
export interface Who {
  person: Person
  seat: SessionHolder['seat']
}

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
 * Whoever is behind the session cookie, who must be the one that the page was made for, in the same session and tenant, if the
 * page says so (see `madeForHeaders`). An API key is no person. Throws `unauthenticated`, and `forbidden` for a key.
 */
export async function resolveWho(headers: Headers, origin: Origin): Promise<Who> {
  if (bearerOf(headers)) {
    throw new Refusal('forbidden', 'This needs a person who is signed in; an API key cannot do it.')
  }
  const who = await signedIn(headers, origin)
  requireMadeFor(headers, { person: who.person.user.id, session: who.person.sessionId })
  const tenant = headers.get(madeForHeaders.tenant)
  if (tenant !== null && !worksIn(who, tenant)) throw tenantMismatch()
  return who
}

async function signedIn(headers: Headers, origin: Origin, now = Date.now()): Promise<Who> {
  const token = sessionTokenOf(headers)
  const holder = token ? await holderOfSession(hashOf(token)) : null
  if (!holder || holder.expiresAt <= now) throw new Refusal('unauthenticated', 'Sign in first.')
  const { user, sessionId, activeTenantId, seat } = holder
  return { person: { user, sessionId, activeTenantId, origin }, seat }
}

/** For what is open to everybody: refuses only a page that says whom it was made for, when that has changed. */
export async function requireSameMaker(headers: Headers, origin: Origin): Promise<void> {
  const said = Object.values(madeForHeaders).some((name) => headers.has(name))
  if (!said || bearerOf(headers)) return
  try {
    await resolveWho(headers, origin)
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
  who: () => Promise<Who>,
): Promise<Actor> {
  const key = bearerOf(headers)
  if (!key) return actorOfSeat(await who())
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

/** Whoever was removed from the tenant that the session still names works in none. */
const worksIn = ({ person: { activeTenantId }, seat }: Who, said: string): boolean =>
  said === (activeTenantId ?? madeForNone) || (said === madeForNone && seat === null)

function actorOfSeat({ person, seat }: Who): Actor {
  const tenantId = person.activeTenantId
  if (!tenantId) throw new Refusal('forbidden', 'Create a tenant or accept an invitation first.')
  if (!seat)
    throw new Refusal('forbidden', 'You are not a member of this tenant any more. Switch to another one.')
  return {
    kind: 'user',
    id: person.user.id,
    name: person.user.name,
    tenantId,
    role: seat.role as Role,
    permissions: new Set(permissionsOf(seat.role)),
    entitlements: seat.entitlements,
    features: seat.features,
    origin: person.origin,
  }
}

/** The actor that a presented key stands for. Unknown, revoked and expired keys get the same answer. */
export async function actorOfKey(secret: string, origin: Origin, now = Date.now()): Promise<Actor> {
  const holder = looksLikeApiKey(secret) ? await holderOfKey(hashOfApiKey(secret)) : null
  const isOver = holder?.expiresAt !== null && (holder?.expiresAt ?? 0) <= now
  if (!holder || isOver || holder.permissions.length === 0) {
    throw new Refusal('unauthenticated', 'This API key is not valid. Make one under Developers › API keys.')
  }
  return {
    kind: 'api-key',
    id: holder.apiKeyId,
    name: holder.name,
    tenantId: holder.tenantId,
    role: null,
    permissions: new Set(holder.permissions),
    entitlements: holder.entitlements,
    features: holder.features,
    origin,
  }
}
