// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What is told while something that we stand on is away, and for how long anybody waits. */
export const waits: readonly Break[] = [
  ...breaksOf(
    'waits',
    'packages/db/src/transaction.ts',
    [suites.deadlines],
    [
      '      committing\n        ? new OutcomeUnknown',
      '      false\n        ? new OutcomeUnknown',
      'a commit that hangs is told as not done',
    ],
    [
      '    // Whoever asked has been told that it was not done.\n    deadline?.signal.throwIfAborted()\n',
      '',
      'what was told as not done is done later',
    ],
    [
      '      for (const effect of state?.afterCommit ?? []) start(effect)\n',
      '      return Promise.all((state?.afterCommit ?? []).map((effect) => effect())).then(() => result as Result)\n',
      'a change fails after its commit since what follows could not be queued',
    ],
    [
      '.catch((error: unknown) => report(error))',
      '.catch(() => {})',
      'nobody hears what could not be queued',
    ],
  ),
  ...breaksOf(
    'waits',
    'packages/db/src/deadline.ts',
    [suites.deadlines],
    ['signal: unknownAt(deadline)', 'signal: deadline.signal', 'a write that hangs is told as not done'],
  ),
  ...breaksOf(
    'waits',
    'packages/core/src/kernel/deadline.ts',
    [suites.deadline],
    ['      grace = setTimeout(reject, graceMs, told)\n', '', 'what does not heed its deadline has none'],
  ),
  ...breaksOf(
    'waits',
    'packages/core/src/identity/service/limits.ts',
    [suites.deadlines],
    ['const patienceMs = 250', 'const patienceMs = 20_000', 'a silent Redis takes the time of every request'],
  ),
  ...breaksOf(
    'waits',
    'packages/providers/src/s3.ts',
    [suites.deadlines],
    [
      'const signals = [own, currentDeadline()?.signal].filter',
      'const signals = [own].filter',
      'a silent object store is waited for beyond the request',
    ],
    [
      '    throw new Away(`The object store did not answer: ${(error as Error).message}`, { cause: error })\n',
      '    throw error\n',
      'a silent object store is told as a fault of ours',
    ],
  ),
  ...breaksOf(
    'waits',
    'packages/providers/src/stripe/errors.ts',
    [suites.deadlines],
    [
      "return await answeredInTime(asked, longestMs, 'Stripe')",
      'return await asked',
      'a silent Stripe is waited for beyond the request',
    ],
  ),
  ...breaksOf(
    'waits',
    'packages/core/src/billing/service/stripe-errors.ts',
    [suites.billing],
    [
      '    if (!(error instanceof StripeUnavailable)) throw error\n',
      '    throw error\n',
      'an outage of Stripe is told as a fault of ours',
    ],
  ),
  ...breaksOf(
    'waits',
    'packages/api/src/trpc.ts',
    [suites.deadlines],
    [
      'const ms = meta?.callsStripe ? BILLING_TIMEOUT_MS : REQUEST_TIMEOUT_MS',
      'const ms = BILLING_TIMEOUT_MS',
      'every call waits as long as a payment',
    ],
  ),
  ...breaksOf(
    'waits',
    'packages/api/src/http/problem.ts',
    [suites.deadlines],
    ['  if (isAway(cause)) return', '  if (false) return', 'what is away is told as wrong'],
  ),
  ...breaksOf(
    'waits',
    'packages/api/src/http/refuse.ts',
    [suites.problems],
    [
      "    headers.set('retry-after', String(failure.details.retryAfterSeconds))\n",
      '',
      'no answer says when to come back',
    ],
    [
      'if (!c.req.path.startsWith(trpcPrefix)) {',
      'if (true) {',
      'the tRPC client cannot read a refusal of the door',
    ],
    ['{ length: Math.min(calls, maxBatch) }', '{ length: 1 }', 'a batch is refused once for all its calls'],
    [
      "  if (error instanceof MethodNotAllowed) headers.set('allow', error.allow)\n",
      '',
      '405 does not say what is taken',
      [suites.rest],
    ],
  ),
  ...breaksOf(
    'waits',
    'apps/web/src/api/as-told.ts',
    [suites.asTold],
    [
      '(unknown && !given.twiceIsOnce)',
      'false',
      'a change is made twice when nobody knows whether it was made',
    ],
    [
      '      await (given.wait ?? pause)(seconds, given.signal)\n',
      '',
      'the console does not wait as it was told',
    ],
    [
      "const passing = code === 'rate_limited' || code === 'unavailable'",
      "const passing = code === 'unavailable'",
      'a drop of 60 files stops half-way',
    ],
  ),
  ...breaksOf(
    'waits',
    'apps/web/src/api/refusal.ts',
    [suites.refusal],
    [
      '(error instanceof SyntaxError || error.cause instanceof SyntaxError)',
      'false',
      'an answer of somebody in between is told as no connection',
    ],
    [
      'const problem = [error, data].find(isProblem)',
      'const problem = undefined as Problem | undefined',
      'the console reads no problem of REST or sign-in',
    ],
  ),
  ...breaksOf(
    'waits',
    'apps/web/src/server/pages.ts',
    [suites.pages],
    [
      'if (status !== 500 || !page.unavailable)',
      'if (true)',
      'a page that lacks what is away says that it is wrong',
    ],
    [
      "      response.setHeader('retry-after', retryAfterSeconds)\n",
      '',
      'a page does not say when to come back',
    ],
  ),
]
