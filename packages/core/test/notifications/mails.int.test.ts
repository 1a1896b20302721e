import { randomUUID } from 'node:crypto'
import { events } from '@insula/contracts'
import { emit } from '@insula/core/kernel/emit'
import { getMail, sendMail, sweepMails } from '@insula/core/notifications'
import { acrossTenants, MailModel, transaction } from '@insula/db'
import { queueOf } from '@insula/jobs'
import { notificationJobs } from '@insula/jobs/notifications'
import { aMember, aPerson, aTenant, onTheLocalCloud } from '@insula/testing'
import { must } from '@insula/testing/must'
import { tellOf } from '@insula/testing/telling'
import { onOwnSendgrid } from '@insula/testing/vendors'
import { beforeEach, describe, expect, test } from 'vitest'
import { anInvitation, aReset, once, rowOf } from './mailing.ts'

onTheLocalCloud()
const sendgrid = onOwnSendgrid()

let to: string
beforeEach(() => {
  to = `${randomUUID().slice(0, 8)}@example.test`
})

const minutes = (count: number) => count * 60_000
const later = (ms: number) => () => new Date(Date.now() + ms)

const inbox = () => sendgrid().inbox({ to })

describe('queueing', () => {
  test('a mail whose cause was rolled back was never there', async () => {
    await expect(
      transaction(async () => {
        await aReset(to)
        throw new Error('the cause failed')
      }),
    ).rejects.toThrow('the cause failed')
    expect(await acrossTenants(MailModel.findOne({ to }), 'a test looks at any row')).toBeNull()
  })

  test('the same cause told a hundred times at once is one mail', async () => {
    const dedupeKey = randomUUID()
    const ids = await Promise.all(Array.from({ length: 100 }, () => aReset(to, { dedupeKey })))
    expect(new Set(ids).size).toBe(1)
    expect(await acrossTenants(MailModel.countDocuments({ to }), 'a test looks at any row')).toBe(1)
  })

  test('an address gets five reset mails within an hour, however many ask at once', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => aReset(to)))
    expect(ids.filter((mailId) => mailId !== null)).toHaveLength(5)
    expect(await aReset(to)).toBeNull()
    expect(await aReset(`other-${to}`)).not.toBeNull()
  })

  test('the secret link is stored sealed and is nowhere in the queue', async () => {
    const link = `http://localhost:3000/reset-password?token=canary-${randomUUID()}`
    const row = await rowOf(await aReset(to, { link }))
    expect(JSON.stringify(row)).not.toContain('canary')
    const jobs = await queueOf('notifications').getJobs()
    expect(JSON.stringify(jobs.map((job) => job.data))).not.toContain('canary')
  })
})

