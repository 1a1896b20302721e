import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What asks who may. */
export const gates: readonly Break[] = [
  ...breaksOf(
    'gates',
    'packages/core/src/kernel/actor.ts',
    [suites.callers],
    ['if (actor.permissions.has(permission)) return', 'return', 'every permission is held'],
    [
      "throw new Refusal('not_found', 'There is nothing here.')",
      'return',
      'whoever has no platform role sees the platform',
    ],
    [
      'if (!(platformRoles[role] as readonly PlatformPermission[]).includes(permission)) {',
      'if (false) {',
      'who looks may operate',
    ],
  ),
  ...breaksOf(
    'gates',
    'packages/api/src/trpc.ts',
    [suites.callers],
    ['    requirePermission(actor, permission)\n', '', 'the gate of a tenant asks for nothing'],
    [
      '    requirePlatform(person.user.platformRole, permission)\n',
      '',
      'the gate of the platform asks for nothing',
    ],
  ),
  ...breaksOf(
    'gates',
    'packages/api/src/trpc.ts',
    [suites.features],
    ['      if (feature) requireFeature(actor, feature)\n', '', 'a plan includes everything'],
  ),
  ...breaksOf(
    'gates',
    'packages/api/src/audit/router.ts',
    [suites.features],
    [
      "list: allow('audit:read', 'audit-log')",
      "list: allow('audit:read')",
      'a plan without the log lists it',
    ],
    ["get: allow('audit:read', 'audit-log')", "get: allow('audit:read')", 'a plan without the log opens it'],
  ),
  ...breaksOf(
    'gates',
    'packages/core/src/wiring/who.ts',
    [suites.callers],
    [
      "throw new Refusal('forbidden', 'This needs a person who is signed in; an API key cannot do it.')",
      '',
      'an API key acts as a person',
    ],
    [
      '  const key = bearerOf(headers)\n  if (!key) return',
      '  const key = bearerOf(headers)\n  if (headers.has("cookie") || !key) return',
      'a cookie counts more than the key',
      [suites.gates],
    ],
    [
      "throw new Refusal('forbidden', 'You are not a member of this tenant any more. Switch to another one.')",
      "return { kind: 'user', id: person.user.id, name: person.user.name, tenantId, role: 'owner', permissions: new Set(permissionsOf('owner')), entitlements: null, features: [], origin: person.origin }",
      'who was removed acts on',
    ],
    [
      'permissions: new Set(permissionsOf(seat.role))',
      "permissions: new Set(permissionsOf('owner'))",
      'every member acts as an owner',
    ],
    [
      'if (said !== null && said !== now[what]) throw sessionMismatch()',
      '',
      'a page acts for another person',
      [suites.madeFor],
    ],
    [
      'if (tenant !== null && tenant !== actor.tenantId) throw tenantMismatch()',
      '',
      'a key acts in another tenant than was meant',
      [suites.madeFor, suites.isolation],
    ],
    [
      'if (tenant !== null && !worksIn(who, tenant)) throw tenantMismatch()',
      '',
      'a page acts in another tenant',
      [suites.madeFor, suites.isolation],
    ],
  ),
]
