import { pushPlans } from '@insula/core/billing'

/** Makes the plans known to Stripe. */
export const seed = () => pushPlans()
