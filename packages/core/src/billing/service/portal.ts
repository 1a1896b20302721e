import { Refusal } from '@insula/contracts'
import { CustomerModel, newId } from '@insula/db'
import { payments } from '@insula/providers/payments'
import type { Actor } from '../../access/actor.ts'
import { coreEnv } from '../../env.ts'
import { answered } from './customer.ts'

/** Opens Stripe's page on which the tenant changes its card, cancels, or resumes. */
export async function openPortal({ tenantId }: Actor): Promise<{ url: string }> {
  const customer = await CustomerModel.findOne({ tenantId }).lean()
  if (!customer?.stripeCustomerId) {
    throw new Refusal('conflict', 'There is nothing to manage before the first upgrade.')
  }
  const portal = { customerId: customer.stripeCustomerId, returnUrl: `${coreEnv().APP_URL}/billing` }
  // The page itself changes nothing, so its id is not worth a row.
  return { url: await answered(payments().createPortal(newId('checkout'), portal)) }
}
