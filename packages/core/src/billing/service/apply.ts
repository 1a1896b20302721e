import { acrossTenants, BillingCustomerModel, StripeEventModel } from '@insula/db'
import { stripeProvider } from '@insula/providers/stripe'
import { syncCheckout } from '../stripe/checkouts.ts'
import { syncBillingInvoice } from '../stripe/invoices.ts'
import { retireCustomer, syncSubscriptions, type TenantCustomer } from '../stripe/subscriptions.ts'
import { pushPayer } from './payer.ts'

/**
 * Applies one stored event: finds out in our own table whose customer it is about, and reads anew what became of it. What
 * the event itself says is not used, so twice, late and out of order come to the same.
 */
export async function applyStripeEvent(eventId: string): Promise<void> {
  const event = await StripeEventModel.findById(eventId).lean()
  if (event?.state !== 'received') return
  const customer = await customerOf(event.stripeCustomerId ?? '')
  if (!customer) return finish(eventId, 'parked', 'of a customer that is none of ours')
  const objectId = event.objectId ?? ''
  const [kind] = event.type.split('.')
  if (event.type === 'customer.deleted') await forgetIfGone(customer, eventId)
  if (kind === 'checkout') await syncCheckout(customer.tenantId, objectId)
  // Before the invoice: what is told of a failed payment names the day until which the plan stays on.
  if (kind !== 'invoice' || tellsOfPayment.has(event.type)) await syncSubscriptions(customer, eventId)
  if (kind === 'invoice') await syncBillingInvoice(customer, objectId, eventId)
  // A draft carries the name of when it is finalised, so whatever is heard of it is in time to mend the name.
  await pushPayer(customer)
  await finish(eventId, 'applied', null)
}

const tellsOfPayment = new Set(['invoice.paid', 'invoice.payment_failed', 'invoice.payment_action_required'])

/** The event is only a hint: whether the customer is gone is asked. */
async function forgetIfGone(customer: TenantCustomer, eventId: string): Promise<void> {
  if (!(await stripeProvider().hasCustomer(customer.stripeCustomerId)))
    await retireCustomer(customer, eventId)
}

/** The tenant whose customer it is, or was. */
async function customerOf(stripeCustomerId: string): Promise<TenantCustomer | null> {
  const customer = await acrossTenants(
    BillingCustomerModel.findOne(
      { $or: [{ stripeCustomerId }, { formerCustomerIds: stripeCustomerId }] },
      { tenantId: 1 },
    ).lean(),
    'Stripe knows customers, not tenants',
  )
  return customer && { tenantId: customer.tenantId, stripeCustomerId }
}

async function finish(eventId: string, state: 'applied' | 'parked', reason: string | null): Promise<void> {
  await StripeEventModel.updateOne(
    { _id: eventId, state: 'received' },
    { $set: { state, reason, dueAt: null, ...(state === 'applied' && { appliedAt: new Date() }) } },
  )
}
