import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** Stored data goes from one release to the next once, whole, and by one at a time. */
export const migrations: readonly Break[] = [
  ...breaksOf(
    'migrations',
    'packages/db/src/migrations/migrate.ts',
    [suites.migrate],
    [
      'const place = { _id, owner, step',
      'const place = { _id, step',
      'who was taken over commits a batch twice',
    ],
    ['  await waitForLease(db, { owner, leaseMs, waitMs, note, signal })\n', '', 'two migrate at once'],
    [
      'const reached = after === null ? stepDone',
      'const reached = after !== null ? stepDone',
      'the rows after the first batch are left as they were',
    ],
    ['  if (before?.session) await', '  if (false) await', 'what a killed one had under way is waited for'],
    [
      '      signal.throwIfAborted()\n      const step',
      '      const step',
      'one that is asked to stop goes on',
    ],
  ),
  ...breaksOf(
    'migrations',
    'packages/db/src/migrations/lease.ts',
    [suites.migrate],
    ["{ $lte: ['$until', '$$NOW'] }", "{ $gte: ['$until', '$$NOW'] }", 'a lease that is held is taken'],
    [
      'deleteOne({ _id: leaseId, owner })',
      'deleteOne({ _id: leaseId })',
      'who leaves ends the lease of another',
    ],
  ),
  ...breaksOf(
    'migrations',
    'packages/db/src/migrations/records.ts',
    [suites.migrate],
    ['  if (!isFresh) return pending\n', '', 'data of an older release is taken for migrated'],
    ['find({ finishedAt: { $ne: null } })', 'find({})', 'a migration that was killed is taken for done'],
  ),
  ...breaksOf(
    'migrations',
    'packages/db/src/migrations/migration.ts',
    [suites.migrate],
    [
      'if (there.has(to) && (await holds(to))) {',
      'if (false) {',
      'rows are lost under a collection that is renamed',
    ],
  ),
  ...breaksOf(
    'migrations',
    'packages/core/src/wiring/start-up.ts',
    [suites.migrated],
    ['    await requireMigrated()\n', '', 'a process works on data that it misreads'],
  ),
]
