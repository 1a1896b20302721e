import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What is sealed, hashed or blanked. */
export const secrets: readonly Break[] = [
  ...breaksOf(
    'secrets',
    'packages/core/src/notifications/seal.ts',
    [suites.seal],
    ['    .setAAD(Buffer.from(mailId))\n', '', 'a sealed link opens in another mail'],
    ['keyOf(secret), bytes.subarray', "keyOf('x'), bytes.subarray", 'links open under another secret'],
  ),
  ...breaksOf(
    'secrets',
    'packages/core/src/notifications/service/send.ts',
    [suites.mails],
    [
      'sentAt: now, dueAt: null, sealedLink: null,',
      'sentAt: now, dueAt: null,',
      'secrets are kept in mails that were sent',
    ],
    ['{ dueAt: null, sealedLink: null,', '{ dueAt: null,', 'secrets are kept in mails that were given up'],
  ),
  ...breaksOf(
    'secrets',
    'packages/core/src/notifications/service/log.ts',
    [suites.mailLog],
    [
      "secretLink: '#secret-link-hidden'",
      "secretLink: mail.sealedLink ?? '#'",
      'the log of mails shows what is sealed',
    ],
  ),
  ...breaksOf(
    'secrets',
    'packages/core/src/kernel/log.ts',
    [suites.gates],
    ["  'authorization',\n", '', 'logs hold keys'],
    ["  'cookie',\n", '', 'logs hold cookies'],
    ["  'password',\n", '', 'logs hold passwords'],
    ["  'token',\n", '', 'logs hold tokens'],
    ["  'secret',\n", '', 'logs hold secrets'],
    ['[name, `', '[`', 'logs hold what lies at the top'],
  ),
  ...breaksOf(
    'secrets',
    'packages/core/src/kernel/secret.ts',
    [suites.credentials],
    ["createHash('sha256').update(secret).digest('base64url')", 'secret', 'tokens are stored in the clear'],
  ),
]
