import { applyStripeEvent } from '@insula/core/billing/service/apply'
import { catchUpWithStripe } from '@insula/core/billing/service/catch-up'
import { sweepBilling } from '@insula/core/billing/service/sweep'
import type { HandlersOf } from '@insula/jobs'
import { billingJobs } from '@insula/jobs/billing'

export const jobs = billingJobs
export const handlers: HandlersOf<typeof jobs> = {
  applyStripeEvent: ({ eventId }) => applyStripeEvent(eventId),
  sweepBilling: () => sweepBilling(),
  catchUpWithStripe: () => catchUpWithStripe(),
}
