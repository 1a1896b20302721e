// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

const apart = (result: string) => `await (async (work: () => Promise<${result}>) => work())(async () => {`

/** What makes an account, proves it, locks it and changes what it is opened with. */
export const account: readonly Break[] = [
  ...breaksOf(
    'account',
    'packages/core/src/identity/service/verify.ts',
    [suites.signUp],
    [
      'browserSecret !== null && hashOf(browserSecret) === pending.browserHash',
      'true',
      'a stranger’s password opens the account that its owner proved',
    ],
    [
      "  if (!same) await requireStrong(password, { field: 'password', email: pending._id, name: pending.name })\n",
      '',
      'the password that is chosen with the proof is not judged',
    ],
    ['{ tokenHash, tokenExpiresAt: { $gt: now } }', '{ tokenHash }', 'an expired proof proves'],
    ["    await recordPersonal({ user, origin }, 'user.email-verified')\n", '', 'a proof is not audited'],
    [
      '  return transaction(async () => {\n    const used',
      `  return ${apart('OpenedSession')}\n    const used`,
      'half a proof is left behind',
      [suites.atomic],
    ],
  ),
  ...breaksOf(
    'account',
    'packages/core/src/identity/service/register.ts',
    [suites.join],
    ['if (before?.emailVerified) {', 'if (false) {', 'an address has two accounts'],
    [
      '    if (before) await remove(before._id)\n',
      '',
      'who never proved an address keeps it',
      [suites.signUp],
    ],
    [
      '    await PendingSignUpModel.deleteMany({ _id: email })\n',
      '',
      'what a stranger set for an address outlives its proof',
    ],
  ),
  ...breaksOf(
    'account',
    'packages/core/src/identity/service/requests.ts',
    [suites.signUp],
    ['    if (user) {\n', '    if (false) {\n', 'a sign-up for a taken address gives its owner no way on'],
    [
      '    if (!mailId) return\n    const tokenExpiresAt',
      '    const tokenExpiresAt',
      'the link that was mailed dies though no other is',
    ],
    [
      '  afterCommit(() => enqueue(identityJobs.answerRequest, { accountRequestId }))\n',
      '  await answerRequest(accountRequestId)\n',
      'the time that it takes tells who is registered',
      [suites.uniform],
    ],
    [
      "    await recordPersonal(owner, 'user.sign-in-failed', {}, at)\n",
      '',
      'wrong passwords are not audited',
      [suites.guesses],
    ],
    [
      "    if (request.locked) await recordPersonal(owner, 'user.locked', {}, at)\n",
      '',
      'a lock is not audited',
      [suites.guesses],
    ],
  ),
  ...breaksOf(
    'account',
    'packages/core/src/identity/service/sign-in.ts',
    [suites.signUp],
    [
      "    await ask('verification', email, origin)\n    throw",
      '    throw',
      'who has not proven the address is left without a link',
    ],
    [
      'await verifyPassword(stored ?? decoy, password)',
      'stored !== null && (await verifyPassword(stored, password))',
      'the time of a sign-in tells who is registered',
      [suites.uniform],
    ],
    [
      '  return transaction(async () => {\n    // Written',
      `  return ${apart('OpenedSession')}\n    // Written`,
      'a session is opened without its entry',
      [suites.atomic],
    ],
  ),
  ...breaksOf(
    'account',
    'packages/core/src/identity/service/password.ts',
    [suites.credentials],
    [
      '    await endOtherSessions(person)\n    await endLinks(user)\n',
      '    await endOtherSessions(person)\n',
      'a reset link outlives a change of password',
    ],
    ['  await forgetGuesses(user.email).catch(() => {})\n', '', 'a reset leaves the account locked'],
    [
      '  const guess = await takeGuess(user.email)\n',
      '  const guess = { last: false, giveBack: async () => {}, judge: <R,>(work: () => Promise<R>) => work() }\n',
      'the current password is guessed without end',
      [suites.guesses],
    ],
    [
      '  await transaction(async () => {\n    // On',
      `  ${apart('void')}\n    // On`,
      'half a change of password is left behind',
      [suites.atomic],
    ],
    [
      '  await transaction(async () => {\n    const used',
      `  ${apart('void')}\n    const used`,
      'half a reset is left behind',
      [suites.atomic],
    ],
    ["await recordPersonal({ user, origin }, 'user.password-reset')", '', 'a reset is not audited'],
  ),
  ...breaksOf(
    'account',
    'packages/core/src/identity/service/profile.ts',
    [suites.atomic],
    ['return transaction(async () => {', `return ${apart('User')}`, 'a name changes without its entry'],
  ),
  ...breaksOf(
    'account',
    'packages/core/src/identity/service/sessions.ts',
    [suites.atomic],
    [
      '  await transaction(async () => {\n    const gone',
      `  ${apart('void')}\n    const gone`,
      'a session ends without its entry',
    ],
    [
      '  await transaction(async () => {\n    const ended',
      `  ${apart('void')}\n    const ended`,
      'the other sessions end without their entry',
    ],
    [
      'findOneAndDelete({ _id: sessionId, userId: person.user.id })',
      'findOneAndDelete({ _id: sessionId })',
      'anybody ends anybody’s session',
      [suites.doors],
    ],
  ),
  ...breaksOf(
    'account',
    'packages/core/src/identity/service/limits.ts',
    [suites.guesses],
    [
      'or reset your password.`,\n      { retryAfterSeconds: seconds },\n',
      'or reset your password.`,\n',
      'a lock does not say when it ends',
    ],
    [
      '          await giveBack().catch(() => {})\n          throw error',
      '          throw error',
      'an outage locks people out',
      [suites.deadlines],
    ],
    [
      'if (!(refused instanceof RateLimiterRes)) throw uncounted()\n    const seconds',
      'if (!(refused instanceof RateLimiterRes)) return { last: false, giveBack: async () => {}, judge: (work) => work() }\n    const seconds',
      'passwords are guessed without end while nobody counts',
      [suites.uncounted],
    ],
    [
      '.catch(() => {\n    throw uncounted()\n  })',
      '.catch(() => ({ allowed: true, retryAfter: null }))',
      'links are asked for without end while nobody counts',
      [suites.uncounted],
    ],
  ),
  ...breaksOf(
    'account',
    'packages/contracts/src/identity/people.ts',
    [suites.guesses],
    [
      "  .normalize('NFKC')\n  .toLowerCase()\n",
      '  .toLowerCase()\n',
      'an address spelt otherwise is guessed apart',
    ],
    [
      "  .normalize('NFKC')\n  .toLowerCase()\n",
      "  .normalize('NFKC')\n",
      'an address in capitals is guessed apart',
    ],
    [
      'export const AddressProof = z.strictObject({',
      'export const AddressProof = z.object({',
      'a route takes what only the library’s knew',
      [suites.routes],
    ],
    [
      "[...segmenter.segment(password.normalize('NFKC'))].length",
      "password.replaceAll(/\\p{Extended_Pictographic}/gu, '').length",
      'fifteen emoji are refused',
      [suites.password],
    ],
  ),
  ...breaksOf(
    'account',
    'packages/api/src/identity/app.ts',
    [suites.routes],
    [
      "  app.all('*', () => {\n",
      "  app.all('*', async (c) => {\n    const { auth } = await import('@insula/core/identity/auth')\n    if (c) return auth().handler(c.req.raw)\n",
      'every endpoint of the library is open',
    ],
    [
      '    app.post(path, async (c) => {\n',
      '    app.all(path, async (c) => {\n',
      'opening a link does what its button does',
    ],
    ['answer(parsed(schema, input), call)', 'answer(input as never, call)', 'anything is taken for a field'],
  ),
  ...breaksOf(
    'account',
    'packages/core/src/identity/service/cookies.ts',
    [suites.cookies],
    ["${overHttps() ? '; Secure' : ''}", '', 'a cookie travels in the clear'],
  ),
  ...breaksOf(
    'account',
    'apps/web/src/features/identity/same-site-path.ts',
    [suites.sameSite],
    [
      ' && URL.canParse(path, base) && new URL(path, base).origin === base',
      '',
      'signing in leads to another site by a path that is read twice',
    ],
    ['url.origin === base && ', '', 'signing in leads to another site'],
  ),
]
