import { expect, test } from 'vitest'
import { hashPassword, verifyPassword, weaknessOf } from './password.ts'

test.each([
  ['short one', 'shorter than 15 characters'],
  ['aaaaaaaaaaaaaaaaaaaa', 'one character'],
  ['abcabcabcabcabcabc', 'one short pattern'],
  ['password1234567890', 'the words that are tried first'],
  ['ada.lovelace@example.test', 'one’s own address'],
  ['x'.repeat(129), 'longer than 128 characters'],
])('%s is refused: %s', (password) => {
  expect(weaknessOf(password, 'ada.lovelace@example.test')).not.toBeNull()
})

test.each(['correct horse battery staple', 'ein Satz mit Umläuten äöü', 'пароль из многих слов'])(
  '%s will do',
  (password) => {
    expect(weaknessOf(password, 'ada@example.test')).toBeNull()
  },
)

test('the same password in another Unicode form is the same password', async () => {
  const stored = await hashPassword('caf\u00e9 au lait le matin')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await verifyPassword(stored, 'cafe\u0301 au lait le matin')).toBe(true)
  expect(await verifyPassword(stored, 'cafe au lait le matin')).toBe(false)
})
