// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What the console keeps, shows and repeats; its pages are held by the end-to-end tests. */
export const ofTheConsole: readonly Break[] = [
  ...breaksOf(
    'console',
    'apps/web/src/patterns/drafts.ts',
    [suites.drafts],
    ['.filter(([field]) => !isSecret(field))', '', 'a password is kept in the tab'],
    [
      '        if (key.startsWith(prefix)) sessionStorage.removeItem(key)\n',
      '',
      'whoever comes next finds what was typed',
    ],
    [
      '        : sessionStorage.removeItem(key),\n',
      '        : null,\n',
      'a draft that was emptied comes back',
    ],
    ['!Array.isArray(draft) ? (draft as Draft)', 'true ? (draft as Draft)', 'what is no draft breaks a form'],
  ),
  ...breaksOf(
    'console',
    'packages/core/src/platform/service/queues.ts',
    [suites.retry],
    [
      'const retrial = retrials.get(job.name)',
      'const retrial = retrials.get(`${job.name}?`)',
      '“Retry” of a failed image does nothing',
    ],
    [
      "  if (how === 'anew') await job.remove()\n  else await",
      '  await',
      'a job that was begun anew runs twice',
    ],
  ),
  ...breaksOf(
    'console',
    'packages/core/src/files/service/retrials.ts',
    [suites.retry],
    [
      "if (file.state !== 'failed') throw nothingLeft(`Its file is ${file.state} by now.`)",
      '',
      'a file that is ready is said to be tried again',
    ],
  ),
  ...breaksOf(
    'console',
    'packages/core/src/notifications/service/retrials.ts',
    [suites.retry],
    [
      "    if (mail.state === 'sent') throw nothingLeft('Its mail was sent by now.')\n",
      '',
      'a mail that was sent is said to be sent again',
    ],
  ),
  ...breaksOf(
    'console',
    'packages/core/src/files/service/uploads-by-day.ts',
    ['packages/core/test/files/uploads-by-day.int.test.ts'],
    ['timezone: timeZone', "timezone: 'UTC'", 'a day of the home chart is not the tenant’s own'],
  ),
  ...breaksOf(
    'console',
    'packages/core/src/audit/service/log.ts',
    [suites.audit],
    [
      "...(search && containing(search, ['actor.name', 'target.name'])),\n",
      '',
      'the audit log is not searched',
    ],
  ),
  ...breaksOf(
    'console',
    'apps/web/src/features/tenants/person.ts',
    [suites.person],
    [
      'people.invitations.filter(isPending)',
      'people.invitations',
      'an invitation stands beside the member that it became',
    ],
    [
      "fold(`${name ?? ''} ${email}`).includes(search)",
      "`${name ?? ''} ${email}`.includes(search)",
      'people are found in one spelling alone',
    ],
  ),
  ...breaksOf(
    'console',
    'apps/web/src/patterns/quantity.ts',
    [suites.quantity],
    ["de: 'en-DE'", "de: 'de'", 'an English page has German dates'],
    [
      "const units = ['B', 'kB', 'MB', 'GB', 'TB']",
      "const units = ['B', 'kB', 'kkB', 'kkkB', 'TB']",
      'sizes are in units that nobody knows',
    ],
  ),
]
