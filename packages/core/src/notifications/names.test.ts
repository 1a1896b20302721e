import { expect, test } from 'vitest'
import { plainName } from './names.ts'

/** As a mail program that knows nothing of what cannot be seen would look at it, and as one that drops it. */
const looksLikeLink =
  /(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}\S|\bwww\d?[.\u3002\uff0e\uff61\u2024]\S|[^\s@]+[@\uff20][^\s@]|[\p{L}\p{N}-][.\u3002\uff0e\uff61\u2024](?:[\p{L}]{2}|xn--)|\d+(?:[.\u3002\uff0e\uff61\u2024]\d+){3}|\b(?:mailto|tel|javascript|data|sms|file):\S/iu
const readable = (text: string) => text.replaceAll('\u2060', '')

test.each([
  'evil.com',
  'EVIL.COM',
  'http://evil.com/login?next=1',
  'hxxp://evil',
  'https:\\\\evil.com',
  '//evil.com',
  '\\\\evil\\share',
  'http://1.2.3.4',
  '1.2.3.4',
  '192.168.10.20',
  'http://2130706433',
  'www.evil',
  'www.x.y',
  'a@b.c',
  'billing@evil.com',
  'mailto:a@b.c',
  'tel:+4912345678',
  'javascript:alert(1)',
  'evil\u3002com',
  'evil\uff0ecom',
  'evil\uff61com',
  'evil\u2024com',
  'ｅｖｉｌ．ｃｏｍ',
  'ev\u200bil.\u200bcom',
  'evil\u200d.\u200dcom',
  'evil.\u034fcom',
  'evil.\ufeffcom',
  'evil\u2060.com',
  'evil.xn--p1ai',
  'evil.рф',
  'bücher.example',
  'e\u0301vil.com',
  '\u202emoc.live\u202c and evil.com',
  '<a href="https://evil.com">x</a>',
  '[click](https://evil.com)',
  't.co/abc',
  'Pay now: evil.com.',
])('%j is no link', (name) => {
  expect(plainName(name)).not.toMatch(looksLikeLink)
  expect(plainName(name).replaceAll(/[\u200c\u200d]/gu, '')).not.toMatch(looksLikeLink)
})

test.each([
  ['a\r\nBcc: all@example.com', 'a Bcc: all @ example.com'],
  ['a\u2028b\u2029c\u0085d\u0000e\tf', 'a b c d e f'],
  ['\u202egnp.exe', 'gnp.exe'],
  ['  spaced \u00a0 out  ', 'spaced out'],
  ['\u2066a\u2069\u200fb\u061c', 'ab'],
  ['x'.repeat(500), `${'x'.repeat(299)}…`],
  ['\u200b\u2060', '(no name)'],
])('%j is one line of what can be seen', (name, shown) => {
  const plain = plainName(name)
  expect(readable(plain)).toBe(shown)
  expect(plain).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u)
})

test.each([
  'Dr. Who',
  'J.R.R. Tolkien',
  'O’Neil & Sons',
  "O'Neil & Sons",
  'Ada Lovelace',
  'Müller, Meier & Co. KG',
  'AT&T',
  '株式会社インスラ',
  'Анна Каренина',
  'محمد علی',
  'می‌خواهم',
  'Zoë 👩‍💻 ❤️',
  'Smith-Jones (London)',
  'Ratio: one to two',
])('%s stays as it is, to the letter', (name) => {
  expect(plainName(name)).toBe(name)
})

test.each(['Foo.com Ltd', 'Booking.com B.V.', 'St.Gallen', 'Re:Work', 'Studio 3.5', 'Node.js Köln'])(
  '%s reads as before',
  (name) => {
    expect(plainName(name)).not.toMatch(looksLikeLink)
    expect(readable(plainName(name))).toBe(name)
  },
)

test('what is an address and no name is seen to be set apart', () => {
  expect(readable(plainName('a@b.com'))).toBe('a @ b.com')
  expect(readable(plainName('http://evil.com//x'))).toBe('http:/evil.com/x')
})

test('a name that went through once goes through again unchanged', () => {
  for (const name of ['Foo.com Ltd', 'http://evil.com', 'a@b.c']) {
    expect(plainName(plainName(name))).toBe(plainName(name))
  }
})
