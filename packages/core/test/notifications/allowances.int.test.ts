import type { MailTemplate } from '@insula/contracts'
import { resendMail } from '@insula/core/notifications'
import { requireAllowances, takeAllowances } from '@insula/core/notifications/allowance'
import {
  createTenant,
  inviteMember,
  previewInvitation,
  resendInvitation,
  revokeInvitation,
} from '@insula/core/tenants'
import {
  AuditEntryModel,
  EventModel,
  InvitationModel,
  MailModel,
  QuotaModel,
  TenantModel,
  transaction,
} from '@insula/db'
import { aPerson, aTenant, onTheLocalCloud } from '@insula/testing'
import { meeting } from '@insula/testing/meeting'
import { invitationTokenFor } from '@insula/testing/things/notifications'
import { describe, expect, test } from 'vitest'
import { aReset } from './mailing.ts'

onTheLocalCloud()

const word = () => crypto.randomUUID().slice(0, 8)
const address = () => `${word()}@example.test`
const limited = {
  code: 'rate_limited',
  message: expect.stringContaining('Try again in'),
  details: { retryAfterSeconds: expect.any(Number) },
}
const everything = async (tenantId: string) => ({
  seats: (await QuotaModel.findOne({ tenantId, key: 'seats' }).lean())?.used,
  invitations: await InvitationModel.find({ tenantId }).lean(),
  mails: await MailModel.countDocuments({ tenantId }),
  audit: await AuditEntryModel.countDocuments({ tenantId }),
  events: await EventModel.countDocuments({ tenantId }),
})

