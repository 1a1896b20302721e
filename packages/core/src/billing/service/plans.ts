import type { PlanView } from '@insula/contracts'
import { PlanModel } from '@insula/db'
import { offeredPlans } from '../../kernel/plans.ts'

/** Every plan that can be had. */
export const listPlans = (): Promise<PlanView[]> => offeredPlans()

const productPrefix = 'insula_'
export const productIdOf = (planId: string) => `${productPrefix}${planId}`

/** Which plan a product of Stripe's is, of those that were ever published; null for one that is not ours. */
export async function planOfProducts(
  productIds: readonly (string | null)[],
): Promise<(id: string | null) => string | null> {
  const planIds = productIds.flatMap((id) =>
    id?.startsWith(productPrefix) ? [id.slice(productPrefix.length)] : [],
  )
  const known = await PlanModel.distinct('planId', { planId: { $in: planIds }, state: { $ne: 'draft' } })
  const byProduct = new Map(known.map((planId) => [productIdOf(planId), planId]))
  return (id) => byProduct.get(id ?? '') ?? null
}
