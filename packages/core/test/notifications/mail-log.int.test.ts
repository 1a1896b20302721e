import { randomUUID } from 'node:crypto'
import { getMail, listMails, resendMail, sendMail } from '@insula/core/notifications'
import { AuditEntryModel, MailModel } from '@insula/db'
import { aMember, aTenant, onTheLocalCloud } from '@insula/testing'
import { onOwnSendgrid } from '@insula/testing/vendors'
import { beforeEach, expect, test } from 'vitest'
import { anInvitation, once, rowOf } from './mailing.ts'

onTheLocalCloud()
const sendgrid = onOwnSendgrid()

let to: string
beforeEach(() => {
  to = `${randomUUID().slice(0, 8)}@example.test`
})
const inbox = () => sendgrid().inbox({ to })

test('another tenant’s mail is as unknown as one that is not there', async () => {
  const [{ actor: ours }, { actor: theirs }] = await Promise.all([aTenant(), aTenant()])
  const mailId = await anInvitation(theirs.tenantId, to)
  await expect(getMail(ours, { mailId })).rejects.toThrow('There is no such mail.')
  await expect(resendMail(ours, { mailId })).rejects.toThrow('There is no such mail.')
  expect((await listMails(ours, { limit: 50 })).items).toEqual([])
})

test('the log is read page by page, newest first, and found by address and subject', async () => {
  const { actor } = await aTenant()
  const ids = []
  for (const name of ['Alpha', 'Beta', 'Gam.a']) {
    ids.push(
      await anInvitation(actor.tenantId, to, {
        variables: { tenantName: name, invitedBy: 'Grace', role: 'viewer' },
      }),
    )
  }
  const first = await listMails(actor, { limit: 2 })
  expect(first.items.map((mail) => mail.id)).toEqual([ids[2], ids[1]])
  const second = await listMails(actor, { limit: 2, cursor: first.nextCursor ?? '' })
  expect(second).toMatchObject({ items: [{ id: ids[0] }], nextCursor: null })
  expect((await listMails(actor, { limit: 50, search: 'gam.A' })).items.map(({ id }) => id)).toEqual([ids[2]])
  expect((await listMails(actor, { limit: 50, search: to })).items).toHaveLength(3)
  expect((await listMails(actor, { limit: 50, state: 'sent' })).items).toEqual([])
})

test('the log shows a mail with its secret link blanked', async () => {
  const { actor } = await aTenant()
  const mailId = await anInvitation(actor.tenantId, to, {
    link: 'http://localhost:3000/invitation?token=canary',
  })
  const mail = await getMail(actor, { mailId })
  const { sealedLink } = await rowOf(mailId)
  expect(sealedLink?.length).toBeGreaterThan(40)
  expect(JSON.stringify(mail)).not.toContain('canary')
  expect(JSON.stringify(mail)).not.toContain(sealedLink)
  expect(new Set([...mail.html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href))).toEqual(
    new Set(['#secret-link-hidden']),
  )
  expect(mail.html).toContain('Join')
})

test.each([
  { stored: { template: 'of-another-release' }, why: 'knows no template' },
  { stored: { variables: { tenant: 'Renamed since' } }, why: 'another release wrote it' },
])('a mail that another release wrote opens all the same: $why', async ({ stored, why }) => {
  const { actor } = await aTenant()
  const mailId = await anInvitation(actor.tenantId, to)
  await MailModel.collection.updateOne({ _id: mailId as never }, { $set: stored })
  expect(await getMail(actor, { mailId })).toMatchObject({
    to,
    text: expect.stringContaining(why),
    html: expect.stringContaining('cannot be shown'),
  })
})

test('a mail on its way is not sent again, nor one whose link is gone', async () => {
  const { actor } = await aTenant()
  const mailId = await anInvitation(actor.tenantId, to)
  await expect(resendMail(actor, { mailId })).rejects.toThrow('on its way')
  await sendMail(mailId, once)
  await expect(resendMail(actor, { mailId })).rejects.toMatchObject({ code: 'gone' })
  expect(await inbox()).toHaveLength(1)
})

test('a failed mail is sent again by whoever may, and the log says who', async () => {
  const { tenant } = await aTenant()
  const { actor } = await aMember(tenant.id, 'admin')
  const mailId = await anInvitation(tenant.id, to)
  await sendgrid().failNext(1, 400)
  await sendMail(mailId, once)
  await resendMail(actor, { mailId })
  await sendMail(mailId, once)
  expect((await rowOf(mailId)).attempts.map(({ outcome }) => outcome)).toEqual(['refused', 'accepted'])
  const entry = await AuditEntryModel.findOne({ tenantId: tenant.id, action: 'mail.resent' }).lean()
  expect(entry).toMatchObject({ actor: { id: actor.id }, target: { kind: 'mail', id: mailId } })
  expect(await inbox()).toHaveLength(1)
})
