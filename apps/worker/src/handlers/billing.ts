import { applyStripeEvent } from '@insula/core/billing/stripe/apply'
import { catchUpWithStripe } from '@insula/core/billing/stripe/catch-up'
import { sweepBilling } from '@insula/core/billing/stripe/sweep'
import type { billingJobs, HandlersOf } from '@insula/jobs'

export const billingHandlers: HandlersOf<typeof billingJobs> = {
  applyStripeEvent: ({ eventId }) => applyStripeEvent(eventId),
  sweepBilling: () => sweepBilling(),
  catchUpWithStripe: () => catchUpWithStripe(),
}