describe('sending', () => {
  test('two workers with the same mail send it once', async () => {
    const mailId = (await aReset(to)) ?? expect.unreachable()
    await Promise.allSettled(Array.from({ length: 10 }, () => sendMail(mailId, once)))
    expect(await inbox()).toHaveLength(1)
  })

  test('SendGrid failing twice ends in exactly one mail and a log with three attempts', async () => {
    const { actor } = await aTenant()
    const mailId = await anInvitation(actor.tenantId, to)
    await sendgrid().failNext(2, 503)
    const { backoffMs } = notificationJobs.sendMail
    await expect(sendMail(mailId, { ...once, attempt: 1 })).rejects.toMatchObject({ name: 'MailNotSent' })
    expect((await rowOf(mailId)).state).toBe('queued')
    await expect(sendMail(mailId, { ...once, attempt: 2 }, later(must(backoffMs[0])))).rejects.toMatchObject({
      name: 'MailNotSent',
    })
    await sendMail(mailId, { ...once, attempt: 3 }, later(must(backoffMs[0]) + must(backoffMs[1]) + 1_000))
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
    const mailId = (await aReset(to)) ?? expect.unreachable()
    await sendgrid().failNext(1, 429)
    await expect(sendMail(mailId, { ...once, attempt: 4 })).rejects.toMatchObject({ name: 'MailNotSent' })
    await expect(sendMail(mailId, once, later(minutes(1)))).rejects.toThrow('Not due before')
    expect((await rowOf(mailId)).attempts).toHaveLength(1)
  })

  test('what SendGrid refuses is parked, and its words are kept', async () => {
    const mailId = (await aReset(to)) ?? expect.unreachable()
    await sendgrid().failNext(1, 400)
    await sendMail(mailId, once)
    expect(await rowOf(mailId)).toMatchObject({
      state: 'failed',
      dueAt: null,
      attempts: [{ outcome: 'refused', status: 400 }],
    })
  })

  test('a reply lost after acceptance is noted as unknown, and risks one more copy, never a third', async () => {
    const mailId = (await aReset(to)) ?? expect.unreachable()
    await sendgrid().dropNextReplies(2)
    await expect(sendMail(mailId, once)).rejects.toMatchObject({ name: 'MailNotSent' })
    expect((await rowOf(mailId)).attempts).toMatchObject([{ outcome: 'unknown', status: null }])
    await expect(sendMail(mailId, once, later(minutes(1)))).rejects.toMatchObject({ name: 'MailNotSent' })
    await sendMail(mailId, once, later(minutes(2)))
    const row = await rowOf(mailId)
    expect(row.state).toBe('failed')
    expect(row.attempts.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'failed'])
    expect(await inbox()).toHaveLength(2)
  })

  test('a worker that died while sending leaves an unknown attempt behind, and the sweep goes on from there', async () => {
    await acrossTenants(MailModel.deleteMany({}), 'so that the sweep has nothing else to find')
    const mailId = (await aReset(to)) ?? expect.unreachable()
    const leaseEnd = new Date(Date.now() + 20_000)
    const died = { at: new Date(), outcome: 'unknown' as const, status: null, detail: null }
    await acrossTenants(
      MailModel.updateOne(
        { _id: mailId },
        { $set: { state: 'sending', dueAt: leaseEnd }, $push: { attempts: died }, $inc: { version: 1 } },
      ),
      'as a worker leaves it',
    )
    await expect(sendMail(mailId, once)).rejects.toThrow('Not due')
    expect(await sweepMails(later(25_000)())).toBe(0)
    expect(await sweepMails(later(minutes(1))())).toBe(1)
    await sendMail(mailId, once, later(minutes(1)))
    expect((await rowOf(mailId)).attempts.map(({ outcome }) => outcome)).toEqual(['unknown', 'accepted'])
    expect(await inbox()).toHaveLength(1)
  })

  test('a reset mail is dropped once its link has expired', async () => {
    const mailId = (await aReset(to)) ?? expect.unreachable()
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
    const mailId = (await aReset(to, { link })) ?? expect.unreachable()
    await sendMail(mailId, once)
    const [mail] = await inbox()
    expect(mail?.links.map(({ href }) => href)).toContain(link)
    expect(mail?.text).toContain(link)
    expect(mail?.customArgs).toEqual({ mailId })
    expect(await rowOf(mailId)).toMatchObject({ state: 'sent', sealedLink: null, linkExpiresAt: null })
  })
})

describe('what events bring about', () => {
  test('who registers is welcomed once, however often the event is dispatched', async () => {
    const { user, origin } = await aPerson({ email: to })
    const eventId = await emit({ tenantId: null, id: user.id, origin }, events.userRegistered, {
      userId: user.id,
    })
    await Promise.all([tellOf(eventId), tellOf(eventId)])
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
    await tellOf(eventId)
    const mails = await MailModel.find({ tenantId: tenant.id, template: 'subscription-activated' }).lean()
    expect(mails.map((mail) => mail.to).sort()).toEqual([owner.user.email, second.user.email].sort())
    expect(mails[0]?.subject).toBe('Acme is now on Pro')
  })
})
