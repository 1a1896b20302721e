import { randomUUID } from 'node:crypto'
import { events, Refusal } from '@insula/contracts'
import { dispatch } from '@insula/core/events/dispatch'
import { emit } from '@insula/core/events/emit'
import {
  getMail,
  listMails,
  type NewMail,
  queueMail,
  resendMail,
  sendMail,
  sweepMails,
} from '@insula/core/notifications/service'
import { AuditEntryModel, acrossTenants, MailModel, transaction } from '@insula/db'
import { notificationJobs, queueOf } from '@insula/jobs'
import { aMember, aPerson, aTenant, onTheLocalCloud } from '@insula/testing'
import { onOwnSendgrid } from '@insula/testing/vendors'
import { beforeEach, describe, expect, test } from 'vitest'

onTheLocalCloud()
const sendgrid = onOwnSendgrid()

let to: string
beforeEach(() => {
  to = `${randomUUID().slice(0, 8)}@example.test`
})

const minutes = (count: number) => count * 60_000
const later = (ms: number) => () => new Date(Date.now() + ms)
const once = { attempt: 1, lastAttempt: false }

const aReset = (more: Partial<NewMail<'reset-password'>> = {}) =>
  queueMail({
    tenantId: null,
    to,
    template: 'reset-password',
    variables: { name: 'Ada' },
    link: `http://localhost:3000/reset-password?token=${randomUUID()}`,
    dedupeKey: randomUUID(),
    ...more,
  })
const anInvitation = (tenantId: string, more: Partial<NewMail<'invitation'>> = {}) =>
  queueMail({
    tenantId,
    to,
    template: 'invitation',
    variables: { tenantName: 'Acme', invitedBy: 'Grace', role: 'member' },
    link: `http://localhost:3000/invitation?token=${randomUUID()}`,
    dedupeKey: randomUUID(),
    ...more,
  }).then((mailId) => mailId ?? expect.unreachable())

const rowOf = async (mailId: string | null) =>
  (await acrossTenants(MailModel.findById(mailId).lean(), 'a test looks at any row')) ?? expect.unreachable()
const inbox = () => sendgrid().inbox({ to })

describe('queueing', () => {
  test('a mail whose cause was rolled back was never there', async () => {
    await expect(
      transaction(async () => {
        await aReset()
        throw new Error('the cause failed')
      }),
    ).rejects.toThrow('the cause failed')
    expect(await acrossTenants(MailModel.findOne({ to }), 'a test looks at any row')).toBeNull()
  })

  test('the same cause told a hundred times at once is one mail', async () => {
    const dedupeKey = randomUUID()
    const ids = await Promise.all(Array.from({ length: 100 }, () => aReset({ dedupeKey })))
    expect(new Set(ids).size).toBe(1)
    expect(await acrossTenants(MailModel.countDocuments({ to }), 'a test looks at any row')).toBe(1)
  })

  test('an address gets five reset mails within an hour, however many ask at once', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => aReset()))
    expect(ids.filter((mailId) => mailId !== null)).toHaveLength(5)
    expect(await aReset()).toBeNull()
    expect(await aReset({ to: `other-${to}` })).not.toBeNull()
  })

  test('the secret link is stored sealed and is nowhere in the queue', async () => {
    const link = `http://localhost:3000/reset-password?token=canary-${randomUUID()}`
    const row = await rowOf(await aReset({ link }))
    expect(JSON.stringify(row)).not.toContain('canary')
    const jobs = await queueOf('notifications').getJobs()
    expect(JSON.stringify(jobs.map((job) => job.data))).not.toContain('canary')
  })
})

