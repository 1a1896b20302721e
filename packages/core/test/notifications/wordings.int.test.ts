import { randomUUID } from 'node:crypto'
import { NewMailWording } from '@insula/contracts'
import {
  getMail,
  listMailWordings,
  removeMailWording,
  resendMail,
  saveMailWording,
  sendMail,
} from '@insula/core/notifications'
import { AuditEntryModel, MailWordingModel, TenantModel, transaction } from '@insula/db'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { onOwnSendgrid } from '@insula/testing/vendors'
import { beforeEach, describe, expect, test } from 'vitest'
import { anInvitation, aReset, once, rowOf } from './mailing.ts'

onTheLocalCloud()
const sendgrid = onOwnSendgrid()

const german = {
  template: 'invitation',
  locale: 'de',
  subject: 'Einladung zu {{tenantName}}',
  body: '{{invitedBy}} lädt Sie ein.\n\nWir freuen uns.',
} as const
const english = {
  ...german,
  locale: 'en',
  subject: 'Join us at {{tenantName}}',
  body: 'Be with us.',
} as const

let to: string
beforeEach(() => {
  to = `${randomUUID().slice(0, 8)}@example.test`
})

async function aTenantIn(locale: string) {
  const { actor } = await aTenant()
  await TenantModel.updateOne({ _id: actor.tenantId }, { $set: { locale } })
  return actor
}
const subjectFor = async (tenantId: string) => (await rowOf(await anInvitation(tenantId, to))).subject
const entriesOf = (tenantId: string) =>
  AuditEntryModel.find({ tenantId, action: /^mail-wording/ })
    .sort({ _id: 1 })
    .lean()

describe('words are refused', () => {
  test.each([
    ['template', { template: 'no-such' }],
    ['locale', { locale: 'fr' }],
    ['subject', { subject: ' ' }],
    ['subject', { subject: 'x'.repeat(121) }],
    ['body', { body: '\n\n' }],
    ['body', { body: 'x'.repeat(2_001) }],
  ])('by their form, which names %s: %o', (field, change) => {
    const parsed = NewMailWording.safeParse({ ...german, ...change })
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual([field])
  })

  test.each([
    ['template', { template: 'reset-password' as const }],
    ['subject', { subject: 'Hallo {{password}}' }],
    ['body', { body: 'Hallo {{link}}' }],
    ['body', { body: 'Hallo {{ invitedBy }}' }],
    ['body', { body: 'Hallo {{invitedBy' }],
    ['body', { body: '\u200b' }],
    ['body', { body: 'Siehe www.evil.com' }],
  ])('by what they say, which names %s, and nothing is kept: %o', async (field, change) => {
    const actor = await aTenantIn('de')
    await expect(saveMailWording(actor, { ...german, ...change })).rejects.toMatchObject({
      code: 'invalid',
      details: { field },
    })
    expect(await listMailWordings(actor)).toEqual([])
    expect(await entriesOf(actor.tenantId)).toEqual([])
  })

  test('a variable that is not there is told with those that are', async () => {
    const actor = await aTenantIn('de')
    await expect(saveMailWording(actor, { ...german, subject: '{{nobody}}' })).rejects.toThrow(
      'There is no variable {{nobody}} in this mail. It has {{tenantName}}, {{invitedBy}}, {{role}}.',
    )
  })

  test('by another tenant there is nothing to remove', async () => {
    const [actor, other] = [await aTenantIn('de'), await aTenantIn('de')]
    await saveMailWording(actor, german)
    await expect(removeMailWording(other, german)).rejects.toMatchObject({ code: 'not_found' })
    expect(await listMailWordings(actor)).toHaveLength(1)
  })
})

describe('words are kept', () => {
  test('with an audit entry for each change, and none where nothing changed', async () => {
    const actor = await aTenantIn('de')
    await saveMailWording(actor, german)
    await saveMailWording(actor, german)
    await saveMailWording(actor, { ...german, subject: 'Anders' })
    await removeMailWording(actor, german)
    await expect(removeMailWording(actor, german)).rejects.toMatchObject({ code: 'not_found' })
    const { subject, body } = german
    expect(
      (await entriesOf(actor.tenantId)).map(({ action, before, after }) => [action, before, after]),
    ).toEqual([
      ['mail-wording.changed', null, { subject, body }],
      ['mail-wording.changed', { subject, body }, { subject: 'Anders', body }],
      ['mail-wording.removed', { subject: 'Anders', body }, null],
    ])
  })

  test('together with their entry or not at all', async () => {
    const actor = await aTenantIn('de')
    const failing = transaction(async () => {
      await saveMailWording(actor, german)
      throw new Error('rolled back')
    })
    await expect(failing).rejects.toThrow('rolled back')
    expect(await listMailWordings(actor)).toEqual([])
    expect(await entriesOf(actor.tenantId)).toEqual([])
  })

  test('once, when they are saved many times at once', async () => {
    const actor = await aTenantIn('de')
    await Promise.all(Array.from({ length: 10 }, () => saveMailWording(actor, german)))
    expect(await MailWordingModel.countDocuments({ tenantId: actor.tenantId })).toBe(1)
    expect(await entriesOf(actor.tenantId)).toHaveLength(1)
  })
})

