import { mailTemplates } from '@insula/contracts'
import { beforeAll, describe, expect, test } from 'vitest'
import { renderMail, subjectOf } from './render.ts'

const samples = {
  'verify-email': { name: 'Ada' },
  'reset-password': { name: 'Ada' },
  'password-changed': { name: 'Ada' },
  welcome: { name: 'Ada' },
  invitation: { tenantName: 'Acme', invitedBy: 'Grace', role: 'member' },
  'subscription-activated': { tenantName: 'Acme', planName: 'Pro' },
  'subscription-paused': { tenantName: 'Acme', planName: 'Pro' },
  'payment-failed': {
    tenantName: 'Acme',
    number: 'AB-0001',
    amount: '€29.00',
    consequence: 'Pro stays on until 28 November 2026.',
    payUrl: 'https://invoice.stripe.com/i/acct_1/live_1',
  },
} as const
const secretLink = 'https://app.example.com/invitation?token=tok-0123456789'
const linkExpiresAt = new Date('2026-11-21T09:00:00Z')

beforeAll(() => {
  process.env.APP_URL = 'https://app.example.com'
  process.env.AUTH_SECRET = 'a secret of at least thirty-two characters'
})

test('a template refuses variables that are not its own', () => {
  expect(() => subjectOf('welcome', { name: 'Ada', admin: true })).toThrow()
  expect(() => subjectOf('invitation', { tenantName: 'Acme' })).toThrow()
})

test('a template with a secret link is not rendered without it', async () => {
  const given = { variables: samples.invitation, secretLink: null, linkExpiresAt }
  await expect(renderMail('invitation', given)).rejects.toThrow('link')
})

test('what people typed cannot become markup or a second header', async () => {
  const variables = {
    tenantName: '<img src=x onerror=alert(1)>',
    invitedBy: 'Eve\r\nBcc: all@example.com',
    role: 'member',
  }
  const mail = await renderMail('invitation', { variables, secretLink, linkExpiresAt })
  expect(mail.html).not.toContain('<img src=x')
  expect(mail.subject).toBe('Eve Bcc: all@example.com invites you to <img src=x onerror=alert(1)>')
})

describe.each(mailTemplates)('%s', (name) => {
  test('says the same in HTML and in plain text, with one link to follow', async () => {
    const mail = await renderMail(name, { variables: samples[name], secretLink, linkExpiresAt })
    const links = [...mail.html.matchAll(/href="([^"]+)"/g)].map((match) => match[1])
    expect(new Set(links).size).toBe(1)
    expect(mail.text).toContain(links[0])
    expect(mail.subject).toBe(subjectOf(name, samples[name]))
    expect(mail.html).toMatch(/^<!DOCTYPE html/)
  })
})
