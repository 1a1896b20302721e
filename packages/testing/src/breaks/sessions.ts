import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What opens, holds and ends a session. */
export const sessions: readonly Break[] = [
  ...breaksOf(
    'sessions',
    'packages/core/src/identity/service/sessions.ts',
    [suites.gates],
    ['token: hashOf(token),', 'token,', 'session tokens are stored in the clear'],
  ),
  ...breaksOf(
    'sessions',
    'packages/core/src/wiring/asker.ts',
    [suites.callers],
    ['{ $match: { token } }', '{ $match: {} }', 'any token opens any session'],
    [
      'if (!session || !user?.emailVerified) return nobody',
      'if (!session || !user) return nobody',
      'who has not proven an address acts',
      [suites.gates],
    ],
    [
      'session.members.find(({ tenantId }) => tenantId === tenant._id)',
      'session.members[0]',
      'everybody is a member of the tenant they name',
      [suites.who],
    ],
  ),
  ...breaksOf(
    'sessions',
    'packages/core/src/wiring/who.ts',
    [suites.callers],
    ['!holder || holder.expiresAt <= now', '!holder', 'expired sessions open'],
  ),
  ...breaksOf(
    'sessions',
    'packages/db/src/who-changed.ts',
    [suites.who],
    [
      'schema.post([...writes], { document: false, query: true }, always(afterWrite))',
      '',
      'what was revoked opens on',
    ],
    ["schema.post('save', always(changed))", '', 'who has just joined is told to be nobody'],
    [
      'return tenants.length > 0 ? tenants : [everybody]',
      'return tenants',
      'a change of all is a change of none',
    ],
  ),
  ...breaksOf(
    'sessions',
    'packages/db/src/transaction.ts',
    [suites.who],
    [
      '      for (const [tell, about] of state?.changed ?? []) await tell([...about])\n',
      '',
      'what was revoked in a transaction opens on',
    ],
  ),
  ...breaksOf(
    'sessions',
    'packages/providers/src/remembered.ts',
    [suites.who],
    [
      'if not since or now < since or now - since > tonumber(ARGV[1]) then return answer end',
      '',
      'what is remembered never ends',
    ],
    ['if changed and tonumber(changed) >= since then return answer end', '', 'nothing is forgotten'],
  ),
  ...breaksOf(
    'sessions',
    'packages/core/src/identity/service/cookies.ts',
    [suites.doors],
    [
      'given.length === expected.length && timingSafeEqual(given, expected) ? token : null',
      'token',
      'any signature opens a session',
    ],
    ['HttpOnly; SameSite=Lax', 'SameSite=Lax', 'scripts read the session'],
    ['HttpOnly; SameSite=Lax', 'HttpOnly; SameSite=None', 'other sites send the session'],
  ),
  ...breaksOf(
    'sessions',
    'packages/core/src/identity/service/password.ts',
    [suites.credentials],
    ['    await endAllSessions(user.id)\n', '', 'a stolen session outlives a reset'],
    ['    await endOtherSessions(person)\n', '', 'a stolen session outlives a change of password'],
    [
      '    await setPassword(user.id, passwordHash)\n    await endAllSessions(user.id)\n    await endLinks(user)\n',
      '    await setPassword(user.id, passwordHash)\n    await endAllSessions(user.id)\n',
      'another reset link outlives a reset',
    ],
    ['expiresAt: { $gt: now }, $or', '$or', 'expired reset links open'],
    [
      "  await requireStrong(newPassword, { field: 'newPassword', ...user })\n  const passwordHash = await hashPassword(newPassword)\n  await transaction(async () => {\n    // On",
      '  const passwordHash = await hashPassword(newPassword)\n  await transaction(async () => {\n    // On',
      'password rules are off on change',
    ],
    [
      "  await requireStrong(newPassword, { field: 'newPassword', ...user })\n  const passwordHash = await hashPassword(newPassword)\n  await transaction(async () => {\n    const used",
      '  const passwordHash = await hashPassword(newPassword)\n  await transaction(async () => {\n    const used',
      'password rules are off on reset',
    ],
    [
      'right: stored !== null && (await verifyPassword(stored, currentPassword))',
      'right: stored !== null',
      'any current password will do',
    ],
    [
      "    await recordPersonal(person, 'user.password-changed')\n",
      '',
      'a change of password is not audited',
    ],
  ),
  ...breaksOf(
    'sessions',
    'packages/core/src/identity/service/sign-in.ts',
    [suites.guesses, suites.signUp, suites.credentials],
    ['if (!right || stored === null) {', 'if (stored === null) {', 'any password opens'],
    ['  await guess.giveBack()\n', '', 'signing in locks one out'],
    [
      "    await recordPersonal({ user: known.user, origin }, 'user.signed-in')\n",
      '',
      'signing in is not audited',
    ],
  ),
]