describe('sending', () => {
  test('two workers with the same mail send it once', async () => {
    const mailId = (await aReset()) ?? expect.unreachable()
    await Promise.allSettled(Array.from({ length: 10 }, () => sendMail(mailId, once)))
    expect(await inbox()).toHaveLength(1)
  })

  test('SendGrid failing twice ends in exactly one mail and a log with three attempts', async () => {
    const { actor } = await aTenant()
    const mailId = await anInvitation(actor.tenantId)
    await sendgrid().failNext(2, 503)
    const { backoffMs } = notificationJobs.sendMail
    await expect(sendMail(mailId, { ...once, attempt: 1 })).rejects.toThrow()
    expect((await rowOf(mailId)).state).toBe('queued')
    await expect(sendMail(mailId, { ...once, attempt: 2 }, later(backoffMs[0]!))).rejects.toThrow()
    await sendMail(mailId, { ...once, attempt: 3 }, later(backoffMs[0]! + backoffMs[1]! + 1_000))
    const mail = await getMail(actor, { mailId })
    expect(mail.state).toBe('sent')
    expect(mail.attempts.map(({ outcome, status }) => [outcome, status])).toEqual([
      ['failed', 503],
      ['failed', 503],
      ['accepted', 202],
    ])
    expect(await inbox()).toHaveLength(1)
  })

  test('it is not tried again before its time', async () => {
    const mailId = (await aReset()) ?? expect.unreachable()
    await sendgrid().failNext(1, 429)
    await expect(sendMail(mailId, { ...once, attempt: 4 })).rejects.toThrow()
    await expect(sendMail(mailId, once, later(minutes(1)))).rejects.toThrow('Not due before')
    expect((await rowOf(mailId)).attempts).toHaveLength(1)
  })

  test('what SendGrid refuses is parked, and its words are kept', async () => {
    const mailId = (await aReset()) ?? expect.unreachable()
    await sendgrid().failNext(1, 400)
    await sendMail(mailId, once)
    expect(await rowOf(mailId)).toMatchObject({
      state: 'failed',
      dueAt: null,
      attempts: [{ outcome: 'refused', status: 400 }],
    })
  })

  test('a reply lost after acceptance is noted as unknown, and risks one more copy, never a third', async () => {
    const mailId = (await aReset()) ?? expect.unreachable()
    await sendgrid().dropNextReplies(2)
    await expect(sendMail(mailId, once)).rejects.toThrow()
    expect((await rowOf(mailId)).attempts).toMatchObject([{ outcome: 'unknown', status: null }])
    await expect(sendMail(mailId, once, later(minutes(1)))).rejects.toThrow()
    await sendMail(mailId, once, later(minutes(2)))
    const row = await rowOf(mailId)
    expect(row.state).toBe('failed')
    expect(row.attempts.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'failed'])
    expect(await inbox()).toHaveLength(2)
  })

  test('a worker that died while sending leaves an unknown attempt behind, and the sweep goes on from there', async () => {
    await acrossTenants(MailModel.deleteMany({}), 'so that the sweep has nothing else to find')
    const mailId = (await aReset()) ?? expect.unreachable()
    const leaseEnd = new Date(Date.now() + 45_000)
    const died = { at: new Date(), outcome: 'unknown' as const, status: null, detail: null }
    await acrossTenants(
      MailModel.updateOne(
        { _id: mailId },
        { $set: { state: 'sending', dueAt: leaseEnd }, $push: { attempts: died }, $inc: { version: 1 } },
      ),
      'as a worker leaves it',
    )
    await expect(sendMail(mailId, once)).rejects.toThrow('Not due')
    expect(await sweepMails(later(30_000)())).toBe(0)
    expect(await sweepMails(later(minutes(1))())).toBe(1)
    await sendMail(mailId, once, later(minutes(1)))
    expect((await rowOf(mailId)).attempts.map(({ outcome }) => outcome)).toEqual(['unknown', 'accepted'])
    expect(await inbox()).toHaveLength(1)
  })

  test('a reset mail is dropped once its link has expired', async () => {
    const mailId = (await aReset()) ?? expect.unreachable()
    await sendMail(mailId, once, later(minutes(61)))
    expect(await rowOf(mailId)).toMatchObject({
      state: 'failed',
      sealedLink: null,
      attempts: [{ outcome: 'failed', detail: 'Its link expired before it could be sent' }],
    })
    expect(await inbox()).toHaveLength(0)
  })

  test('the link arrives whole, once, and is wiped when the mail is out', async () => {
    const link = `http://localhost:3000/reset-password?token=${randomUUID()}&x=1`
    const mailId = (await aReset({ link })) ?? expect.unreachable()
    await sendMail(mailId, once)
    const [mail] = await inbox()
    expect(mail?.links.map(({ href }) => href)).toContain(link)
    expect(mail?.text).toContain(link)
    expect(mail?.customArgs).toEqual({ mailId })
    expect(await rowOf(mailId)).toMatchObject({ state: 'sent', sealedLink: null, linkExpiresAt: null })
  })
})

