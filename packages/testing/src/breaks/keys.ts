// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What an API key may, and until when. */
export const keys: readonly Break[] = [
  ...breaksOf(
    'keys',
    'packages/core/src/access/api-keys.ts',
    [suites.gates],
    ['(doc.expiresAt && doc.expiresAt <= new Date())', 'false', 'expired keys open', [suites.callers]],
    [
      'ApiKeyModel.findOne({ secretHash: hashOf(secret), revokedAt: null }).lean(),\n',
      'ApiKeyModel.findOne({ secretHash: hashOf(secret) }).lean(),\n',
      'revoked keys open',
      [suites.callers],
    ],
    [
      '    permissions: held,\n',
      "    permissions: new Set(doc.scopes.concat('api-keys:write', 'members:write', 'billing:manage')) as never,\n",
      'keys are escalated',
      [suites.callers],
    ],
    [
      "    kind: 'api-key',\n    id: doc._id,\n    name: doc.name,\n    tenantId: doc.tenantId,\n    role: null,",
      "    kind: 'user',\n    id: doc._id,\n    name: doc.name,\n    tenantId: doc.tenantId,\n    role: 'owner',",
      'a key acts as a person',
    ],
    [
      "    await requireMayGive(actor, 'api-keys:write', input.scopes)\n",
      '',
      'a key gets scopes its maker lacks',
      [suites.grants],
    ],
    [
      'secretHash: hashOf(secret),\n        scopes',
      'secretHash: secret,\n        scopes',
      'keys are stored in the clear',
    ],
    ["await claim(actor.tenantId, 'api-keys', 1)", '', 'there are more keys than the plan has'],
    ['    await endGiven(actor, apiKeyId)\n', '', 'what a revoked key made lives on', [suites.grants]],
    ['expiresAt: await endOf(actor, input.expiresInDays),', 'expiresAt: null,', 'a key never ends'],
    ['secret.endsWith(`_${checksumOf(body)}`)', 'true', 'a typo costs a look-up'],
  ),
  ...breaksOf(
    'keys',
    'packages/core/src/access/grants.ts',
    [suites.grants],
    [
      'key.scopes.includes(one) && held.has(one)',
      'key.scopes.includes(one)',
      'a key outlives what its maker holds',
    ],
    ['wanted.find((one) => !held.has(one))', 'undefined', 'anything is given'],
    ['requirePermission({ ...actor, permissions: held }, permission)', '', 'who may not give gives'],
  ),
]
