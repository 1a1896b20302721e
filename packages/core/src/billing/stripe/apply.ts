import { acrossTenants, CustomerModel, StripeEventModel } from '@insula/db'
import { syncCheckout } from './checkouts.ts'
import { syncInvoice } from './invoices.ts'
import { syncSubscriptions, type TenantCustomer } from './subscriptions.ts'

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
  if (kind === 'invoice') await syncInvoice(customer, objectId, eventId)
  if (kind === 'checkout') await syncCheckout(customer.tenantId, objectId)
  if (kind !== 'invoice') await syncSubscriptions(customer, eventId)
  await finish(eventId, 'applied', null)
}

async function customerOf(stripeCustomerId: string): Promise<TenantCustomer | null> {
  const customer = await acrossTenants(
    CustomerModel.findOne({ stripeCustomerId }, { tenantId: 1 }).lean(),
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
