import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What makes a password. */
export const passwords: readonly Break[] = [
  ...breaksOf(
    'passwords',
    'packages/core/src/identity/password.ts',
    [suites.password],
    ['if (length < passwordLength.min) {', 'if (false) {', 'short passwords pass'],
    ['if (await isGuessed(plain, own)) {', 'if (false) {', 'the commonest passwords pass'],
    [
      "if (passwordLengthOf(remaining.replaceAll(/[\\s\\p{P}]+/gu, '')) < 6) {",
      'if (false) {',
      'one’s own address passes',
    ],
  ),
]
