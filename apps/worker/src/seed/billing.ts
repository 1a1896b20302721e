import { pushPlans } from '@insula/core/billing/service/plans'

/** Makes the plans known to Stripe. */
export const seed = () => pushPlans()
