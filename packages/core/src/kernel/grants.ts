import {
  type Permission,
  permissionNames,
  permissionsOf,
  Refusal,
  type Role,
  roleNames,
} from '@insula/contracts'
import { type ApiKeyDoc, ApiKeyModel, acrossTenants, MemberModel } from '@insula/db'
import { type Actor, requirePermission } from './actor.ts'

export type { ApiKeyDoc }

/** Who gave a key or an invitation, and the person who stands behind it: their own id, or the maker of the key they used. */
export interface Giver {
  id: string
  name: string
  /** Null for what the system gave. */
  userId: string | null
}

/** What is kept with a key or an invitation about who gives it. Call it inside the transaction of the grant. */
export async function giverOf(actor: Actor): Promise<Giver> {
  const id = actor.id ?? 'system'
  return { id, name: actor.name, userId: await personBehind(actor.tenantId, { id }) }
}

/**
 * Refuses unless the actor, as of now, holds `permission` and every permission of what it gives or takes away: a role's, or
 * a key's scopes. Call it inside the transaction of the grant: it reads the actor's row anew and writes to it, so that a
 * grant and a demotion at once meet in a write conflict, and the one that comes second sees the other.
 */
export async function requireMayGive(
  actor: Actor,
  permission: Permission,
  ...all: (string | readonly Permission[])[]
): Promise<void> {
  const held = await holdOnTo(actor)
  requirePermission({ ...actor, permissions: held }, permission)
  for (const given of all) requireToHold(actor, held, permission, given)
}

function requireToHold(
  actor: Actor,
  held: ReadonlySet<Permission>,
  permission: Permission,
  given: string | readonly Permission[],
): void {
  // A row may hold a role that is no text at all; it gives nothing.
  const wanted = Array.isArray(given) ? (given as readonly Permission[]) : permissionsOf(String(given))
  const missing = wanted.find((one) => !held.has(one))
  if (missing === undefined) return
  const what = typeof given === 'string' ? `the role ${given}` : 'this key'
  const who = actor.kind === 'api-key' ? 'This API key does not hold' : 'You do not hold'
  throw new Refusal(
    'forbidden',
    `${who} “${missing}”, which ${what} has. Nobody gives or takes what they do not hold.`,
    {
      field: typeof given === 'string' ? 'role' : 'scopes',
      permission: missing,
      grantedBy: rolesWithAll([permission, ...wanted]),
    },
  )
}

const rolesWithAll = (wanted: readonly Permission[]): Role[] =>
  roleNames.filter((role) => wanted.every((one) => permissionsOf(role).includes(one)))

/** What the actor holds now; its row is written to, so that whoever changes it at the same time runs again. */
async function holdOnTo(actor: Actor): Promise<ReadonlySet<Permission>> {
  const { tenantId, id, kind } = actor
  if (kind === 'system') return actor.permissions
  if (kind === 'user') {
    const member = await MemberModel.findOneAndUpdate(
      { tenantId, userId: id ?? '' },
      { $inc: { grantsVersion: 1 } },
    ).lean()
    return new Set(permissionsOf(member?.role ?? ''))
  }
  const key = await ApiKeyModel.findOneAndUpdate(
    { tenantId, _id: id ?? '', revokedAt: null },
    { $inc: { grantsVersion: 1 } },
  ).lean()
  return key ? scopesNow(key) : new Set()
}

/**
 * What a key may do now: its scopes as far as the person behind it still holds them. Keys that exceed are ended with the
 * demotion itself; this holds for rows that were written any other way.
 */
export async function scopesNow(
  key: Pick<ApiKeyDoc, 'tenantId' | 'scopes' | 'createdBy'>,
): Promise<ReadonlySet<Permission>> {
  const held = await heldThrough(key.tenantId, key.createdBy)
  return new Set(permissionNames.filter((one) => key.scopes.includes(one) && held.has(one)))
}

/** The same of many grants at once, of whatever tenants, in one query for all whose person is known. */
export async function heldThroughEach(
  grants: { tenantId: string; giver: StoredGiver | null | undefined }[],
): Promise<ReadonlySet<Permission>[]> {
  const people = await Promise.all(grants.map(({ tenantId, giver }) => personBehind(tenantId, giver)))
  const members = await acrossTenants(
    MemberModel.find(
      {
        tenantId: { $in: grants.map(({ tenantId }) => tenantId) },
        userId: { $in: people.filter((userId) => userId !== null) },
      },
      { tenantId: 1, userId: 1, role: 1 },
    ).lean(),
    'each is looked up again below by its tenant and its person',
  )
  const roles = new Map(members.map(({ tenantId, userId, role }) => [`${tenantId} ${userId}`, role]))
  return grants.map(({ tenantId, giver }, index) =>
    giver?.id === 'system'
      ? new Set(permissionNames)
      : new Set(permissionsOf(roles.get(`${tenantId} ${people[index]}`) ?? '')),
  )
}

interface StoredGiver {
  id?: string | null
  userId?: string | null
}

/** What the person behind a grant holds in the tenant now: nothing once they are out of it. */
export async function heldThrough(
  tenantId: string,
  giver: StoredGiver | null | undefined,
): Promise<ReadonlySet<Permission>> {
  if (giver?.id === 'system') return new Set(permissionNames)
  const userId = await personBehind(tenantId, giver)
  if (!userId) return new Set()
  const member = await MemberModel.findOne({ tenantId, userId }, { role: 1 }).lean()
  return new Set(permissionsOf(member?.role ?? ''))
}

/** Rows of earlier releases name only the key, so its maker is looked up, through keys that made keys. */
async function personBehind(tenantId: string, giver: StoredGiver | null | undefined): Promise<string | null> {
  if (!giver || giver.userId) return giver?.userId ?? null
  if (!giver.id?.startsWith('key_')) return giver.id?.startsWith('usr_') ? giver.id : null
  const key = await ApiKeyModel.findOne({ tenantId, _id: giver.id }, { createdBy: 1 }).lean()
  return key ? personBehind(tenantId, key.createdBy) : null
}

/** Every key that somebody made, also through keys they made, those that are revoked included. */
export async function keysGivenBy(tenantId: string, giverId: string): Promise<ApiKeyDoc[]> {
  const given: ApiKeyDoc[] = []
  let makers = [giverId]
  while (makers.length > 0) {
    const made = await ApiKeyModel.find({ tenantId, 'createdBy.id': { $in: makers } })
      .sort({ _id: 1 })
      .lean()
    given.push(...made)
    makers = made.map((key) => key._id)
  }
  return given
}
