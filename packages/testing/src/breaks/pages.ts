import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What a page does for whom it was made. */
export const pages: readonly Break[] = [
  ...breaksOf(
    'pages',
    'packages/core/src/wiring/who.ts',
    [suites.madeFor],
    [
      '  requireMadeFor(headers, { person: madeForNone, session: madeForNone })\n  const tenant',
      '  const tenant',
      'a page made for a person acts by a key',
    ],
  ),

  ...breaksOf(
    'pages',
    'packages/api/src/context.ts',
    [suites.madeFor],
    [
      "    if (typeof said === 'string') headers.set(name, said)\n",
      '',
      'an event stream heeds no page’s maker',
    ],
    [
      'resolveActor(headers, origin, resolve)',
      'resolveActor(headers, origin, once)',
      'an open stream never looks again',
      [suites.live, suites.madeFor],
    ],
  ),
  ...breaksOf(
    'pages',
    'packages/api/src/events/router.ts',
    [suites.madeFor],
    [
      '    if (actor.id !== ctx.actor.id || actor.tenantId !== ctx.actor.tenantId) return\n',
      '',
      'an open stream goes on into another tenant',
    ],
  ),
]
