// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What an API key may, and until when. */
export const keys: readonly Break[] = [
  ...breaksOf(
    'keys',
    'packages/core/src/access/service/api-keys.ts',
    [suites.gates],
    [
      "    await requireMayGive(actor, 'api-keys:write', input.scopes)\n",
      '',
      'a key gets scopes its maker lacks',
      [suites.grants],
    ],
    [
      'secretHash: hashOfApiKey(secret),\n        scopes',
      'secretHash: secret,\n        scopes',
      'keys are stored in the clear',
    ],
    ["await claim(actor, 'api-keys', 1)", '', 'there are more keys than the plan has'],
    ['expiresAt: await endOf(actor, input.expiresInDays),', 'expiresAt: null,', 'a key never ends'],
    ['secret.endsWith(`_${checksumOf(body)}`)', 'true', 'a typo costs a look-up'],
  ),
  ...breaksOf(
    'keys',
    'packages/core/src/wiring/who.ts',
    [suites.callers],
    ['!holder || isOver ||', '!holder ||', 'expired keys open'],
    [
      '    permissions: new Set(holder.permissions),\n',
      "    permissions: new Set([...holder.permissions, 'api-keys:write', 'members:write', 'billing:manage']) as never,\n",
      'keys are escalated',
    ],
    [
      "    kind: 'api-key',\n    id: holder.apiKeyId,\n    name: holder.name,\n    tenantId: holder.tenantId,\n    role: null,",
      "    kind: 'user',\n    id: holder.apiKeyId,\n    name: holder.name,\n    tenantId: holder.tenantId,\n    role: 'owner',",
      'a key acts as a person',
      [suites.gates],
    ],
  ),
  ...breaksOf(
    'keys',
    'packages/core/src/wiring/asker.ts',
    [suites.callers],
    ['{ $match: { secretHash, revokedAt: null } }', '{ $match: { secretHash } }', 'revoked keys open'],
    [
      "key.scopes.includes(one) && permissionsOf(member?.role ?? '').includes(one)",
      'key.scopes.includes(one)',
      'a key does more than its maker may',
      [suites.grants],
    ],
  ),
  ...breaksOf(
    'keys',
    'packages/core/src/kernel/grants.ts',
    [suites.grants],
    [
      'key.scopes.includes(one) && held.has(one)',
      'key.scopes.includes(one)',
      'a key outlives what its maker holds',
    ],
    ['wanted.find((one) => !held.has(one))', 'undefined', 'anything is given'],
    ['requirePermission({ ...actor, permissions: held }, permission)', '', 'who may not give gives'],
  ),

  ...breaksOf(
    'keys',
    'packages/core/src/kernel/grants.ts',
    [suites.grants],
    [
      '    makers = made.map((key) => key._id)\n',
      '    makers = []\n',
      'a key that a key made outlives their maker',
    ],
    [
      "if (kind === 'user') {\n    const member = await MemberModel.findOneAndUpdate(\n      { tenantId, userId: id ?? '' },\n      { $inc: { grantsVersion: 1 } },\n    ).lean()",
      "if (kind === 'user') {\n    const member = await MemberModel.findOne({ tenantId, userId: id ?? '' }).lean()",
      'a grant and a demotion at once pass each other',
    ],
    [
      "{ tenantId, _id: id ?? '', revokedAt: null },\n    { $inc",
      "{ tenantId, _id: id ?? '' },\n    { $inc",
      'a revoked key’s open request gives',
    ],
  ),
  ...breaksOf(
    'keys',
    'packages/core/src/access/service/end-keys.ts',
    [suites.grants],
    ["    await release(actor.tenantId, 'api-keys', 1)\n", '', 'an ended key keeps its place'],
    [
      "    await record(\n      actor,\n      'api-key.revoked',\n",
      "    await (async (..._unheard: unknown[]) => {})(\n      actor,\n      'api-key.revoked',\n",
      'the end of a key is not audited',
    ],
  ),
  ...breaksOf(
    'keys',
    'packages/core/src/tenants/service/given.ts',
    [suites.grants],
    [
      '{ $in: [giverId, ...keys.map((key) => key._id)] }',
      'giverId',
      'what somebody’s key gave outlives their fall',
    ],
    ['rest === null || given.some(', 'given.some(', 'who is removed leaves keys behind'],
    [
      '(permission) => !(rest as readonly string[]).includes(permission)',
      '() => true',
      'a demotion ends also what does not exceed the rest',
    ],
    ['  await endKeys(actor, keys)\n', '', 'a demoted admin’s key lives on'],
    [
      "  for (const { _id } of invitations) await endInvitation(actor, _id, 'revoke')\n",
      '',
      'a removed admin’s invitations live on',
    ],
  ),
  ...breaksOf(
    'keys',
    'packages/core/src/tenants/service/members.ts',
    [suites.grants],
    [
      "  await endGiven(actor, member.userId ?? 'nobody')\n",
      '',
      'a removed admin’s key invites its maker back',
    ],
    [
      '    await endGiven(actor, member.userId, permissionsOf(role))\n',
      '',
      'a demoted admin’s key gives its maker the old role back',
    ],
    [
      "requireMayGive(actor, 'members:write', before, role)",
      "requireMayGive(actor, 'members:write', role)",
      'an admin demotes an owner',
      [suites.tenants, suites.grants],
    ],
    [
      "requireMayGive(actor, 'members:write', before, role)",
      "requireMayGive(actor, 'members:write', before)",
      'an admin makes an owner',
      [suites.tenants, suites.grants],
    ],
    [
      "    await requireMayGive(actor, 'members:write', member.role)\n",
      '',
      'an admin removes an owner',
      [suites.tenants, suites.grants],
    ],
    [
      'invitations: invitations.map(({ _id, email, role: given }) => ({ id: _id, email, role: given })),',
      'invitations: [],',
      'a removal does not name the invitations that it ends',
    ],
    [
      'apiKeys: keys.map((key) => ({ id: key._id, name: key.name })),',
      'apiKeys: [],',
      'a removal does not name the keys that it ends',
    ],
  ),
  ...breaksOf(
    'keys',
    'packages/core/src/wiring/revoke-api-key.ts',
    [suites.grants],
    ['    await endGiven(actor, apiKeyId)\n', '', 'what a revoked key made lives on'],
  ),
]
