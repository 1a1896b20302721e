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
    ['const actor = await ctx.freshActor()', 'const actor = ctx.actor', 'who was removed goes on listening'],
  ),
]
