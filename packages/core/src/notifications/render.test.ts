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

describe('a tenant’s own words', () => {
  const inOwn = (subject: string, body: string, name: (typeof mailTemplates)[number] = 'invitation') =>
    renderMail(name, {
      variables: variablesOf(name, '<b>Eve & Co</b>'),
      secretLink,
      linkExpiresAt,
      wording: { locale: 'de', subject, body },
    })
  const hrefs = (html: string) => [...html.matchAll(/href="([^"]+)"/g)].map((match) => match[1])

  test.each([
    ['a variable that the template has not', 'Hallo {{nobody}}', 'Text'],
    ['a variable of every object’s', 'Hallo', '{{constructor}}'],
    ['braces without a name', 'Hallo', 'Hallo {{invitedBy'],
    ['nothing that can be seen', 'Hallo', '\u200b'],
    ['an address', 'Hallo', 'Besser hier: evil.com/login'],
  ])('with %s give way to the built-in ones', async (_what, subject, body) => {
    const builtIn = await rendered('invitation', '<b>Eve & Co</b>')
    expect(await inOwn(subject, body)).toEqual(builtIn)
  })

  test('are not used for a mail of the platform’s', async () => {
    const builtIn = await rendered('reset-password', '<b>Eve & Co</b>')
    expect(await inOwn('Hallo', 'Hallo {{name}}', 'reset-password')).toEqual(builtIn)
  })

  test('are text and no markup, and so are the values in them', async () => {
    const { html, text, subject } = await inOwn('Für {{tenantName}}', '<i>{{invitedBy}}</i> lädt ein.')
    expect(html).not.toMatch(/<[ib]>/)
    expect(html).toContain('&lt;i&gt;&lt;b&gt;Eve &amp; Co&lt;/b&gt;&lt;/i&gt; lädt ein.')
    expect(text).toContain('<i><b>Eve & Co</b></i> lädt ein.')
    expect(subject).toBe('Für <b>Eve & Co</b>')
  })

  test('make no link together with a value', async () => {
    const { text } = await renderMail('invitation', {
      variables: { tenantName: 'com', invitedBy: 'com/login', role: 'member' },
      secretLink,
      linkExpiresAt,
      wording: { locale: 'en', subject: 'See evil.{{tenantName}}', body: 'See evil.{{invitedBy}}' },
    })
    expect(text).not.toContain('evil.com')
    expect(text.replaceAll('\u2060', '')).toContain('evil.com/login')
  })

  test('stand in paragraphs, in their language, and a time of day is no link', async () => {
    const { html } = await inOwn('Hallo', 'Eins\nund mehr.\n\nUm 10:30 Uhr.')
    const own = [...html.matchAll(/<p lang="de"[^>]*>([^<]*)<\/p>/g)].map(([, line = '']) => line)
    expect(own.map((line) => line.replaceAll('\u2060', ''))).toEqual(['Eins und mehr.', 'Um 10:30 Uhr.'])
  })

  test('leave the button, the secret link and what is told of it where they were', async () => {
    const builtIn = await rendered('invitation', 'Eve')
    const mail = await inOwn('Hallo', 'Ein Wort.')
    expect(hrefs(mail.html)).toEqual(hrefs(builtIn.html))
    expect(mail.text).toContain(secretLink)
    expect(mail.text).toContain('leave this mail alone')
    expect(mail.text).not.toContain('invites you to work')
  })

  test('never hold the address that a template is told', async () => {
    const builtIn = await rendered('payment-failed', '<b>Eve & Co</b>')
    expect(await inOwn('Hallo', '{{payUrl}}', 'payment-failed')).toEqual(builtIn)
  })
})

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
