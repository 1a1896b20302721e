import { passwordLength } from '@insula/contracts'
import { expect, test } from 'vitest'
import { hashPassword, verifyPassword, weaknessOf } from './password.ts'

const judge = (password: string) => weaknessOf(password, 'ada.lovelace@example.test', 'Ada Lovelace')

test.each([
  ['short one', /at least 15/],
  ['😀🎉🚀🌈🍕🐙🎸⚽🌵🍩🦊🧊🎈🪐', /at least 15/],
  ['👨‍👩‍👧‍👦👩🏽‍🚀🏴󠁧󠁢󠁥󠁮󠁧󠁿', /at least 15/],
  ['aaaaaaaaaaaaaaaaaaaa', /few different/],
  ['😀'.repeat(15), /few different/],
  ['abcdeabcdeabcdeabcde', /pattern/],
  ['ada.lovelace@example.test', /your own name and address/],
  ['Ada.Lovelace@Example.Test', /your own name and address/],
  ['lovelace ada lovelace', /your own name and address/],
  ['x'.repeat(passwordLength.max + 1), /at most 128/],
])('%s is refused with what to do', async (password, message) => {
  expect(await judge(password)).toMatch(message)
})

/** Of this length or longer, from lists of passwords that were stolen and published. */
const leaked = [
  '1q2w3e4r5t6y7u8i9o0p',
  'qwertyuiop[]asdfghjkl',
  '1234567890qwertyuiop',
  'abcdefghijklmnopqrstuvwxyz',
  'iloveyouforever',
  'letmeinletmein1',
  '1qaz2wsx3edc4rfv',
  'zaq12wsxcde34rfv',
  'q1w2e3r4t5y6u7i8',
  'trustno1trustno1',
  'qwertyuiopasdfghjklzxcvbnm',
  'mypassword123456',
  'administrator123',
  'welcome123456789',
  'thisismypassword',
  'football12345678',
  'manchesterunited',
  'iloveyousomuch1',
  'liverpoolfc12345',
  'michaeljackson1',
  'december12345678',
  "asdfghjkl;'zxcvbnm",
  '1234567891011121314',
  '11111111112222222222',
  '0987654321qwerty',
  'password!@#$%^&*()',
  'P@ssw0rd1234567',
  'Passw0rd!Passw0rd!',
  'qazwsxedcrfvtgb',
  'changemechangeme',
  'superman12345678',
  'batmanbatman1234',
  'sunshine12345678',
  'princessprincess',
  'fuckyoufuckyou1',
  'correcthorsebatterystaple',
  'tobeornottobethatisthequestion',
  'startrekvoyager',
  'harrypotter12345',
  'ihateyouihateyou',
  'iamthebestintheworld',
  'whatthefuckisthis',
  'ilovemyfamily123',
  'jesuslovesme12345',
  'dragonballz12345',
  'spongebobsquarepants',
  'christianoronaldo7',
  'americanidol2008',
  'godisgoodallthetime',
  'everythingisgoingtobeok',
  'thequickbrownfox',
  'thequickbrownfoxjumps',
  'qwerty1234567890-=',
  '!QAZ2wsx#EDC4rfv',
  '1qazxsw23edcvfr4',
  'aaaaabbbbbccccc',
  'summer2023summer2023',
  'Welcome2024!Welcome',
  'Password12345678!',
  'monkeymonkeymonkey',
  'babygirl12345678',
  'qwerty123456qwerty',
  'letmein123letmein',
  'adminadminadmin1',
  'passwordpassword123',
  'masterpassword1',
  'supercalifragilisticexpialidocious',
  'gottacatchemall1',
  'maytheforcebewithyou',
  'livelaughlove123',
  'nevergonnagiveyouup',
  'opensesame123456',
  'llamas1234567890',
  'loveyouforever123',
  'december25121990',
  '01234567890123456789',
  '3.14159265358979',
  '3141592653589793',
  'blink182blink182',
  'slipknotslipknot',
  'iloveyou12345678',
  'ncc1701ncc1701d',
  'teenagemutantninja',
  'mynameisjohnsmith',
]

test.each(leaked)('%s, which was leaked, is refused', async (password) => {
  expect(password.length).toBeGreaterThanOrEqual(passwordLength.min)
  expect(await judge(password)).toMatch(/attacker|pattern|different/)
})

test.each([
  'correct horse battery staple',
  'ein Satz mit Umläuten äöü',
  'пароль из многих слов',
  'the cat ate my green umbrella',
  'trois petits chats noirs',
  'xK9#mQ2vL$8pRt5',
  'gB7vq2LwPz9xTn4',
  '密码是一个很长的句子而且难猜啊',
  '😀🎉🚀🌈🍕🐙🎸⚽🌵🍩🦊🧊🎈🪐🫖',
  'ada has a very yellow door',
  `${'a'.repeat(40)} and then a sentence of my own`,
])('%s will do', async (password) => {
  expect(await judge(password)).toBeNull()
})

test('the same password in another Unicode form is the same password', async () => {
  const stored = await hashPassword('caf\u00e9 au lait le matin')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await verifyPassword(stored, 'cafe\u0301 au lait le matin')).toBe(true)
  expect(await verifyPassword(stored, 'cafe au lait le matin')).toBe(false)
})
