import { setTimeout as pause } from 'node:timers/promises'
import { startCheckout } from '@insula/core/billing'
import type { Actor } from '@insula/core/kernel/actor'
import { queueMail } from '@insula/core/notifications'
import {
  AuditEntryModel,
  acrossTenants,
  BillingInvoiceModel,
  EventModel,
  MailModel,
  StripeEventModel,
  TenantModel,
} from '@insula/db'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { type Mortal, onAHouse } from '@insula/testing/house'
import { seededRandom, shuffled } from '@insula/testing/random'
import { beforeAll, expect, test } from 'vitest'

const house = onAHouse()
onTheLocalCloud()

const tenantCount = 5
const mailsEach = 12
const kills: Mortal[] = ['worker', 'worker', 'worker', 'gateway', 'mongo', 'mongo', 'redis', 'redis']

let actors: Actor[]
beforeAll(async () => {
  actors = []
  for (let index = 0; index < tenantCount; index += 1) actors.push((await aTenant()).actor)
})

/** As a person does: tries again until it is acknowledged. */
async function insist<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (tries === 100) throw error
      await pause(250)
    }
  }
}

async function upgrade(actor: Actor): Promise<void> {
  const { url } = await insist(() => startCheckout(actor, { planId: 'pro' }))
  await house().cloud.stripe.completeCheckout(/cs_test_\w+/.exec(url)?.[0] ?? '')
}

async function invite({ tenantId }: Actor, number: number): Promise<string> {
  const mail = {
    tenantId,
    to: `${number}.${tenantId}@example.test`,
    template: 'invitation',
    variables: { tenantName: 'Acme', invitedBy: 'Grace', role: 'member' },
    link: `http://localhost/invitation?token=${number}-${tenantId}`,
    dedupeKey: `kill:${number}`,
  } as const
  return (await insist(() => queueMail(mail))) ?? expect.unreachable()
}

/** What still has to happen. */
async function left() {
  const any = 'a test counts everybody’s'
  const [mails, events, outbox, free, undelivered] = await Promise.all([
    acrossTenants(MailModel.countDocuments({ state: { $in: ['queued', 'sending'] } }), any),
    StripeEventModel.countDocuments({ state: 'received' }),
    EventModel.countDocuments({ dispatchedAt: null }),
    TenantModel.countDocuments({ planId: 'free' }),
    house().cloud.stripe.undelivered(),
  ])
  return { mails, events, outbox, free, undelivered: undelivered.length }
}
const nothing = { mails: 0, events: 0, outbox: 0, free: 0, undelivered: 0 }

test('killing worker, gateway, Redis and MongoDB loses no webhook and no mail, and none takes effect twice', async () => {
  const random = seededRandom('kills of billing')
  const { stripe, sendgrid } = house().cloud
  // Slow enough to be killed in the middle of a sending, and not always willing.
  await sendgrid.slow(200)
  await sendgrid.failNext(5, 503)
  await stripe.deliverTwice(10)

  const work = actors.flatMap((actor) => [
    pause(random() * 6_000).then(() => upgrade(actor)),
    ...Array.from({ length: mailsEach }, (_, number) =>
      pause(random() * 10_000).then(() => invite(actor, number)),
    ),
  ])
  const working = Promise.all(work)
  for (const part of shuffled(kills, random)) {
    await pause(random() * 1_500)
    await house().kill(part)
  }
  await working
  await sendgrid.slow(0)
  await expect.poll(left, { timeout: 120_000, interval: 500 }).toEqual(nothing)

  expect(await stripe.subscriptions()).toHaveLength(tenantCount)
  for (const { tenantId } of actors) {
    expect(await TenantModel.findById(tenantId).lean()).toMatchObject({ planId: 'pro' })
    expect(await BillingInvoiceModel.find({ tenantId }).lean()).toMatchObject([{ state: 'paid' }])
    for (const type of ['subscription.activated', 'billing-invoice.paid'] as const) {
      expect(await EventModel.countDocuments({ tenantId, type })).toBe(1)
      expect(await AuditEntryModel.countDocuments({ tenantId, action: type })).toBe(1)
    }
    const mails = await MailModel.find({ tenantId }).lean()
    expect(mails).toHaveLength(mailsEach + 1)
    for (const mail of mails) {
      // SendGrid has no idempotency: a second copy is possible, but only where the log says that nobody knows.
      const unknown = mail.attempts.filter(({ outcome }) => outcome === 'unknown').length
      const inbox = await sendgrid.inbox({ to: mail.to })
      const copies = inbox.filter(({ customArgs }) => customArgs.mailId === mail._id).length
      // Killed twice in the middle of one mail's sending, a worker risks no third copy and says so.
      const told = JSON.stringify(mail.attempts)
      expect(mail.state, told).toBe(unknown < 2 ? 'sent' : 'failed')
      expect(copies, told).toBeGreaterThanOrEqual(unknown < 2 ? 1 : 0)
      expect(copies, told).toBeLessThanOrEqual(unknown < 2 ? 1 + unknown : 2)
      expect(unknown, told).toBeLessThanOrEqual(2)
    }
  }
}, 240_000)
