import { mailTemplates } from '@insula/contracts'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { renderMail, subjectOf } from './render.ts'
import { templateOf } from './templates/index.ts'

const secretLink = 'https://app.example.com/invitation?token=tok-0123456789'
const linkExpiresAt = new Date('2026-11-21T09:00:00Z')

beforeAll(() => {
  process.env.APP_URL = 'https://app.example.com'
  process.env.AUTH_SECRET = 'a secret of at least thirty-two characters'
})

/** Variables of a template, each text of it being `text`; taken from its schema, so that none is forgotten. */
function variablesOf(name: (typeof mailTemplates)[number], text: string): Record<string, unknown> {
  const { variables, link } = templateOf(name)
  const { shape } = variables as z.ZodObject
  const own = link.kind === 'told' ? link.variable : null
  return Object.fromEntries(
    Object.entries(shape).map(([key, schema]) => [
      key,
      schema instanceof z.ZodEnum ? schema.options[0] : key === own ? 'https://pay.example.com/x' : text,
    ]),
  )
}
const rendered = (name: (typeof mailTemplates)[number], text: string) =>
  renderMail(name, { variables: variablesOf(name, text), secretLink, linkExpiresAt })

test('a template refuses variables that are not its own', () => {
  expect(() => subjectOf('welcome', { name: 'Ada', admin: true })).toThrow(/Unrecognized key/)
  expect(() => subjectOf('invitation', { tenantName: 'Acme' })).toThrow(/invitedBy/)
})

test('a template with a secret link is not rendered without it', async () => {
  const given = { variables: variablesOf('invitation', 'Acme'), secretLink: null, linkExpiresAt }
  await expect(renderMail('invitation', given)).rejects.toThrow('link')
})

test('the sender’s name is not what an invitation’s subject begins with, nor all that it says', () => {
  const shout = 'YOUR ACCOUNT IS LOCKED! Act now'
  const subject = subjectOf('invitation', { tenantName: shout, invitedBy: shout, role: 'member' })
  expect(subject).toMatch(/^You are invited to /)
  expect(subject).toMatch(/ on Insula$/)
  expect(
    subjectOf('invitation', { tenantName: 'x'.repeat(80), invitedBy: shout, role: 'member' }).length,
  ).toBeLessThan(80)
})

const link =
  /(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}\S|\bwww\.\S|\S@\S|[\p{L}\p{N}-][.\u3002\uff0e\uff61](?:\p{L}{2}|xn--)|\d+(?:\.\d+){3}/iu
const hostile = [
  'evil.com',
  'https://evil.com/login',
  'www.evil.com',
  'pay@evil.com',
  '203.0.113.7',
  'evil\u3002com',
  'ev\u200bil.\u200bcom',
  '<a href="https://evil.com">Click</a>',
  '<img src=x onerror=alert(1)>',
  'Eve\r\nBcc: all@example.com',
  'one\u2028two\u0085three',
  '\u202emoc.live\u202c',
]

describe.each(mailTemplates)('%s', (name) => {
  test('says the same in HTML and in plain text, with one link to follow', async () => {
    const mail = await rendered(name, 'Ada Lovelace')
    const links = [...mail.html.matchAll(/href="([^"]+)"/g)].map((match) => match[1])
    expect(new Set(links).size).toBe(1)
    expect(mail.text).toContain(links[0])
    expect(mail.subject).toBe(subjectOf(name, variablesOf(name, 'Ada Lovelace')))
    expect(mail.html).toMatch(/^<!DOCTYPE html/)
  })

  test('keeps the case of names in plain text', async () => {
    const { text } = await rendered(name, 'McGregor von Österreich')
    expect(text).not.toContain('MCGREGOR')
    if (Object.keys(variablesOf(name, '')).length > 0) expect(text).toContain('McGregor von Österreich')
  })

  test.each(hostile)('makes no link and no line of %j', async (text) => {
    const mail = await rendered(name, text)
    const template = await rendered(name, 'Ada')
    const hrefs = (html: string) => [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map((match) => match[1])
    expect(hrefs(mail.html)).toEqual(hrefs(template.html))
    expect(mail.subject).not.toMatch(link)
    expect(mail.subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u)
    const own = hrefs(template.html)[0] ?? ''
    expect(mail.text.replaceAll(own, '')).not.toMatch(link)
    expect(mail.text.split('\n').length).toBe(template.text.split('\n').length)
    const words = mail.html.replaceAll(/<[^>]*>/g, ' ').replaceAll(own, '')
    expect(words).not.toMatch(link)
  })

  test('leaves honest names readable', async () => {
    for (const honest of ['Foo.com Ltd', 'Dr. Who', 'J.R.R. Tolkien', "O'Neil & Sons"]) {
      const { text } = await rendered(name, honest)
      if (Object.keys(variablesOf(name, '')).length > 0) {
        expect(text.replaceAll('\u2060', '')).toContain(honest)
      }
    }
  })
})