describe('the mail log', () => {
  test('another tenant’s mail is as unknown as one that is not there', async () => {
    const [{ actor: ours }, { actor: theirs }] = await Promise.all([aTenant(), aTenant()])
    const mailId = await anInvitation(theirs.tenantId)
    await expect(getMail(ours, { mailId })).rejects.toThrow('There is no such mail.')
    await expect(resendMail(ours, { mailId })).rejects.toThrow('There is no such mail.')
    expect((await listMails(ours, { limit: 50 })).items).toEqual([])
  })

  test('is read page by page, newest first, and found by address and subject', async () => {
    const { actor } = await aTenant()
    const ids = []
    for (const name of ['Alpha', 'Beta', 'Gam.a']) {
      ids.push(
        await anInvitation(actor.tenantId, {
          variables: { tenantName: name, invitedBy: 'Grace', role: 'viewer' },
        }),
      )
    }
    const first = await listMails(actor, { limit: 2 })
    expect(first.items.map((mail) => mail.id)).toEqual([ids[2], ids[1]])
    const second = await listMails(actor, { limit: 2, cursor: first.nextCursor ?? '' })
    expect(second).toMatchObject({ items: [{ id: ids[0] }], nextCursor: null })
    expect((await listMails(actor, { limit: 50, search: 'gam.A' })).items.map(({ id }) => id)).toEqual([
      ids[2],
    ])
    expect((await listMails(actor, { limit: 50, search: to })).items).toHaveLength(3)
    expect((await listMails(actor, { limit: 50, state: 'sent' })).items).toEqual([])
  })

  test('shows a mail with its secret link blanked', async () => {
    const { actor } = await aTenant()
    const mailId = await anInvitation(actor.tenantId, {
      link: 'http://localhost:3000/invitation?token=canary',
    })
    const mail = await getMail(actor, { mailId })
    expect(JSON.stringify(mail)).not.toContain('canary')
    expect(mail.html).toContain('Join')
  })

  test('a mail on its way is not sent again, nor one whose link is gone', async () => {
    const { actor } = await aTenant()
    const mailId = await anInvitation(actor.tenantId)
    await expect(resendMail(actor, { mailId })).rejects.toThrow('on its way')
    await sendMail(mailId, once)
    await expect(resendMail(actor, { mailId })).rejects.toThrow(Refusal)
    expect(await inbox()).toHaveLength(1)
  })

  test('a failed mail is sent again by whoever may, and the log says who', async () => {
    const { tenant } = await aTenant()
    const { actor } = await aMember(tenant.id, 'admin')
    const mailId = await anInvitation(tenant.id)
    await sendgrid().failNext(1, 400)
    await sendMail(mailId, once)
    await resendMail(actor, { mailId })
    await sendMail(mailId, once)
    expect((await rowOf(mailId)).attempts.map(({ outcome }) => outcome)).toEqual(['refused', 'accepted'])
    const entry = await AuditEntryModel.findOne({ tenantId: tenant.id, action: 'mail.resent' }).lean()
    expect(entry).toMatchObject({ actor: { id: actor.id }, target: { kind: 'mail', id: mailId } })
    expect(await inbox()).toHaveLength(1)
  })
})

describe('what events bring about', () => {
  test('who registers is welcomed once, however often the event is dispatched', async () => {
    const { user, origin } = await aPerson({ email: to })
    const eventId = await emit({ tenantId: null, id: user.id, origin }, events.userRegistered, {
      userId: user.id,
    })
    await Promise.all([dispatch(eventId), dispatch(eventId)])
    expect(
      await acrossTenants(
        MailModel.countDocuments({ to, template: 'welcome', dedupeKey: `welcome:${eventId}` }),
        'a test counts',
      ),
    ).toBe(1)
  })

  test('a new subscription is told to each owner and to nobody else', async () => {
    const { tenant, actor, owner } = await aTenant({ name: 'Acme' })
    const { person: second } = await aMember(tenant.id, 'owner')
    await aMember(tenant.id, 'admin')
    const eventId = await emit(actor, events.subscriptionActivated, {
      planId: 'pro',
      subscriptionId: 'sub_1',
    })
    await dispatch(eventId)
    const mails = await MailModel.find({ tenantId: tenant.id, template: 'subscription-activated' }).lean()
    expect(mails.map((mail) => mail.to).sort()).toEqual([owner.user.email, second.user.email].sort())
    expect(mails[0]?.subject).toBe('Acme is now on Pro')
  })
})
