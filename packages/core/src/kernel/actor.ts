import {
  type Entitlements,
  type Feature,
  featureNames,
  features,
  type Permission,
  type PlatformPermission,
  type PlatformRole,
  permissions,
  platformRoles,
  Refusal,
  type Role,
  rolesWith,
  type User,
} from '@insula/contracts'

/** Where a call came from; kept with every audit entry. */
export interface Origin {
  requestId: string
  ipAddress: string | null
  userAgent: string | null
}

/** Somebody who proved who they are, before any tenant comes into play. */
export interface Person {
  user: User
  sessionId: string
  activeTenantId: string | null
  origin: Origin
}

/** Somebody, or something, that acts inside one tenant. Every service of a tenant's takes one first. */
export interface Actor {
  kind: 'user' | 'api-key' | 'system'
  /** `usr_…`, `key_…`, or null for the system. */
  id: string | null
  name: string
  tenantId: string
  /** Null for keys and the system. */
  role: Role | null
  permissions: ReadonlySet<Permission>
  /** What the tenant's plan allows, as of the last second; null where whoever made the actor has not read it. */
  entitlements: Entitlements | null
  /** What the plan includes beside. */
  features: readonly string[]
  origin: Origin
}

/** The worker and the schedules act as this. It holds every permission of the one tenant it is given. */
export function systemActor(tenantId: string, requestId: string): Actor {
  return {
    kind: 'system',
    id: null,
    name: 'Insula',
    tenantId,
    role: null,
    permissions: new Set(Object.keys(permissions) as Permission[]),
    entitlements: null,
    features,
    origin: { requestId, ipAddress: null, userAgent: null },
  }
}

export function requirePermission(actor: Actor, permission: Permission): void {
  if (actor.permissions.has(permission)) return
  const who = actor.kind === 'api-key' ? 'This API key lacks the scope' : 'You lack the permission'
  throw new Refusal('forbidden', `${who} “${permissions[permission]}” (${permission}).`, {
    permission,
    grantedBy: rolesWith(permission),
  })
}

/** Refuses what the tenant's plan does not include. */
export function requireFeature(actor: Actor, feature: Feature): void {
  if (actor.features.includes(feature)) return
  throw new Refusal('plan_required', `Your plan does not include ${featureNames[feature]}.`, {
    grantedBy: rolesWith('billing:manage'),
  })
}

export function requirePlatform(role: PlatformRole | null, permission: PlatformPermission): void {
  // Whoever may not look at the platform learns nothing of it, not even that it is there.
  if (role === null) throw new Refusal('not_found', 'There is nothing here.')
  if (!(platformRoles[role] as readonly PlatformPermission[]).includes(permission)) {
    throw new Refusal('forbidden', `Your platform role (${role}) does not include ${permission}.`, {
      permission,
    })
  }
}
