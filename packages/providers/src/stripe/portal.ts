import type Stripe from 'stripe'
import { once } from './errors.ts'

const ours = { insula: 'portal' }

/**
 * Opens a portal session with the account's default configuration; where it has none, or an archived one, with one of our
 * own, which is made when it is first needed.
 */
export async function openPortal(
  stripe: Stripe,
  operationId: string,
  session: { customer: string; return_url: string },
): Promise<string> {
  try {
    return (await stripe.billingPortal.sessions.create(session, once(operationId))).url
  } catch (error) {
    const { statusCode, param } = error as Stripe.errors.StripeError
    if (statusCode !== 400 || param === 'customer') throw error
    const configuration = await ownConfiguration(stripe)
    const again = { ...session, configuration }
    return (await stripe.billingPortal.sessions.create(again, once(`${operationId}:own`))).url
  }
}

async function ownConfiguration(stripe: Stripe): Promise<string> {
  for await (const known of stripe.billingPortal.configurations.list({ active: true, limit: 100 })) {
    if (known.metadata?.insula === ours.insula) return known.id
  }
  const made = await stripe.billingPortal.configurations.create({
    metadata: ours,
    features: {
      invoice_history: { enabled: true },
      payment_method_update: { enabled: true },
      subscription_cancel: { enabled: true, mode: 'at_period_end' },
    },
  })
  return made.id
}
