// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What strangers can have mailed, how often, and what they can make it say. */
export const mails: readonly Break[] = [
  ...breaksOf(
    'mails',
    'packages/core/src/notifications/allowance.ts',
    [suites.allowances],
    ['      max: perHour,\n', '      max: 1_000,\n', 'an address is mailed without end within an hour'],
    ['      max: perDay[kind],\n', '      max: 1_000,\n', 'an address is mailed without end within a day'],
    ['return [ofTenant, ...ofAddress]', 'return ofAddress', 'a tenant invites without end'],
    ['(again ? againPerHour : null)', 'null', 'the log of mails sends again without end'],
    ['to.toLowerCase()', 'to + Math.random()', 'an address spelt otherwise is counted apart'],
  ),
  ...breaksOf(
    'mails',
    'packages/core/src/notifications/names.ts',
    [suites.names],
    ["    .replace(/[\\p{Cc}\\p{Zl}\\p{Zp}]+/gu, ' ')\n", '', 'a name begins a new line in a mail'],
    [
      "    .replace(/\\p{Default_Ignorable_Code_Point}|\\p{Cf}/gu, (sign) => (joiners.test(sign) ? sign : ''))\n",
      '',
      'a name hides or turns what it says',
    ],
    ["    .replace(hiding, '')\n", '', 'a joiner hides an address'],
    [
      "    .replace(/([/\\\\\\uff0f\\uff3c])[/\\\\\\uff0f\\uff3c]+/gu, '$1')\n",
      '',
      'a name holds two slashes',
    ],
    ['    .replace(/(?<=[\\p{L}\\p{N}])[:\\uff1a](?=[^\\s])/gu, apart)\n', '', 'a name begins like a scheme'],
    ["    .replace(/(?<=\\S)[@\\uff20](?=\\S)/gu, ' @ ')\n", '', 'a name is an address of mail'],
    ['    .replace(linkDots, apart)\n', '', 'a name is a link'],
    ['    .replace(linkDots, apart)\n', "    .replace(linkDots, ' dot ')\n", 'an honest name cannot be read'],
    [
      '.replace(ipAddress, (address) => address.replace(anyDot, apart))',
      '',
      'a name is an address of a machine',
    ],
  ),
  ...breaksOf(
    'mails',
    'packages/core/src/notifications/render.ts',
    [suites.render],
    [
      "  plainNames(variables.parse(given), link.kind === 'told' ? link.variable : null)",
      '  variables.parse(given)',
      'names in mails are as strangers chose them',
    ],
    ['options: { uppercase: false }', 'options: { uppercase: true }', 'names lose their case in plain text'],
  ),
  ...breaksOf(
    'mails',
    'packages/core/src/notifications/templates/invitation.tsx',
    [suites.render],
    [
      '`You are invited to ${clipped(tenantName)} on Insula`',
      '`${tenantName}`',
      'whoever invites writes the subject',
    ],
  ),
  ...breaksOf(
    'mails',
    'packages/core/src/tenants/service/tenant.ts',
    [suites.allowances],
    ['      await claimFreeTenant(person.user.id)\n', '', 'free tenants are founded without end'],
    [
      '    await FounderModel.updateOne({ _id: userId }, { $inc: { founded: 1 } }, { upsert: true })\n',
      '',
      'free tenants that are founded at once are not counted',
    ],
    ["createdBy: userId, planId: 'free' }", 'createdBy: userId }', 'paid tenants count among the free'],
  ),
  ...breaksOf(
    'mails',
    'packages/core/src/notifications/service/queue.ts',
    [suites.mails],
    ['    if (told) return told._id\n', '', 'one cause is told twice'],
  ),
  ...breaksOf(
    'mails',
    'packages/core/src/notifications/wording.ts',
    [suites.wordings],
    ["replace(/-.*/, '')", "replace(/_.*/, '')", 'a German of Switzerland is not spoken to in German'],
    ['faultIn(template, row) === null', 'row.body', 'what no longer fits takes the place of what does'],
  ),
  ...breaksOf(
    'mails',
    'packages/core/src/notifications/wording.ts',
    [suites.render],
    [' || faultIn(template, wording)) return', ') return', 'words that no longer fit are sent'],
    [
      '    unlinked(cleaned(text.replaceAll',
      '    (cleaned(text.replaceAll',
      'words and a name make a link together',
    ],
  ),
]
