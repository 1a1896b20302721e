import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What an invitation gives, to whom and until when. */
export const invitations: readonly Break[] = [
  {
    kind: 'invitations',
    file: 'packages/core/src/tenants/service/acceptance.ts',
    from: '  if (!taken) throw spent()\n',
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
    ["await requireMayGive(actor, 'members:write', role)", '', 'an admin revokes an owner’s invitation'],
    [
      'tokenHash: hashOf(token), expiresAt',
      'tokenHash: token, expiresAt',
      'invitation tokens are stored in the clear',
    ],
  ),

  ...breaksOf(
    'invitations',
    'packages/core/src/tenants/service/invitations.ts',
    [suites.invitations],
    [
      '    await endExpired(tenantId)\n    if (await',
      '    if (await',
      'expired invitations keep their seats from who invites next',
    ],
    [
      "    if (!isDuplicate(error, 'tenantId', 'email')) throw error\n    throw invitedAlready()\n",
      '    throw error\n',
      'one sent again beside another to the same address is a fault of ours',
    ],
    [
      "      await claim(actor, 'seats', 1)\n    }\n",
      '    }\n',
      'an expired invitation that is sent again takes no seat',
    ],
  ),
  ...breaksOf(
    'invitations',
    'packages/core/src/tenants/service/end-invitation.ts',
    [suites.invitations],
    ["  await release(actor.tenantId, 'seats', 1)\n", '', 'an ended invitation keeps its seat'],
    ['if (!ended) return null', 'if (!ended) return {} as InvitationDoc', 'what is over is ended twice'],
  ),
  ...breaksOf(
    'invitations',
    'packages/core/src/tenants/service/acceptance.ts',
    [suites.invitations],
    ["    if (doc.state === 'accepted') {\n", '    if (false) {\n', 'a double click on Accept is refused'],
    ['      if (!(await isMember())) throw spent()\n', '', 'a used invitation leads in whoever was removed'],
    ["    if (doc.state === 'declined') return\n", '', 'a double click on Decline is refused'],
    [
      "{ email: person.user.email, state: 'pending', expiresAt: { $gt: new Date() } }",
      '{ email: person.user.email, expiresAt: { $gt: new Date() } }',
      'invitations that are over wait for their address',
    ],
    [
      '    .filter(({ role }, index) => mayStillBeGiven(role, held[index]))\n',
      '',
      'invitations that are no longer good wait for their address',
    ],
    [
      "      if (await isMember()) await endInvitation(actorFor(person, doc), doc._id, 'revoke')\n      else await join(person, doc)",
      '      await join(person, doc)',
      'who came in another way keeps two seats',
      [suites.invitations, suites.tenants],
    ],
    [
      '  await requireGood(doc)\n  return doc.email',
      '  return doc.email',
      'an invitation that is over proves an address',
      [suites.join, suites.invitations],
    ],
    [
      "  if (doc.state !== 'accepted') await requireGood(doc)\n",
      '',
      'an expired invitation is shown as if it were open',
    ],
  ),
  ...breaksOf(
    'invitations',
    'packages/core/src/tenants/service/join.ts',
    [suites.join],
    [
      "  await requireStrong(password, { field: 'password', email, name })\n",
      '',
      'an invitation makes an account with any password',
    ],
    [
      "    await recordPersonal({ user, origin }, 'user.email-verified')\n",
      '',
      'the proof by an invitation is not audited',
    ],
    [
      '  return transaction(async () => {',
      '  return await (async (work: () => Promise<never>) => work())(async () => {',
      'an account is made though the invitation was not accepted',
    ],
  ),
  ...breaksOf(
    'invitations',
    'packages/core/src/tenants/service/lists.ts',
    [suites.invitations],
    [
      "{ state: { $in: ['declined' as const, 'revoked' as const, 'expired' as const] } },\n",
      '',
      '“Ended invitations” shows none',
    ],
    [
      "open: [{ state: 'pending' as const, expiresAt: { $gt: now } }]",
      "open: [{ state: 'pending' as const }]",
      'an expired invitation is listed as open',
    ],
  ),
]
