// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
/** One line broken on purpose, and the test files that must notice it. */
export interface Break {
  kind: string
  /** From the repository's root. */
  file: string
  /** Stands in the file exactly once. */
  from: string
  to: string
  /** What an unnoticed break would let happen. */
  why: string
  tests: readonly string[]
  /** Why no test notices it; one that is listed so is told, and counted as unnoticed. */
  survives?: string
}

const tests = {
  tenancy: 'packages/db/test/tenancy.int.test.ts',
  callers: 'packages/api/test/callers.int.test.ts',
  isolation: 'packages/api/test/isolation.int.test.ts',
  traces: 'packages/api/test/traces.int.test.ts',
  live: 'packages/api/test/live.int.test.ts',
  words: 'packages/api/test/stored-words.int.test.ts',
  madeFor: 'packages/api/test/made-for.int.test.ts',
  stripe: 'packages/api/test/stripe-webhook.int.test.ts',
  gates: 'packages/api/test/gates.int.test.ts',
  grants: 'packages/core/test/grants.int.test.ts',
  invitations: 'packages/core/test/invitations.int.test.ts',
  tenants: 'packages/core/test/tenants.int.test.ts',
  mails: 'packages/core/test/mails.int.test.ts',
  mailLog: 'packages/core/test/mail-log.int.test.ts',
  allowances: 'packages/core/test/allowances.int.test.ts',
  files: 'packages/core/test/files.int.test.ts',
  seal: 'packages/core/src/notifications/seal.test.ts',
  presign: 'packages/providers/src/presign.test.ts',
  password: 'packages/core/src/identity/password.test.ts',
  signUp: 'packages/api/test/identity-sign-up.int.test.ts',
  guesses: 'packages/api/test/identity-guesses.int.test.ts',
  credentials: 'packages/api/test/identity-password.int.test.ts',
  doors: 'packages/api/test/identity-doors.int.test.ts',
}

/** Breaks of one file, all noticed by the same tests unless one says otherwise. */
const of = (
  kind: string,
  file: string,
  noticedBy: readonly string[],
  ...given: [from: string, to: string, why: string, noticedBy?: readonly string[]][]
): Break[] => given.map(([from, to, why, own]) => ({ kind, file, from, to, why, tests: own ?? noticedBy }))

