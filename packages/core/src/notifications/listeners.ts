import { planOf } from '@insula/contracts'
import { failedPayment } from '../billing/failed-payment.ts'
import { addresseesOf } from '../identity/service/addressees.ts'
import type { Announced } from '../kernel/listener.ts'
import { contactsOf } from '../tenants/service/contacts.ts'
import { queueMail } from './service/queue.ts'

/** Who signed up gets a welcome. The mail belongs to no tenant: they may have none yet. */
export async function welcomePerson({ id, payload }: Announced<'user.registered'>): Promise<void> {
  const [person] = await addresseesOf([payload.userId])
  if (!person) return
  await queueMail({
    tenantId: null,
    to: person.email,
    template: 'welcome',
    variables: { name: person.name },
    dedupeKey: `welcome:${id}`,
  })
}

/** Everyone who may manage the tenant's billing hears that the plan stands, once each. */
export async function tellOfSubscription(event: Announced<'subscription.activated'>): Promise<void> {
  if (!event.tenantId) return
  const contacts = await contactsOf(event.tenantId, 'billing:manage')
  if (!contacts) return
  for (const person of contacts.people) {
    await queueMail({
      tenantId: event.tenantId,
      to: person.email,
      template: 'subscription-activated',
      variables: { tenantName: contacts.tenantName, planName: planOf(event.payload.planId).name },
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
  for (const person of contacts?.people ?? []) {
    await queueMail({
      tenantId,
      to: person.email,
      template: 'subscription-paused',
      variables: { tenantName: contacts?.tenantName ?? '', planName: planOf(payload.planId).name },
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
