import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What is shown of words that this release does not know. */
export const words: readonly Break[] = [
  ...breaksOf(
    'words',
    'packages/contracts/src/stored.ts',
    [suites.words],
    [
      '  z.string().describe(',
      '  z.enum(words as never).describe(',
      'a word of another release breaks a list',
    ],
    [
      'Object.hasOwn(table, word) ? table[word as keyof Table] : undefined',
      'table[word as keyof Table]',
      'a word is looked up in what every object has',
      [suites.sentences],
    ],
  ),
  ...breaksOf(
    'words',
    'packages/core/src/identity/service/people.ts',
    [suites.badRows],
    ["textOf(stored, 'Unnamed')", 'stored as string', 'one odd name fails the list of everybody'],
  ),
  ...breaksOf(
    'words',
    'packages/core/src/tenants/present.ts',
    [suites.badRows, suites.invitations],
    [
      "role: textOf(doc.role, 'none'),\n  joinedAt",
      'role: doc.role as string,\n  joinedAt',
      'one odd role fails the list of everybody',
    ],
    [
      'joinedAt: instantOf(doc.createdAt)',
      'joinedAt: doc.createdAt.toISOString()',
      'one row without a day fails the list of everybody',
    ],
    [
      "textOf(doc.invitedBy?.name, 'Somebody')",
      'doc.invitedBy.name as string',
      'one odd invitation fails the list of everybody',
    ],
  ),
]