/** What guards, broken line by line. `npm run mutants` tries each. */
export const breaks: readonly Break[] = [
  {
    kind: 'invitations',
    file: 'packages/core/src/tenants/service/acceptance.ts',
    from: '  if (taken.modifiedCount !== 1) throw spent()\n',
    to: '',
    why: 'one invitation makes two members',
    tests: [tests.tenants, tests.invitations],
    survives:
      'Two acceptances meet in a write conflict on the tenant’s row and at the unique index of members before this line is asked.',
  },
  ...of(
    'tenancy',
    'packages/db/src/tenancy.ts',
    [tests.tenancy],
    [
      "typeof value === 'string' && value.startsWith('ten_')",
      'true',
      'the tenant guard lets everything through',
    ],
    [
      "if (!isExcused(this) && !isTenant(tenantId)) throw missing(this.model.modelName, 'query')",
      '',
      'queries need no tenant',
    ],
    ['    refuseOtherOwner(this, tenantId)\n', '', 'a change may hand a row over'],
    ["  'deleteMany',\n", '', 'deleteMany needs no tenant'],
    ["  'distinct',\n", '', 'distinct needs no tenant'],
    ["  'findOneAndReplace',\n", '', 'findOneAndReplace needs no tenant'],
    ["  'countDocuments',\n", '', 'countDocuments needs no tenant'],
    [
      "if (!isExcused(this)) throw missing(this.model.modelName, 'estimatedDocumentCount')",
      '',
      'all tenants are counted',
    ],
    ["if (!named) throw missing(this.model().modelName, 'aggregate')", '', 'aggregations need no tenant'],
    ["throw missing('document', 'insertMany')", 'continue', 'insertMany files rows under nobody'],
    ["if (!belongs(tenantId)) throw missing('document', 'save')", '', 'save files rows under nobody'],
    [
      'if (!this.isNew) this.$where = { ...this.$where, tenantId }',
      '',
      'a document is changed by its id alone',
    ],
    ["schema.pre('bulkWrite', always(beforeBulkWrite))", '', 'bulkWrite is open'],
    [
      "Object.assign(hook, { [Symbol.for('mongoose:built-in-middleware')]: true })",
      'hook',
      'an option turns the guard off',
    ],
    ['if (tenantId !== owner) throw handedOver', '', 'a replacement hands a row over'],
    [
      "const may = operator === '$set' || operator === '$setOnInsert'",
      'const may = true',
      '$unset takes the tenant away',
    ],
    ["(operator === '$rename' && isOwnerPath(value))", 'false', '$rename overwrites the tenant'],
    ["const reaching = ['$lookup', ", 'const reaching = [', '$lookup reaches into another tenant'],
    ["name === '$facet' ? ", "name === '$none' ? ", 'a join hides in a $facet'],
    [
      "if (name === '$unset') return [fields].flat().some(isOwnerPath)",
      "if (name === '$unset') return false",
      'a pipeline takes the tenant away',
    ],
  ),
  ...of(
    'gates',
    'packages/core/src/access/actor.ts',
    [tests.callers],
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
  ...of(
    'gates',
    'packages/api/src/trpc.ts',
    [tests.callers],
    ['    requirePermission(actor, permission)\n', '', 'the gate of a tenant asks for nothing'],
    [
      '    requirePlatform(person.user.platformRole, permission)\n',
      '',
      'the gate of the platform asks for nothing',
    ],
  ),
  ...of(
    'gates',
    'packages/core/src/access/resolve.ts',
    [tests.callers],
    [
      "throw new Refusal('forbidden', 'This needs a person who is signed in; an API key cannot do it.')",
      '',
      'an API key acts as a person',
    ],
    [
      '  const key = bearerOf(headers)\n  if (!key) return',
      '  const key = bearerOf(headers)\n  if (headers.has("cookie") || !key) return',
      'a cookie counts more than the key',
      [tests.gates],
    ],
    [
      "throw new Refusal('forbidden', 'You are not a member of this tenant any more. Switch to another one.')",
      "return { kind: 'user', id: person.user.id, name: person.user.name, tenantId, role: 'owner', permissions: new Set(permissionsOf('owner')), origin: person.origin }",
      'who was removed acts on',
    ],
    [
      'permissions: new Set(permissionsOf(role))',
      "permissions: new Set(permissionsOf('owner'))",
      'every member acts as an owner',
    ],
    [
      'MemberModel.findOne({ tenantId, userId: person.user.id }).lean()',
      'MemberModel.findOne({ tenantId }).lean()',
      'everybody is a member of the tenant they name',
    ],
    [
      'if (said !== null && said !== now[what]) throw sessionMismatch()',
      '',
      'a page acts for another person',
      [tests.madeFor],
    ],
    [
      'if (tenant !== null && tenant !== actor.tenantId) throw tenantMismatch()',
      '',
      'a key acts in another tenant than was meant',
      [tests.madeFor, tests.isolation],
    ],
    [
      'if (tenant !== null && !(await worksIn(person, tenant))) throw tenantMismatch()',
      '',
      'a page acts in another tenant',
      [tests.madeFor, tests.isolation],
    ],
  ),
  ...of(
    'sessions',
    'packages/core/src/identity/service/sessions.ts',
    [tests.gates],
    ['token: hashOf(token),', 'token,', 'session tokens are stored in the clear'],
  ),
  ...of(
    'sessions',
    'packages/core/src/identity/session.ts',
    [tests.callers],
    ['session.expiresAt <= now', 'false', 'expired sessions open'],
    [
      'SessionModel.findOne({ token: hashOf(token) }).lean()',
      'SessionModel.findOne({}).lean()',
      'any token opens any session',
    ],
    [
      'if (!user?.emailVerified) throw signInFirst()',
      'if (!user) throw signInFirst()',
      'who has not proven an address acts',
      [tests.gates],
    ],
  ),
  ...of(
    'sessions',
    'packages/core/src/identity/cookies.ts',
    [tests.callers],
    [
      'given.length === expected.length && timingSafeEqual(given, expected) ? token : null',
      'token',
      'any signature opens a session',
      [tests.doors],
    ],
    ['HttpOnly; SameSite=Lax', 'SameSite=Lax', 'scripts read the session', [tests.doors]],
    ['HttpOnly; SameSite=Lax', 'HttpOnly; SameSite=None', 'other sites send the session', [tests.doors]],
  ),
  ...of(
    'sessions',
    'packages/core/src/identity/service/password.ts',
    [tests.credentials],
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
  ...of(
    'sessions',
    'packages/core/src/identity/service/sign-in.ts',
    [tests.guesses, tests.signUp, tests.credentials],
    ['if (!right || stored === null) {', 'if (stored === null) {', 'any password opens'],
    ['  await guess.giveBack()\n', '', 'signing in locks one out'],
    [
      "    await recordPersonal({ user: known.user, origin }, 'user.signed-in')\n",
      '',
      'signing in is not audited',
    ],
  ),
  ...of(
    'keys',
    'packages/core/src/access/api-keys.ts',
    [tests.callers],
    ['(doc.expiresAt && doc.expiresAt <= new Date())', 'false', 'expired keys open'],
    [
      'ApiKeyModel.findOne({ secretHash: hashOf(secret), revokedAt: null }).lean(),\n',
      'ApiKeyModel.findOne({ secretHash: hashOf(secret) }).lean(),\n',
      'revoked keys open',
    ],
    [
      '    permissions: held,\n',
      "    permissions: new Set(doc.scopes.concat('api-keys:write', 'members:write', 'billing:manage')) as never,\n",
      'keys are escalated',
    ],
    [
      "    kind: 'api-key',\n    id: doc._id,\n    name: doc.name,\n    tenantId: doc.tenantId,\n    role: null,",
      "    kind: 'user',\n    id: doc._id,\n    name: doc.name,\n    tenantId: doc.tenantId,\n    role: 'owner',",
      'a key acts as a person',
      [tests.gates],
    ],
    [
      "    await requireMayGive(actor, 'api-keys:write', input.scopes)\n",
      '',
      'a key gets scopes its maker lacks',
      [tests.grants],
    ],
    [
      'secretHash: hashOf(secret),\n        scopes',
      'secretHash: secret,\n        scopes',
      'keys are stored in the clear',
      [tests.gates],
    ],
    [
      "await claim(actor.tenantId, 'api-keys', 1)",
      '',
      'there are more keys than the plan has',
      [tests.gates],
    ],
    ['    await endGiven(actor, apiKeyId)\n', '', 'what a revoked key made lives on', [tests.grants]],
    [
      'expiresAt: await endOf(actor, input.expiresInDays),',
      'expiresAt: null,',
      'a key never ends',
      [tests.gates],
    ],
    ['secret.endsWith(`_${checksumOf(body)}`)', 'true', 'a typo costs a look-up', [tests.gates]],
  ),
  ...of(
    'keys',
    'packages/core/src/access/grants.ts',
    [tests.grants],
    [
      'key.scopes.includes(one) && held.has(one)',
      'key.scopes.includes(one)',
      'a key outlives what its maker holds',
    ],
    ['wanted.find((one) => !held.has(one))', 'undefined', 'anything is given'],
    ['requirePermission({ ...actor, permissions: held }, permission)', '', 'who may not give gives'],
  ),
  ...of(
    'invitations',
    'packages/core/src/tenants/service/acceptance.ts',
    [tests.tenants, tests.invitations, tests.grants],
    [
      "if (doc.state !== 'pending' || doc.expiresAt <= new Date()) throw spent()",
      "if (doc.state !== 'pending') throw spent()",
      'expired invitations are accepted',
      [tests.gates],
    ],
    [
      'person.user.email === doc.email && person.user.emailVerified',
      'person.user.emailVerified',
      'anybody accepts',
    ],
    [
      'person.user.email === doc.email && person.user.emailVerified',
      'person.user.email === doc.email',
      'an unproven address accepts',
      [tests.gates],
    ],
    [
      'given.length > 0 && given.every((permission) => held.has(permission))',
      'true',
      'a demoted giver still makes an owner',
      [tests.grants],
    ],
    [
      '  const doc = person.user.emailVerified\n',
      '  const doc = true\n',
      'an unproven address finds invitations',
      [tests.gates],
    ],
  ),
  ...of(
    'invitations',
    'packages/core/src/tenants/service/invitations.ts',
    [tests.tenants, tests.invitations, tests.grants],
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
  ...of(
    'limits',
    'packages/core/src/billing/quota.ts',
    [tests.tenants],
    ['used: { $lte: limit - amount } }', 'used: { $lte: limit } }', 'one more than the plan has'],
    ['if (claimed.modifiedCount === 1) return', 'return', 'no plan has an end'],
    ['{ $inc: { used: amount } }', '{ $inc: { used: 0 } }', 'nothing is counted'],
    ['$max: [0, { $add', '$max: [-1000, { $add', 'room grows by giving back twice', [tests.gates]],
  ),
  ...of(
    'limits',
    'packages/api/src/http/shield.ts',
    [tests.gates],
    ['if (consumed && !consumed.allowed) {', 'if (false) {', 'rate limits never refuse'],
    ['retryAfterSeconds: seconds,', '', 'nobody is told when to come back'],
    ['if (changes(c.req.method) && foreign) {', 'if (false) {', 'pages of other origins change things'],
    ["|| site === 'cross-site'", '', 'a page of another site without an origin changes things'],
    ['if (!address) throw unknownCaller()', '', 'who has no address is never counted'],
  ),
  ...of(
    'limits',
    'packages/core/src/notifications/allowance.ts',
    [tests.allowances, tests.mails],
    ['if (taken.modifiedCount === 1) return null', 'return null', 'mails to one address never end'],
  ),
  ...of(
    'secrets',
    'packages/core/src/notifications/seal.ts',
    [tests.seal],
    ['    .setAAD(Buffer.from(mailId))\n', '', 'a sealed link opens in another mail'],
    ['keyOf(secret), bytes.subarray', "keyOf('x'), bytes.subarray", 'links open under another secret'],
  ),
  ...of(
    'secrets',
    'packages/core/src/notifications/service/send.ts',
    [tests.mails],
    [
      'sentAt: now, dueAt: null, sealedLink: null,',
      'sentAt: now, dueAt: null,',
      'secrets are kept in mails that were sent',
    ],
    [
      "{ state: 'failed', dueAt: null, sealedLink: null,",
      "{ state: 'failed', dueAt: null,",
      'secrets are kept in mails that were given up',
    ],
  ),
  ...of(
    'secrets',
    'packages/core/src/notifications/service/log.ts',
    [tests.mailLog],
    [
      "secretLink: '#secret-link-hidden'",
      "secretLink: mail.sealedLink ?? '#'",
      'the log of mails shows what is sealed',
    ],
  ),
  ...of(
    'secrets',
    'packages/api/src/http/log.ts',
    [tests.gates],
    ["  'authorization',\n", '', 'logs hold keys'],
    ["  'cookie',\n", '', 'logs hold cookies'],
    ["  'password',\n", '', 'logs hold passwords'],
    ["  'token',\n", '', 'logs hold tokens'],
    ["  'secret',\n", '', 'logs hold secrets'],
    ['[name, `', '[`', 'logs hold what lies at the top'],
  ),
  ...of(
    'signatures',
    'packages/providers/src/payments/stripe.ts',
    [tests.stripe],
    ['await verifier.verifyHeaderAsync(body, signature, secret, toleranceSeconds)', '', 'anybody is Stripe'],
    ['secret, toleranceSeconds)', 'secret, 1e9)', 'old calls are played again'],
  ),
  ...of(
    'signatures',
    'packages/core/src/billing/stripe/receive.ts',
    [tests.stripe],
    ['if (event.live !== payments().live)', 'if (false)', 'live events count with a test key'],
    ['if (event.accountId !== null)', 'if (false)', 'events of other accounts count'],
  ),
  ...of(
    'signatures',
    'packages/providers/src/presign.ts',
    [tests.presign],
    [
      'const scope = `${today}/${keys.region}/s3/aws4_request`',
      'const scope = `${today}/x/s3/aws4_request`',
      'addresses are signed for another region',
    ],
    ['`X-Amz-Expires=${seconds}`', '`X-Amz-Expires=604800`', 'addresses never end'],
  ),
  ...of(
    'signatures',
    'packages/providers/src/s3.ts',
    [tests.gates, tests.files],
    [
      "['content-length-range', bytes, bytes]",
      "['content-length-range', 0, 5_000_000_000]",
      'a form takes more than was counted',
    ],
    [
      "Fields: { 'Content-Type': contentType },\n      Conditions: [",
      "Conditions: [['starts-with', '$Content-Type', ''], ",
      'a form takes any type',
      [tests.files],
    ],
  ),
  ...of(
    'passwords',
    'packages/core/src/identity/password.ts',
    [tests.password],
    ['if (length < passwordLength.min) {', 'if (false) {', 'short passwords pass'],
    ['if (await isGuessed(plain, own)) {', 'if (false) {', 'the commonest passwords pass'],
    [
      "if (passwordLengthOf(rest.replaceAll(/[\\s\\p{P}]+/gu, '')) < 6) {",
      'if (false) {',
      'one’s own address passes',
    ],
  ),
  ...of(
    'limits',
    'packages/core/src/identity/limits.ts',
    [tests.guesses, tests.credentials],
    [
      'const guessRule = { max: 10, window: 900 }',
      'const guessRule = { max: 10_000, window: 900 }',
      'passwords are guessed without end',
    ],
    [
      '  if (consumed.retryAfter === null) return\n',
      '  return\n',
      'one network asks without end',
      [tests.guesses],
    ],
  ),
  ...of(
    'secrets',
    'packages/core/src/identity/secret.ts',
    [tests.credentials],
    ["createHash('sha256').update(secret).digest('base64url')", 'secret', 'tokens are stored in the clear'],
  ),
  ...of(
    'audit',
    'packages/core/src/audit/record.ts',
    [tests.traces],
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
      [tests.isolation, tests.words],
    ],
  ),
  ...of(
    'audit',
    'packages/core/src/tenants/service/members.ts',
    [tests.traces],
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
      [tests.tenants],
    ],
  ),
  ...of(
    'audit',
    'packages/core/src/files/service/change.ts',
    [tests.traces],
    ['if (changed.modifiedCount === 0) return', '', 'what changed nothing is audited'],
  ),
  ...of(
    'live',
    'packages/api/src/events/router.ts',
    [tests.live],
    [
      'if (needed && actor.permissions.has(needed)) yield',
      'yield',
      'events reach those who may not see them',
    ],
    ['const actor = await ctx.freshActor()', 'const actor = ctx.actor', 'who was removed goes on listening'],
  ),
  ...of(
    'words',
    'packages/contracts/src/stored.ts',
    [tests.words],
    [
      '  z.string().describe(',
      '  z.enum(words as never).describe(',
      'a word of another release breaks a list',
    ],
    [
      'Object.hasOwn(table, word) ? table[word as keyof Table] : undefined',
      'table[word as keyof Table]',
      'a word is looked up in what every object has',
      ['apps/web/src/features/audit/sentences.test.ts'],
    ],
  ),
]
