import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What a page does for whom it was made. */
export const pages: readonly Break[] = [
  ...breaksOf(
    'pages',
    'packages/core/src/access/resolve.ts',
    [suites.madeFor],
    [
      '  requireMadeFor(headers, { person: madeForNone, session: madeForNone })\n  const tenant',
      '  const tenant',
      'a page made for a person acts by a key',
    ],
  ),
]
