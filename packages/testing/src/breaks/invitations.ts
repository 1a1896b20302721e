import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What an invitation gives, to whom and until when. */
export const invitations: readonly Break[] = [
  {
    kind: 'invitations',
    file: 'packages/core/src/tenants/service/acceptance.ts',
    from: '  if (taken.modifiedCount !== 1) throw spent()\n',
    to: '',
    why: 'one invitation makes two members',
    tests: [suites.tenants, suites.invitations],
    survives:
      'Two acceptances meet in a write conflict on the tenant’s row and at the unique index of members before this line is asked.',
  },
  ...breaksOf(
    'invitations',
    'packages/core/src/tenants/service/acceptance.ts',
    [suites.gates],
    [
      "if (doc.state !== 'pending' || doc.expiresAt <= new Date()) throw spent()",
      "if (doc.state !== 'pending') throw spent()",
      'expired invitations are accepted',
    ],
    [
      'person.user.email === doc.email && person.user.emailVerified',
      'person.user.emailVerified',
      'anybody accepts',
      [suites.tenants, suites.invitations, suites.grants],
    ],
    [
      'person.user.email === doc.email && person.user.emailVerified',
      'person.user.email === doc.email',
      'an unproven address accepts',
    ],
    [
      'given.length > 0 && given.every((permission) => held.has(permission))',
      'true',
      'a demoted giver still makes an owner',
      [suites.grants],
    ],
    [
      '  const doc = person.user.emailVerified\n',
      '  const doc = true\n',
      'an unproven address finds invitations',
    ],
  ),
  ...breaksOf(
    'invitations',
    'packages/core/src/tenants/service/invitations.ts',
    [suites.tenants, suites.invitations, suites.grants],
    ["await requireMayGive(actor, 'members:write', input.role)", '', 'an admin invites an owner'],
    [
      "await requireMayGive(actor, 'members:write', before.role)",
      '',
      'an admin sends an owner’s invitation again',
    ],
    ["await requireMayGive(actor, 'members:write', open.role)", '', 'an admin revokes an owner’s invitation'],
    [
      'tokenHash: hashOf(token), expiresAt',
      'tokenHash: token, expiresAt',
      'invitation tokens are stored in the clear',
    ],
  ),
]
