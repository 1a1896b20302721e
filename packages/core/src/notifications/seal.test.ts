import { must } from '@insula/testing/must'
import { expect, test } from 'vitest'
import { openLink, sealLink } from './seal.ts'

const authSecret = 'a secret of at least thirty-two characters'
const link = 'https://app.example.com/reset-password?token=0123456789'

test('a sealed link does not open under another secret', () => {
  const sealed = sealLink(authSecret, 'mai_1', link)
  expect(() => openLink(`${authSecret}!`, 'mai_1', sealed)).toThrow(/unable to authenticate/)
})

test('a sealed link moved to another mail does not open', () => {
  expect(() => openLink(authSecret, 'mai_2', sealLink(authSecret, 'mai_1', link))).toThrow(
    /unable to authenticate/,
  )
})

test('a sealed link with any byte changed does not open', () => {
  const sealed = Buffer.from(sealLink(authSecret, 'mai_1', link), 'base64url')
  for (let index = 0; index < sealed.length; index += 1) {
    const bent = Buffer.from(sealed)
    bent[index] = must(bent[index]) ^ 1
    expect(() => openLink(authSecret, 'mai_1', bent.toString('base64url'))).toThrow(/unable to authenticate/)
  }
})

test('a sealed link opens for its own mail and shows nothing before', () => {
  const sealed = sealLink(authSecret, 'mai_1', link)
  expect(openLink(authSecret, 'mai_1', sealed)).toBe(link)
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('token')
  expect(sealLink(authSecret, 'mai_1', link)).not.toBe(sealed)
})
