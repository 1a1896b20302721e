// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** How text is stored, compared and shown. */
export const text: readonly Break[] = [
  ...breaksOf(
    'text',
    'packages/contracts/src/text.ts',
    [suites.text],
    [
      "    .string()\n    .normalize('NFC')\n    .trim()\n",
      '    .string()\n    .trim()\n',
      'a name is stored in two forms',
    ],
    [
      "    .refine((text) => text.replace(unseen, '') !== '', given.empty)\n",
      '',
      'a name has nothing to be seen',
    ],
    [
      'export const lengthOf = (text: string) => [...text].length',
      'export const lengthOf = (text: string) => text.length',
      'a character counts as two',
    ],
    [
      '    .refine((text) => !given.refused.test(text), given.message)\n',
      '',
      'a name turns the writing direction',
    ],
    ["    .normalize('NFKD')\n", '', 'a name from a Mac is not found from a keyboard'],
    ['    .toUpperCase()\n', '', 'ß and ss are two'],
    ['.replace(/[æœøđðħłŧþς]/gu, (letter) => spelled[letter] ?? letter)', '', 'ø and o are two'],
    [
      "(mark) => `[U+${mark.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`",
      "() => ''",
      'a mark that turns the writing direction is not shown',
    ],
  ),
  ...breaksOf(
    'text',
    'packages/db/src/folded.ts',
    [suites.search],
    [
      "      const text: unknown = this.get(field)\n      if (typeof text === 'string') this.set",
      '      const text: unknown = this.get(field)\n      if (false) this.set',
      'what is stored now is not found as it is typed',
    ],
    [
      "      const text = changed[field]\n      if (typeof text === 'string') this.set",
      '      const text = changed[field]\n      if (false) this.set',
      'what was renamed is found by its old name',
    ],
    [
      '        changed += folded.modifiedCount\n',
      '        break\n',
      'what was stored before is folded one row at a start',
    ],
  ),
  ...breaksOf(
    'text',
    'packages/core/src/kernel/pages.ts',
    [suites.search],
    ["|${escaped(search.normalize('NFD'))}", '', 'what was stored before is not found composed otherwise'],
    [
      'new RegExp(escaped(fold(search)))',
      'new RegExp(fold(search))',
      'the signs of a search mean something',
      [suites.files],
    ],
    ['throw notACursor()\n}', 'return\n}', 'a cursor of another list is taken', [suites.files]],
  ),
  ...breaksOf(
    'text',
    'packages/core/src/files/service/download.ts',
    [suites.download],
    ["file.name.replace(turning, '_')", 'file.name', 'a download shows an ending that it has not'],
    [
      'if (extensions[file.contentType]?.test(name)) return name',
      'if (name) return name',
      'a download has an ending that its bytes have not',
    ],
  ),
  ...breaksOf(
    'text',
    'apps/web/src/features/tenants/slug-of.ts',
    [suites.slug],
    ['await inLatin(fold(name))', 'fold(name)', 'a name in Chinese makes no slug'],
    ['!reservedSlugs.has(latin)', 'true', 'a slug that is reserved is offered'],
  ),
  ...breaksOf(
    'text',
    'packages/contracts/src/tenants/tenants.ts',
    [suites.zones],
    [
      "new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined",
      "Intl.supportedValuesOf('timeZone').includes(zone)",
      'Asia/Kolkata is refused',
    ],
  ),
  ...breaksOf(
    'text',
    'packages/contracts/src/money.ts',
    [suites.money],
    [
      '  ...each(twoEmptyDigits, 2),\n',
      '  ...each(twoEmptyDigits, 0),\n',
      'amounts in ISK are a hundred times too large',
    ],
    [
      '  ...each(threeDigits, 3),\n',
      '  ...each(threeDigits, 2),\n',
      'amounts in KWD are ten times too large',
    ],
    ['  ...each(noDigits, 0),\n', '  ...each(noDigits, 2),\n', 'amounts in JPY are a hundredth'],
    ['if (digits === undefined) return', 'if (false) return', 'a currency that nobody knows breaks the page'],
  ),
  ...breaksOf(
    'text',
    'apps/web/src/features/audit/entries-as-csv.ts',
    [suites.csv],
    ['/^[=+\\-@\\t\\r]/.test(text)', 'false', 'a name in the exported log is a formula'],
  ),
]