describe('a tenant’s mail is said', () => {
  test('in its own words in its language, else in its English ones, else in the built-in ones', async () => {
    const { tenantId, ...rest } = await aTenantIn('de')
    const actor = { tenantId, ...rest }
    expect(await subjectFor(tenantId)).toBe('You are invited to Acme on Insula')
    await saveMailWording(actor, english)
    expect(await subjectFor(tenantId)).toBe('Join us at Acme')
    await saveMailWording(actor, german)
    expect(await subjectFor(tenantId)).toBe('Einladung zu Acme')
    await removeMailWording(actor, german)
    expect(await subjectFor(tenantId)).toBe('Join us at Acme')
  })

  test.each([
    ['de-CH', 'Einladung zu Acme'],
    ['fr', 'Join us at Acme'],
    ['en', 'Join us at Acme'],
    ['', 'Join us at Acme'],
  ])('of the locale %j: %s', async (locale, subject) => {
    const { actor } = await aTenant()
    const { tenantId } = actor
    await TenantModel.collection.updateOne({ _id: tenantId as never }, { $set: { locale } })
    await saveMailWording(actor, german)
    await saveMailWording(actor, english)
    expect(await subjectFor(tenantId)).toBe(subject)
  })

  test('in the built-in words where its own are in a language that is neither its own nor English', async () => {
    const actor = await aTenantIn('en')
    await saveMailWording(actor, german)
    expect(await subjectFor(actor.tenantId)).toBe('You are invited to Acme on Insula')
  })

  test('never in another tenant’s words', async () => {
    const [actor, other] = [await aTenantIn('de'), await aTenantIn('de')]
    await saveMailWording(actor, german)
    expect(await subjectFor(other.tenantId)).toBe('You are invited to Acme on Insula')
    expect((await rowOf(await aReset(to))).wording).toBeNull()
  })

  test('in the built-in words where its own no longer fit the template', async () => {
    const actor = await aTenantIn('de')
    const { tenantId } = actor
    await saveMailWording(actor, german)
    await MailWordingModel.updateOne({ tenantId, locale: 'de' }, { $set: { body: 'Hallo {{formerly}}' } })
    await saveMailWording(actor, english)
    expect(await subjectFor(tenantId)).toBe('Join us at Acme')
    await removeMailWording(actor, english)
    const mailId = await anInvitation(tenantId, to)
    await sendMail(mailId, once)
    const [mail] = await sendgrid().inbox({ to })
    expect(mail?.subject).toBe('You are invited to Acme on Insula')
  })

  test('as it was worded when it was queued, also in the log and when it is sent again', async () => {
    const actor = await aTenantIn('de')
    await saveMailWording(actor, german)
    const mailId = await anInvitation(actor.tenantId, to)
    await removeMailWording(actor, german)
    await sendgrid().failNext(1, 400)
    await sendMail(mailId, once)
    await resendMail(actor, { mailId })
    await sendMail(mailId, once)
    const [mail] = await sendgrid().inbox({ to })
    expect(mail?.subject).toBe('Einladung zu Acme')
    const { subject, text } = await getMail(actor, { mailId })
    expect(subject).toBe('Einladung zu Acme')
    expect(text).toContain('Grace lädt Sie ein.')
  })

  test('and arrives with its own words and the secret link', async () => {
    const actor = await aTenantIn('de')
    await saveMailWording(actor, german)
    const link = `http://localhost:3000/invitation?token=${randomUUID()}`
    const mailId = await anInvitation(actor.tenantId, to, { link })
    await sendMail(mailId, once)
    const [mail] = await sendgrid().inbox({ to })
    expect(mail?.subject).toBe('Einladung zu Acme')
    expect(mail?.text).toContain('Grace lädt Sie ein.')
    expect(mail?.text).toContain('Wir freuen uns.')
    expect(mail?.text).not.toContain('invites you to work')
    expect(new Set(mail?.links.map(({ href }) => href))).toEqual(new Set([link]))
  })
})
