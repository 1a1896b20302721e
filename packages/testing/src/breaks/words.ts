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
]
