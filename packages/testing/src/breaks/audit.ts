import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What is filed of each change. */
export const audit: readonly Break[] = [
  ...breaksOf(
    'audit',
    'packages/core/src/kernel/record.ts',
    [suites.traces],
    ['    ...actor.origin,\n', '', 'audit rows have no origin'],
    ['    ...person.origin,\n', '', 'rows of one’s own account have no origin'],
    [
      '    actor: { kind: actor.kind, id: actor.id, name: actor.name },\n',
      "    actor: { kind: 'system', id: null, name: 'Insula' },\n",
      'audit rows name nobody',
    ],
    [
      '    tenantId: actor.tenantId,\n',
      '    tenantId: null,\n',
      'audit rows belong to nobody',
      [suites.isolation, suites.words],
    ],
  ),
  ...breaksOf(
    'audit',
    'packages/core/src/tenants/service/members.ts',
    [suites.traces],
    [
      "'member.removed',\n    { kind: 'member'",
      "'member.joined',\n    { kind: 'member'",
      'a removal is filed as something else',
    ],
    [
      "      'member.role-changed',\n",
      "      'member.joined',\n",
      'a change of role is filed as something else',
    ],
    [
      "if ((await MemberModel.countDocuments({ tenantId, role: 'owner' })) > 0) return",
      'return',
      'the last owner leaves',
      [suites.tenants],
    ],
  ),
]
