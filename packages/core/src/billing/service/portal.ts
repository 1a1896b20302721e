import { Refusal } from '@insula/contracts'
import { BillingCustomerModel, newId } from '@insula/db'
import { stripeProvider } from '@insula/providers/stripe'
import type { Actor } from '../../kernel/actor.ts'
import { coreEnv } from '../../kernel/env.ts'
import { ensureCustomer } from './customer.ts'
import { withStripeErrors } from './stripe-errors.ts'

/** Opens Stripe's page on which the tenant changes its card, cancels, or resumes. */
export async function openPortal(actor: Actor): Promise<{ url: string }> {
  const { tenantId } = actor
  const known = await BillingCustomerModel.findOne({ tenantId }).lean()
  const had = known?.stripeCustomerId ?? known?.formerCustomerIds?.at(-1)
  if (!had) throw new Refusal('conflict', 'There is nothing to manage before the first upgrade.')
  const portal = { customerId: await ensureCustomer(actor), returnUrl: `${coreEnv().APP_URL}/billing` }
  // The page itself changes nothing, so its id is not worth a row.
  return { url: await withStripeErrors(stripeProvider().createPortal(newId('checkout'), portal)) }
}
