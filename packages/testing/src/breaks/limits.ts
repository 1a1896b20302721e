import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What counts before it acts. */
export const limits: readonly Break[] = [
  ...breaksOf(
    'limits',
    'packages/core/src/kernel/claims.ts',
    [suites.tenants],
    ['used: { $lte: limit - amount } }', 'used: { $lte: limit } }', 'one more than the plan has'],
    ['if (claimed.modifiedCount === 1) return', 'return', 'no plan has an end'],
    ['{ $inc: { used: amount } }', '{ $inc: { used: 0 } }', 'nothing is counted'],
    ['$max: [0, { $add', '$max: [-1000, { $add', 'room grows by giving back twice', [suites.gates]],
  ),
  ...breaksOf(
    'limits',
    'packages/api/src/http/shield.ts',
    [suites.gates],
    ['if (consumed && !consumed.allowed) {', 'if (false) {', 'rate limits never refuse'],
    ['retryAfterSeconds: seconds,', '', 'nobody is told when to come back'],
    ['if (changes(c.req.method) && foreign) {', 'if (false) {', 'pages of other origins change things'],
    ["|| site === 'cross-site'", '', 'a page of another site without an origin changes things'],
    ['if (!address) throw unknownCaller()', '', 'who has no address is never counted'],
  ),
  ...breaksOf(
    'limits',
    'packages/core/src/notifications/allowance.ts',
    [suites.allowances, suites.mails],
    ['if (taken.modifiedCount === 1) return null', 'return null', 'mails to one address never end'],
  ),
  ...breaksOf(
    'limits',
    'packages/core/src/identity/service/limits.ts',
    [suites.guesses, suites.credentials],
    [
      'const guessRule = { max: 10, window: 900 }',
      'const guessRule = { max: 10_000, window: 900 }',
      'passwords are guessed without end',
    ],
    [
      '  if (consumed.retryAfter === null) return\n',
      '  return\n',
      'one network asks without end',
      [suites.guesses],
    ],
  ),
]