describe('invitations to one address', () => {
  test('of thirty sent again at once five are, with the first; then all is as it was and the last link opens', async () => {
    const { tenant, actor } = await aTenant()
    const email = address()
    const { id } = await inviteMember(actor, { email, role: 'viewer' })
    const results = await Promise.allSettled(Array.from({ length: 30 }, () => resendInvitation(actor, id)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject(limited)
    }
    const before = await everything(tenant.id)
    expect(before.mails).toBe(5)
    await expect(resendInvitation(actor, id)).rejects.toMatchObject(limited)
    expect(await everything(tenant.id)).toEqual(before)
    expect(await previewInvitation(await invitationTokenFor(email))).toMatchObject({ email })
  })

  test('are counted through every tenant and every new invitation, and a refused one leaves nothing', async () => {
    const email = address()
    for (let count = 0; count < 5; count += 1) {
      const { actor } = await aTenant()
      const { id } = await inviteMember(actor, { email, role: 'viewer' })
      await revokeInvitation(actor, id)
    }
    const { tenant, actor } = await aTenant()
    const before = await everything(tenant.id)
    await expect(inviteMember(actor, { email, role: 'viewer' })).rejects.toMatchObject(limited)
    await expect(inviteMember(actor, { email, role: 'admin' })).rejects.toMatchObject(limited)
    expect(await everything(tenant.id)).toEqual(before)
  })
})

describe('a day', () => {
  // Ahead of every clock, so that MongoDB does not clear away as over what this test still counts.
  const start = new Date('2126-11-28T00:00:00Z').getTime()
  const hours = (count: number) => new Date(start + count * 3_600_000)
  const take = (template: MailTemplate, to: string, at: Date, tenantId: string | null = null) =>
    transaction(() => takeAllowances({ template, to, tenantId }, at))

  test('an address gets ten invitations, and its resets all the same', async () => {
    const to = address()
    const had: number[] = []
    for (let hour = 0; hour < 24; hour += 1) {
      if (!(await take('invitation', to, hours(hour)))) had.push(hour)
    }
    expect(had).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(await take('reset-password', to, hours(23))).toBeNull()
    expect(await take('invitation', to, hours(24))).toBeNull()
  })

  test('an address gets twenty mails about its account, of whatever kinds', async () => {
    const to = address()
    let sent = 0
    for (let hour = 0; hour < 20; hour += 1) {
      for (const template of ['reset-password', 'verify-email'] as const) {
        if (!(await take(template, to, hours(hour)))) sent += 1
      }
    }
    expect(sent).toBe(20)
  })

  test('a tenant sends as many as its plan’s seats allow, and is told how many those are', async () => {
    const { tenant } = await aTenant()
    const one = (at: Date) => take('invitation', address(), at, tenant.id)
    const first = await Promise.all(Array.from({ length: 30 }, () => one(hours(0))))
    expect(first.filter((refused) => refused === null)).toHaveLength(25)
    expect(first.find((refused) => refused !== null)).toEqual({
      message: expect.stringContaining('25 invitations'),
      seconds: 86_400,
    })
    await TenantModel.updateOne({ _id: tenant.id }, { planId: 'pro' })
    expect(await one(hours(1))).toBeNull()
  })

  test('who is told is told in words how long to wait, and the header’s seconds are the same', async () => {
    const mail = { template: 'reset-password', to: address(), tenantId: null } as const
    for (let count = 0; count < 5; count += 1) await transaction(() => requireAllowances(mail, hours(0)))
    await expect(transaction(() => requireAllowances(mail, new Date(start + 60_000)))).rejects.toMatchObject({
      message: expect.stringContaining('Try again in 59 minutes.'),
      details: { retryAfterSeconds: 59 * 60 },
    })
  })
})

test('what nobody signed in asked for is dropped in silence', async () => {
  const to = address()
  const ids = await Promise.all(Array.from({ length: 12 }, () => aReset(to)))
  expect(ids.filter((id) => id !== null)).toHaveLength(5)
})

test('the mail log sends nothing again more often than five times an hour', async () => {
  const { tenant, actor } = await aTenant()
  const { id } = await inviteMember(actor, { email: address(), role: 'viewer' })
  expect(id).toMatch(/^inv_/)
  const mail = await MailModel.findOne({ tenantId: tenant.id }).lean()
  const mailId = mail?._id ?? ''
  const fail = () => MailModel.updateOne({ tenantId: tenant.id, _id: mailId }, { state: 'failed' })
  for (let count = 0; count < 4; count += 1) {
    await fail()
    await resendMail(actor, { mailId })
  }
  await fail()
  await expect(resendMail(actor, { mailId })).rejects.toMatchObject(limited)
})

test('nor a mail of a kind that has no allowance of its own', async () => {
  const to = address()
  const mail = { template: 'welcome' as const, to, tenantId: null }
  for (let count = 0; count < 20; count += 1) expect(await takeAllowances(mail, new Date())).toBeNull()
  for (let count = 0; count < 5; count += 1) await requireAllowances(mail, new Date(), true)
  await expect(requireAllowances(mail, new Date(), true)).rejects.toMatchObject(limited)
})

describe('free tenants', () => {
  const found = (person: Awaited<ReturnType<typeof aPerson>>) =>
    createTenant(person, { name: 'Mine', slug: `mine-${word()}` })

  test('of sixty that one person founds at once five are', async () => {
    const person = await aPerson()
    const results = await Promise.allSettled(Array.from({ length: 60 }, () => found(person)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(result.reason).toMatchObject({
          code: 'limit_reached',
          message: expect.stringContaining('Upgrade one of them'),
          details: { limit: { key: 'free-tenants', used: 5, limit: 5 } },
        })
      }
    }
    expect(await TenantModel.countDocuments({ createdBy: person.user.id })).toBe(5)
  })

  test('of two founded at once at the edge one is', async () => {
    const person = await aPerson()
    for (let count = 0; count < 4; count += 1) await found(person)
    const [first, second] = await meeting(
      () => found(person),
      () => found(person),
    )
    expect(first.status).toBe('fulfilled')
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'limit_reached' } })
  })

  test('one that is paid for is not counted, and others are not kept from theirs', async () => {
    const person = await aPerson()
    const tenants = []
    for (let count = 0; count < 5; count += 1) tenants.push(await found(person))
    await TenantModel.updateOne({ _id: tenants[0]?.id }, { planId: 'pro' })
    await found(person)
    await expect(found(person)).rejects.toMatchObject({ code: 'limit_reached' })
    await found(await aPerson())
  })
})
