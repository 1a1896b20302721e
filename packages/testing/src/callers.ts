import { type Permission, permissionNames, type Role, type Tenant } from '@insula/contracts'
import { createApiKey } from '@insula/core/access'
import type { Actor } from '@insula/core/kernel/actor'
import { removeMember } from '@insula/core/tenants'
import { ApiKeyModel, MemberModel, QuotaModel, SessionModel } from '@insula/db'
import { beforeAll, test } from 'vitest'
import { aMember, aPerson, aTenant, type SomebodySignedIn } from './builders.ts'

/** Everyone who may stand at a door: who belongs there, who did once, and who belongs elsewhere. */
export const callerNames = [
  'nobody',
  'viewer',
  'member',
  'admin',
  'owner',
  'a removed member',
  'the owner of another tenant',
  'an expired session',
  'a revoked session',
  'a session with a forged signature',
  'a key with the scope',
  'a key without the scope',
  'an expired key',
  'a revoked key',
  'a key of another tenant',
  'a platform admin',
  'a platform auditor',
] as const
export type CallerName = (typeof callerNames)[number]

/** What a caller sends, and what is known of who it is. */
export interface Caller {
  name: CallerName
  /** The value of the `cookie` header. */
  cookie?: string
  /** An API key. */
  key?: string
  /** Who holds the session. */
  person?: SomebodySignedIn
  /** Where the caller acts: null for who acts nowhere. */
  tenantId: string | null
  /** What the caller may do there; of keys, their scopes. */
  permissions: ReadonlySet<Permission>
}

export interface Callers {
  tenant: Tenant
  /** Acts in the tenant as its owner, to make things there. */
  owner: Actor
  other: { tenant: Tenant; owner: Actor }
  /** `needed` is the scope that a key has or lacks. */
  as(name: CallerName, needed?: Permission): Promise<Caller>
}

/** Makes one caller of each kind for this test file, around one tenant and another. */
export function withCallers(): () => Callers {
  let callers: Callers | undefined
  beforeAll(async () => {
    callers = await makeCallers()
  })
  return () => {
    if (!callers) throw new Error('Ask for the callers inside a test')
    return callers
  }
}

/** Runs one body for each kind of caller, with what the table expects for it. No kind can be left out. */
export function forEachCaller<Expected>(
  title: string,
  expectations: Record<CallerName, Expected>,
  body: (name: CallerName, expected: Expected) => Promise<void>,
): void {
  test.each(callerNames.map((name) => [name, expectations[name]] as const))(`${title}: %s`, body)
}

const nothing: ReadonlySet<Permission> = new Set()
const passed = new Date('2020-01-01T00:00:00Z')

async function makeCallers(): Promise<Callers> {
  const [here, there] = [await aTenant({ planId: 'pro' }), await aTenant({ planId: 'pro' })]
  const tenantId = here.tenant.id
  const fixed = new Map<CallerName, Caller>()
  const add = (name: CallerName, rest: Omit<Caller, 'name'>) => fixed.set(name, { name, ...rest })
  const colleague = (role: Role) => aMember(tenantId, role)
  const seat = (person: SomebodySignedIn, permissions = nothing, at: string | null = tenantId) => ({
    person,
    cookie: person.cookie,
    permissions,
    tenantId: at,
  })

  add('nobody', { permissions: nothing, tenantId: null })
  add('owner', seat(here.owner, here.actor.permissions))
  for (const role of ['viewer', 'member', 'admin'] as const) {
    const { person, actor } = await colleague(role)
    add(role, seat(person, actor.permissions))
  }
  const removed = await colleague('admin')
  const seatOfRemoved = await MemberModel.findOne({ tenantId, userId: removed.person.user.id }).lean()
  await removeMember(here.actor, seatOfRemoved?._id ?? '')
  await SessionModel.updateOne({ _id: removed.person.sessionId }, { activeTenantId: tenantId })
  add('a removed member', seat(removed.person))
  add('the owner of another tenant', seat(there.owner, there.actor.permissions, there.tenant.id))
  const expired = await colleague('owner')
  await SessionModel.updateOne({ _id: expired.person.sessionId }, { expiresAt: passed })
  add('an expired session', seat(expired.person, nothing, null))
  const revoked = await colleague('owner')
  await SessionModel.deleteOne({ _id: revoked.person.sessionId })
  add('a revoked session', seat(revoked.person, nothing, null))
  const [token = ''] = here.owner.cookie.split('.').slice(-2)
  const forged = `${token}.${encodeURIComponent(Buffer.alloc(32, 7).toString('base64'))}`
  add('a session with a forged signature', { cookie: forged, permissions: nothing, tenantId: null })
  for (const [name, platformRole] of [
    ['a platform admin', 'admin'],
    ['a platform auditor', 'auditor'],
  ] as const) {
    add(name, seat(await aPerson({ platformRole }), nothing, null))
  }

  const aKey = async (actor: Actor, scopes: readonly Permission[]) => {
    // There are more kinds of keys to try than a plan has room for.
    await QuotaModel.updateOne({ tenantId: actor.tenantId, key: 'api-keys' }, { used: 0 })
    const made = await createApiKey(actor, {
      name: `key ${crypto.randomUUID().slice(0, 8)}`,
      scopes: [...scopes],
      expiresInDays: 1,
    })
    return { id: made.apiKey.id, key: made.secret, permissions: new Set(scopes), tenantId: actor.tenantId }
  }
  add('a key with the scope', await aKey(here.actor, permissionNames))
  add('a key of another tenant', await aKey(there.actor, permissionNames))
  const [old, withdrawn] = [await aKey(here.actor, permissionNames), await aKey(here.actor, permissionNames)]
  await ApiKeyModel.updateOne({ tenantId, _id: old.id }, { expiresAt: passed })
  add('an expired key', { key: old.key, permissions: nothing, tenantId: null })
  await ApiKeyModel.updateOne({ tenantId, _id: withdrawn.id }, { revokedAt: passed })
  add('a revoked key', { key: withdrawn.key, permissions: nothing, tenantId: null })

  // Every scope but the one: a gate that asks for any other would let it pass.
  const lacking = new Map<string, Promise<Omit<Caller, 'name'>>>()
  const keyWithout = (needed: Permission) => {
    const known =
      lacking.get(needed) ??
      aKey(
        here.actor,
        permissionNames.filter((one) => one !== needed),
      )
    lacking.set(needed, known)
    return known
  }
  return {
    tenant: here.tenant,
    owner: here.actor,
    other: { tenant: there.tenant, owner: there.actor },
    async as(name, needed = 'tenant:read') {
      if (name === 'a key without the scope') return { name, ...(await keyWithout(needed)) }
      const caller = fixed.get(name)
      if (!caller) throw new Error(`Nobody made ${name}`)
      return caller
    },
  }
}
