import { type PlanId, plans } from '@insula/contracts'
import { stripeProvider } from '@insula/providers/stripe'

const productIdOf = (planId: PlanId) => `insula_${planId}`
const byProduct = new Map(Object.values(plans).map(({ id }) => [productIdOf(id), id]))

/** Which plan a product of Stripe's is; null for one that is not ours. */
export const planOfProduct = (productId: string | null): PlanId | null =>
  byProduct.get(productId ?? '') ?? null

/**
 * Makes Stripe hold the plan's product and its price of today, and answers the price's id. Idempotent: called for every
 * checkout, so that a changed amount needs no step of its own.
 */
export function pushPlan(planId: PlanId): Promise<string> {
  const { name, description, monthlyAmount, currency } = plans[planId]
  return stripeProvider().pushPrice({
    productId: productIdOf(planId),
    name: `Insula ${name}`,
    description,
    lookupKey: `insula_${planId}_monthly`,
    amount: monthlyAmount,
    currency,
  })
}

/** Pushes every plan that costs something, so that Stripe's dashboard shows them before the first customer comes. */
export async function pushPlans(): Promise<void> {
  for (const plan of Object.values(plans)) if (plan.monthlyAmount > 0) await pushPlan(plan.id)
}
