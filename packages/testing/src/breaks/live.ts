import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What open pages are told. */
export const live: readonly Break[] = [
  ...breaksOf(
    'live',
    'packages/api/src/events/router.ts',
    [suites.live],
    [
      'if (needed && actor.permissions.has(needed)) yield',
      'yield',
      'events reach those who may not see them',
    ],
    ['await ctx.recentActor()', 'await ctx.actor', 'who was removed goes on listening'],
  ),
  ...breaksOf(
    'live',
    'packages/api/src/context.ts',
    [suites.live],
    ['at - lately.at >= askedAgainMs', 'false', 'who was removed goes on listening for as long as they like'],
    [
      'if (!lately || at - lately.at >= askedAgainMs) lately',
      'lately',
      'each hint asks again who may see it',
    ],
  ),
  ...breaksOf(
    'live',
    'packages/providers/src/live.ts',
    [suites.liveAway],
    ["    .on('close', endAll)\n", '', 'pages that may have missed a hint never read anew'],
    [
      "await answeredInTime(join(channel, page), joiningMs, 'Redis')",
      'void join(channel, page)',
      'a page is told that it listens when it does not',
    ],
  ),
]
