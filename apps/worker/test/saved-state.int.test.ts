import { startCheckout } from '@insula/core/billing'
import type { Actor } from '@insula/core/kernel/actor'
import { queueMail } from '@insula/core/notifications'
import { BillingInvoiceModel, MailModel, TenantModel } from '@insula/db'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { onAHouse } from '@insula/testing/house'
import { expect, test } from 'vitest'

const house = onAHouse()
onTheLocalCloud()

const patience = { timeout: 30_000, interval: 100 }

async function mailed({ tenantId }: Actor, number: number): Promise<void> {
  const to = `${number}@example.test`
  await queueMail({
    tenantId,
    to,
    template: 'invitation',
    variables: { tenantName: 'Acme', invitedBy: 'Grace', role: 'member' },
    link: `http://localhost/invitation?token=${number}`,
    dedupeKey: `state:${number}`,
  })
  await expect.poll(() => house().cloud.sendgrid.inbox({ to }), patience).toHaveLength(1)
}

const paidInvoices = ({ tenantId }: Actor) => BillingInvoiceModel.countDocuments({ tenantId, state: 'paid' })
const planOf = async ({ tenantId }: Actor) => (await TenantModel.findById(tenantId).lean())?.planId

test('the product goes on from a restored state without being started again', async () => {
  const { cloud } = house()
  const { actor, owner } = await aTenant()
  const gateway = process.env.APP_URL ?? ''
  const headers = { cookie: owner.cookie, origin: gateway, 'content-type': 'application/json' }
  const session = async () => (await fetch(`${gateway}/api/trpc/identity.listSessions`, { headers })).status
  expect(await session()).toBe(200)
  const { url } = await startCheckout(actor, { planId: 'pro' })
  await cloud.stripe.completeCheckout(/cs_test_\w+/.exec(url)?.[0] ?? '')
  await expect.poll(() => planOf(actor), patience).toBe('pro')
  await expect.poll(() => paidInvoices(actor), patience).toBe(1)
  await mailed(actor, 1)
  await cloud.states.save('one-month-of-pro')
  const inbox = (await cloud.sendgrid.inbox()).length

  await cloud.stripe.clock.advance('1 month')
  await cloud.stripe.clock.advance('1 day')
  await expect.poll(() => paidInvoices(actor), patience).toBe(2)
  await mailed(actor, 2)
  await fetch(`${gateway}/api/auth/sign-out`, { method: 'POST', headers, body: '{}' })
  expect(await session()).toBe(401)
  await cloud.states.restore('one-month-of-pro')

  expect(await session()).toBe(200)
  expect(await planOf(actor)).toBe('pro')
  expect(await paidInvoices(actor)).toBe(1)
  expect(await cloud.sendgrid.inbox()).toHaveLength(inbox)
  expect(await MailModel.countDocuments({ tenantId: actor.tenantId, to: '2@example.test' })).toBe(0)

  await mailed(actor, 2)
  await cloud.stripe.clock.advance('1 month')
  await cloud.stripe.clock.advance('1 day')
  await expect.poll(() => paidInvoices(actor), patience).toBe(2)
  expect(await cloud.restarts()).toMatchObject({ mongo: 0, redis: 0, s3: 0, stripe: 0, sendgrid: 0 })
}, 120_000)
