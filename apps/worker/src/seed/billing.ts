import { pushPlans } from '@insula/core/billing/plans'

/** Makes the plans known to Stripe. */
export const seed = () => pushPlans()
