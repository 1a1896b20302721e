import { BillingCustomerModel, isDuplicate, newId } from '@insula/db'
import { stripeProvider } from '@insula/providers/stripe'
import type { Actor } from '../../kernel/actor.ts'
import { retireCustomer } from '../stripe/subscriptions.ts'
import { payerOf, pushPayer } from './payer.ts'
import { withStripeErrors } from './stripe-errors.ts'

/**
 * The tenant's customer at Stripe: made when it is first needed, made anew when somebody deleted it there, and with the
 * name and address of today.
 */
export async function ensureCustomer(actor: Actor): Promise<string> {
  const { tenantId, origin } = actor
  const known = (await BillingCustomerModel.findOne({ tenantId }).lean())?.stripeCustomerId
  if (known && !(await withStripeErrors(stripeProvider().hasCustomer(known)))) {
    await retireCustomer({ tenantId, stripeCustomerId: known }, origin.requestId)
  }
  const stripeCustomerId = await madeCustomer(actor)
  await withStripeErrors(pushPayer({ tenantId, stripeCustomerId }))
  return stripeCustomerId
}

async function madeCustomer(actor: Actor): Promise<string> {
  const { tenantId } = actor
  const customer = (await BillingCustomerModel.findOne({ tenantId }).lean()) ?? (await begin(actor))
  if (customer.stripeCustomerId) return customer.stripeCustomerId
  const { operationId, name, email, locale } = customer
  const data = { tenantId, name, email: email ?? null, locale: locale ?? null }
  const stripeCustomerId = await withStripeErrors(stripeProvider().createCustomer(operationId, data))
  await BillingCustomerModel.updateOne({ tenantId, operationId }, { $set: { stripeCustomerId } })
  return stripeCustomerId
}

/** Stores what the creation will be sent with, before Stripe is asked. */
async function begin({ tenantId, id }: Actor) {
  try {
    const payer = await payerOf(tenantId, id)
    const made = { tenantId, operationId: newId('checkout'), payerId: id, ...payer }
    return (await BillingCustomerModel.create(made)).toObject()
  } catch (error) {
    const other = isDuplicate(error, 'tenantId') && (await BillingCustomerModel.findOne({ tenantId }).lean())
    if (other) return other
    throw error
  }
}
