import { BillingCustomerModel } from '@insula/db'
import type { Announced } from '../kernel/listener.ts'
import { planOf } from '../kernel/plans.ts'
import { queueMail } from '../notifications/service/index.ts'
import { contactsOf } from '../tenants/service/index.ts'
import { failedPayment } from './failed-payment.ts'
import { pushPayer } from './service/payer.ts'

/** The tenant's new name stands on its next invoice. */
export const followTenant = ({ tenantId }: Announced<'tenant.changed'>) => push(tenantId, true)

/** Whoever pays may not be allowed to any more; then somebody else's address takes its place. */
export const followPayer = ({ tenantId }: Pick<Announced, 'tenantId'>) => push(tenantId, false)

async function push(tenantId: string | null, always: boolean): Promise<void> {
  if (!tenantId) return
  const customer = await BillingCustomerModel.findOne({ tenantId }, { stripeCustomerId: 1 }).lean()
  if (!customer?.stripeCustomerId) return
  await pushPayer({ tenantId, stripeCustomerId: customer.stripeCustomerId }, { always })
}

/** Everyone who may manage the tenant's billing hears that the plan stands, once each. */
export async function tellOfSubscription(event: Announced<'subscription.activated'>): Promise<void> {
  if (!event.tenantId) return
  const contacts = await contactsOf(event.tenantId, 'billing:manage')
  if (!contacts) return
  const { name: planName } = await planOf(event.payload.planId)
  for (const person of contacts.people) {
    await queueMail({
      tenantId: event.tenantId,
      to: person.email,
      template: 'subscription-activated',
      variables: { tenantName: contacts.tenantName, planName },
      dedupeKey: `subscription-activated:${event.id}:${person.userId}`,
    })
  }
}

/** They hear that a trial ended without a payment method, and how to go on. */
export async function tellOfPause({
  id,
  tenantId,
  payload,
}: Announced<'subscription.changed'>): Promise<void> {
  if (!tenantId || payload.state !== 'paused' || payload.before === 'paused') return
  const contacts = await contactsOf(tenantId, 'billing:manage')
  const { name: planName } = await planOf(payload.planId)
  for (const person of contacts?.people ?? []) {
    await queueMail({
      tenantId,
      to: person.email,
      template: 'subscription-paused',
      variables: { tenantName: contacts?.tenantName ?? '', planName },
      dedupeKey: `subscription-paused:${id}:${person.userId}`,
    })
  }
}

/** They hear of each attempt to collect an invoice that failed, with the page to pay it; not once it is paid. */
export async function tellOfFailedPayment(event: Announced<'billing-invoice.payment-failed'>): Promise<void> {
  const { tenantId, payload } = event
  if (!tenantId) return
  const [failed, contacts] = await Promise.all([
    failedPayment(tenantId, payload.billingInvoiceId),
    contactsOf(tenantId, 'billing:manage'),
  ])
  if (!failed || !contacts) return
  for (const person of contacts.people) {
    await queueMail({
      tenantId,
      to: person.email,
      template: 'payment-failed',
      variables: { tenantName: contacts.tenantName, ...failed },
      dedupeKey: `payment-failed:${payload.billingInvoiceId}:${payload.attempt}:${person.userId}`,
    })
  }
}
