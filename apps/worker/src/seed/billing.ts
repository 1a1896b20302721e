import { listPlans, pushPlan } from '@insula/core/billing'

/** Makes the plans known to Stripe. */
export async function seed(): Promise<void> {
  for (const { id } of await listPlans()) await pushPlan(id)
}
